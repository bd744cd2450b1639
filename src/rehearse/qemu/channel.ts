import { connect, type Socket } from 'node:net';
import { ToolFailure, type RunResult } from '../../adapters/process.ts';

interface Waiting {
  readonly texts: Record<string, string>;
  readonly settle: (texts: Readonly<Record<string, string>> | undefined) => void;
}

/** How often a machine whose agent has not answered is asked again, in ms. */
const AGAIN_MS = 2000;

/** The line to the agent in one virtual machine (guest.ts): a socket of QEMU's. */
export class Channel {
  readonly #socket: Socket;
  readonly #waiting = new Map<string, Waiting>();
  #count = 0;
  #rest = '';
  /** Whether it has ever answered: before that, questions may have been lost on their way. */
  #alive = false;
  #askedAt = Number.NEGATIVE_INFINITY;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8').on('data', (text) => this.#take(String(text)));
    socket.on('close', () => this.#end()).on('error', () => this.#end());
  }

  /** Opens the line; QEMU made the socket before. Rejects with the system's error. */
  static open(path: string): Promise<Channel> {
    return new Promise((resolve, reject) => {
      const socket = connect(path);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Channel(socket));
      });
    });
  }

  /** Texts of files, undefined for those that are not there; all are undefined when nobody answers in time. */
  async files(paths: readonly string[]): Promise<readonly (string | undefined)[]> {
    const nothing = paths.map(() => undefined);
    // One question at a time until the agent is up: the rest would only pile up.
    if (!this.#alive && Date.now() - this.#askedAt < AGAIN_MS) return nothing;
    this.#askedAt = Date.now();
    const texts = await this.#ask(`files ${paths.join(' ')}`, this.#alive ? 10_000 : AGAIN_MS);
    if (texts === undefined) return nothing;
    const fields = (texts['file'] ?? '').split('\t');
    return paths.map((_, index) => {
      const field = fields[index] ?? '-';
      return field.startsWith('=') ? unescaped(field.slice(1)) : undefined;
    });
  }

  /** Runs a bash script. Rejects with ToolFailure when nobody answers in time. */
  async run(script: string, timeoutMs: number): Promise<RunResult> {
    const seconds = Math.ceil(timeoutMs / 1000);
    const encoded = Buffer.from(script).toString('base64');
    const texts = await this.#ask(`run ${seconds} ${encoded}`, timeoutMs + 15_000);
    if (texts === undefined)
      throw new ToolFailure('bash', 'the machine does not answer', undefined, '', false);
    const decoded = (kind: string): string => Buffer.from(texts[kind] ?? '', 'base64').toString('utf8');
    return { exitCode: Number(texts['done']), stdout: decoded('out'), stderr: decoded('err') };
  }

  close(): void {
    this.#socket.destroy();
    this.#end();
  }

  #ask(request: string, limitMs: number): Promise<Readonly<Record<string, string>> | undefined> {
    this.#count += 1;
    const id = String(this.#count);
    return new Promise((resolve) => {
      const settle: Waiting['settle'] = (texts) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(texts);
      };
      const timer = setTimeout(() => settle(undefined), limitMs);
      this.#waiting.set(id, { texts: {}, settle });
      if (this.#socket.destroyed) settle(undefined);
      else this.#socket.write(`${id} ${request}\n`);
    });
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const [id = '', kind = '', ...texts] = line.split('\t');
      const waiting = this.#waiting.get(id);
      if (waiting === undefined) continue;
      this.#alive = true;
      waiting.texts[kind] = (waiting.texts[kind] ?? '') + texts.join('\t');
      if (kind === 'done') waiting.settle(waiting.texts);
    }
  }

  #end(): void {
    for (const { settle } of this.#waiting.values()) settle(undefined);
  }
}

const unescaped = (text: string): string =>
  text.replace(/\\([nt\\])/g, (_, what: string) => (what === 'n' ? '\n' : what === 't' ? '\t' : '\\'));
