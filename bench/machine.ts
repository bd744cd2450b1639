import { cpus, loadavg, release, totalmem } from 'node:os';
import type { Host } from '../src/build/local/host.ts';
import { ToolFailure } from '../src/adapters/process.ts';

/** What the figures were measured on. */
export interface Machine {
  readonly processor: string;
  readonly processors: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  /** Of the last minute, before anything was measured. */
  readonly load: number;
  /** First line that each tool says of its version. */
  readonly tools: Readonly<Record<string, string>>;
}

/** Each with the argument that makes it say its version. */
const TOOLS = {
  mmdebstrap: '--version',
  mke2fs: '-V',
  'qemu-img': '--version',
  'qemu-system-x86_64': '--version',
  packer: '--version',
} as const;

export async function describeMachine({ run }: Host): Promise<Machine> {
  const tools: Record<string, string> = { node: process.version };
  for (const [tool, argument] of Object.entries(TOOLS)) {
    try {
      const { stdout, stderr } = await run(tool, [argument]);
      tools[tool] = (stdout || stderr).split('\n')[0] ?? '';
    } catch (error) {
      if (!(error instanceof ToolFailure) || error.aborted) throw error;
      tools[tool] = 'not installed';
    }
  }
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    processors: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    load: loadavg()[0] ?? 0,
    tools,
  };
}
