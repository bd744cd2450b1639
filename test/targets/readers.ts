import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A call of a program: its arguments, and its standard input to the byte. */
export interface Call {
  readonly args: readonly string[];
  readonly input: Buffer;
}

/** Runs a line of shell by a shell, with a recorder in place of a program; `variables` are those that a person would set. */
export function runLine(
  line: string,
  program: string,
  variables: Readonly<Record<string, string>> = {},
  shell = 'bash',
): Call {
  const folder = mkdtempSync(join(tmpdir(), 'bake-test-'));
  try {
    const recorder = join(folder, program);
    writeFileSync(recorder, '#!/bin/sh\nprintf "%s\\0" "$@" >"$RECORD.args"\nexec cat >"$RECORD.input"\n');
    chmodSync(recorder, 0o755);
    const record = join(folder, 'record');
    const { status, stderr } = spawnSync(shell, ['-c', line], {
      env: { PATH: `${folder}:${process.env['PATH']}`, RECORD: record, SHLVL: '1', ...variables },
      encoding: 'utf8',
    });
    assert.equal(status, 0, `${stderr}\n${line.slice(-300)}`);
    assert.equal(stderr, '');
    return {
      args: readFileSync(`${record}.args`, 'utf8').split('\0').slice(0, -1),
      input: readFileSync(`${record}.input`),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Settings of a .vmx file by name, read as libvirt does (src/vmx/vmx.c, virVMXUnescapeHex; src/util/virconf.c). */
export function readVmx(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .trimEnd()
      .split('\n')
      .map((line) => {
        const [, name = '', value = ''] = /^([\w.:-]+) = "([^"\n]*)"$/.exec(line) ?? assert.fail(line);
        const bytes = Buffer.from(value, 'latin1');
        const read: number[] = [];
        for (let i = 0; i < bytes.length; i++) {
          if (bytes[i] !== 0x7c) read.push(bytes[i] ?? 0);
          else {
            read.push(parseInt(value.slice(i + 1, i + 3), 16));
            i += 2;
          }
        }
        return [name, Buffer.from(read).toString()];
      }),
  );
}

/** Names and values of advanced parameters, as a person copies them. */
export function readParameters(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .trimEnd()
      .split('\n\n')
      .map((block) => {
        const [name = '', value = '', ...more] = block.split('\n');
        assert.deepEqual(more, []);
        return [name, value];
      }),
  );
}

/** What govc was told to set: `-e name=value`, and `-f name=/dev/stdin`. */
export function readGovc(
  line: string,
  variables: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const { args, input } = runLine(line, 'govc', variables);
  const settings: Record<string, string> = {};
  args.forEach((arg, i) => {
    if (arg !== '-e' && arg !== '-f') return;
    const [, name = '', value = ''] =
      /^([^=]+)=([\s\S]*)$/.exec(args[i + 1] ?? '') ?? assert.fail(args[i + 1]);
    settings[name] = arg === '-e' ? value : input.toString();
  });
  return { vm: args[args.indexOf('-vm') + 1] ?? '', ...settings };
}
