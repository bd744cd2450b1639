import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { sayOf } from '../finding.ts';
import { commandsOf, invocations } from '../shell.ts';
import { isBootScript } from './boot-scripts-can-run.ts';
import type { ConfigRule } from './rule.ts';
import { bits, isBase64, isExecutable, isGzip, writtenFiles, type WrittenFile } from './written-files.ts';

/** Paths, encodings and permissions of write_files. (cloudinit/config/cc_write_files.py) */
export const filesAreAsMeant: ConfigRule = (config) => {
  const started = new Set(
    commandsOf(config)
      .flatMap(invocations)
      .map(({ words }) => words[0]),
  );
  const mentioned = commandsOf(config).flatMap(({ script, words }) => script?.lines ?? words ?? []);
  const isChanged = (name: string): boolean =>
    mentioned.some((line) => /\bchmod\b|\binstall\b/.test(line) && line.includes(name));
  return writtenFiles(config).flatMap((file) => {
    const tell = (key: string, message: string, hint?: string): Diagnostic =>
      sayOf(config, 'B713', [...file.path, key], message, hint === undefined ? {} : { hint });
    const found: Diagnostic[] = [];
    if (/^[~$]/.test(file.name))
      found.push(tell('path', 'nobody expands ~ or a variable here', 'write the whole path'));
    else if (!file.name.startsWith('/'))
      found.push(
        tell(
          'path',
          'a relative path; where it ends up depends on the folder cloud-init runs in',
          'begin it with /',
        ),
      );
    const coding = wrongCoding(file);
    if (coding) found.push(tell('content', ...coding));
    const text = file.text ?? '';
    // A line end of Windows behind the interpreter is a part of its name: “bad interpreter”.
    if (/^#![^\n]*\r\n/.test(text))
      found.push(
        sayOf(
          config,
          'B707',
          [...file.path, 'content'],
          'a script with line ends of Windows, which no interpreter is found for',
          {
            hint: 'save it with line ends of Unix (dos2unix)',
          },
        ),
      );
    if (
      text.startsWith('#!') &&
      started.has(file.name) &&
      !isBootScript(file.name) &&
      !isExecutable(file) &&
      !isChanged(file.name)
    )
      found.push(tell('path', 'a script that is started and may not be executed', "permissions: '0755'"));
    if (isWorldWritable(file))
      found.push(
        sayOf(
          config,
          'B714',
          [...file.path, 'permissions'],
          'everybody on the machine may change this file',
          {
            hint: "'0755' for programs, '0644' for the rest",
          },
        ),
      );
    return found;
  });
};

function wrongCoding({
  encoding,
  content,
  isBinary,
}: WrittenFile): [message: string, hint: string] | undefined {
  if (isBinary) return undefined;
  const packed = content.replace(/\s/g, '');
  if (isBase64(encoding)) {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(packed) || packed.length % 4 !== 0)
      return ['no base64, which the encoding says it is', 'delete encoding, or encode it: base64 -w0'];
    const hasGzip = packed.startsWith('H4sI');
    if (hasGzip && !isGzip(encoding))
      return ['gzip in base64, of which only base64 is taken off', 'encoding: gz+b64'];
    if (!hasGzip && isGzip(encoding) && packed !== '')
      return ['no gzip in base64, which the encoding says it is', 'encoding: b64'];
    return undefined;
  }
  if (isGzip(encoding)) return ['gzip is bytes, which YAML can’t hold as they are', 'encoding: gz+b64'];
  const looksEncoded =
    packed.length >= 40 && packed.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(packed);
  if (!looksEncoded) return undefined;
  const isText = /^[\n\t\r\x20-\x7e]*$/.test(Buffer.from(packed, 'base64').toString('latin1'));
  if (packed.startsWith('H4sI') || isText)
    return ['this is base64 and will be written as it is', `encoding: ${isText ? 'b64' : 'gz+b64'}`];
  return undefined;
}

/** A folder’s sticky bit means something for folders only. */
const isWorldWritable = (file: WrittenFile): boolean =>
  typeof file.permissions === 'string' && (bits(file) & 0o002) !== 0;
