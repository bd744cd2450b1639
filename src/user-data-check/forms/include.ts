import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { quote } from '../../diagnostics/printable.ts';
import { credentialIn } from '../credential-in-address.ts';
import { say } from '../finding.ts';
import { lineSpan, type Part } from '../part.ts';

/** Nobody is on the way to the machine itself, nor to the metadata service beside it. */
const NEXT_DOOR =
  /^http:\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|169\.254\.\d+\.\d+|\[fd00:ec2::254\]|metadata\.google\.internal)(?:[:/]|$)/i;

/** Lines of an include list are addresses; one that can't be fetched ends the whole of it since 20.3. (cloudinit/user_data.py) */
export function includesAreAddresses({ source }: Part): Diagnostic[] {
  return source.text.split('\n').flatMap((text, i) => {
    const address = includedAddress(text);
    if (address === undefined) return [];
    const span = lineSpan(source, i + 1);
    if (!/^(?:https?|file):\/\/\S+$/.test(address)) {
      // The message must not show what is hidden in the excerpt.
      const shown = credentialIn(address) === undefined ? quote(address) : 'this';
      const message = `${shown} is no address that cloud-init can fetch, and then it does nothing of all this`;
      const hint = 'one address a line, with https:// before it, and nothing else';
      return [say('B702', span, message, { hint })];
    }
    if (!address.startsWith('http:') || NEXT_DOOR.test(address)) return [];
    const start = { ...span.start, column: text.indexOf(address) + 1 };
    return [
      say('B714', { ...span, start }, 'root does what anybody on the way may have written', {
        hint: 'https:// before it',
      }),
    ];
  });
}

/** The address in a line of an include list; none in empty lines and comments. */
export function includedAddress(line: string): string | undefined {
  const address = line.replace(/^#include(?:-once)?/i, '').trim();
  return address === '' || address.startsWith('#') ? undefined : address;
}
