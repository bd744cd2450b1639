import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { quote } from '../../diagnostics/printable.ts';
import { say } from '../finding.ts';
import { lineSpan, type Part } from '../part.ts';

/** Lines of an include list are addresses; one that can't be fetched ends the whole of it since 20.3. (cloudinit/user_data.py) */
export function includesAreAddresses({ source }: Part): Diagnostic[] {
  return source.text.split('\n').flatMap((text, i) => {
    const address = text.replace(/^#include(?:-once)?/i, '').trim();
    if (address === '' || address.startsWith('#') || /^(?:https?|file):\/\/\S+$/.test(address)) return [];
    const message = `${quote(address)} is no address that cloud-init can fetch, and then it does nothing of all this`;
    const hint = 'one address a line, with https:// before it, and nothing else';
    return [say('B702', lineSpan(source, i + 1), message, { hint })];
  });
}
