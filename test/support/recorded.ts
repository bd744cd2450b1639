import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { openSync, closeSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One call of a helper or program, as bash made it. */
export interface Call {
  readonly name: string;
  readonly args: readonly string[];
  /** Its standard input, byte for byte; undefined for helpers that read none. */
  readonly input?: string;
}

/** Helpers that read standard input. */
const READERS = ['bake_write', 'bake_ssh_keys', 'bake_stand_in_file'];
/** Programs that sections call themselves. */
const PROGRAMS = ['bash', 'sysctl'];

/**
 * Every helper becomes a recorder, by bash itself: what a section hands it is told on descriptor 9, each part ended by
 * NUL, which no argument can hold. Nothing but bash and base64 runs.
 */
const RECORDERS = `
record() {
  local name=$1 input=
  shift
  case " ${READERS.join(' ')} " in *" $name "*) IFS= read -r -d '' input || true ;; esac
  printf '%s\\0' "$name" "$#" "$@" "$input" >&9
}
for helper in $(declare -F | while read -r _ _ name; do case $name in bake_section_* | record) ;; *) echo "$name" ;; esac; done) ${PROGRAMS.join(' ')}; do
  eval "$helper() { record $helper \\"\\$@\\"; }"
done
`;

const PROVISION = `${RECORDERS}
bake_step() { record bake_step "$@"; "bake_section_$2"; }
bake_is_live() { return 0; }
bake_stand_in_begin() { return 1; }
bake_containerd_major() { echo "$MAJOR"; }
`;

/** Runs a provision.sh with recorders in place of its helpers; \`major\` is the containerd that it finds. */
export function provisionCalls(script: string, folder: string, major = '2'): Call[] {
  return run(insertBefore(script, 'bake_begin "$@"\n', PROVISION), folder, major);
}

/** The same for a verify.sh: one call of tap for each check. */
export function verifyCalls(script: string, folder: string): Call[] {
  return run(insertBefore(script, 'echo TAP version 13\n', RECORDERS), folder, '');
}

function insertBefore(script: string, mark: string, text: string): string {
  // Sections come first, and may hold anything: the last mark is the real one.
  const at = script.lastIndexOf(`\n${mark}`);
  assert.ok(at >= 0, `the script has ${JSON.stringify(mark)}`);
  return `${script.slice(0, at + 1)}${text}${script.slice(at + 1)}`;
}

function run(script: string, folder: string, major: string): Call[] {
  const file = join(folder, 'calls');
  const calls = openSync(file, 'w');
  const { status, stderr } = spawnSync('bash', ['-s'], {
    input: script,
    cwd: folder,
    env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', MAJOR: major, HOME: folder },
    stdio: ['pipe', 'ignore', 'pipe', ...Array<'ignore'>(6).fill('ignore'), calls],
    encoding: 'utf8',
  });
  closeSync(calls);
  assert.equal(status, 0, stderr);
  assert.equal(stderr, '', 'bash has nothing to complain of');
  return parse(readFileSync(file, 'utf8'));
}

function parse(text: string): Call[] {
  const parts = text.split('\0');
  const found: Call[] = [];
  for (let i = 0; i + 1 < parts.length;) {
    const name = parts[i] ?? '';
    const count = Number(parts[i + 1]);
    const args = parts.slice(i + 2, i + 2 + count);
    const input = parts[i + 2 + count] ?? '';
    found.push({ name, args, ...(READERS.includes(name) ? { input } : {}) });
    i += count + 3;
  }
  return found;
}

/** How bash splits a command that calls one of the recorded programs. */
export function wordsOf(command: string, folder: string): readonly string[] {
  const [call] = run(`${RECORDERS}\n${command}\n`, folder, '');
  return call?.args ?? [];
}
