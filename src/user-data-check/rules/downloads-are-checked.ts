import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { say } from '../finding.ts';
import { commandsOf, scriptOfPart, type Script } from '../shell.ts';
import type { ConfigRule, PartRule } from './rule.ts';

const PIPED = /\|\s*(?:sudo\s+(?:-\w+\s+)*)?(?:ba|da|z)?sh\b/;
const INSECURE = /\b(?:curl|wget)\b.*(?:\s-\w*k\w*\s|--insecure\b|--no-check-certificate\b)/;

/** What is fetched and run as root ought to come from who it says it does. */
export const downloadsAreChecked: ConfigRule = (config) =>
  commandsOf(config).flatMap(({ script }) => (script ? judge(script) : []));

/** The same of scripts. */
export const scriptDownloadsAreChecked: PartRule = (part) => {
  const script = scriptOfPart(part);
  return script ? judge(script) : [];
};

function judge({ lines, bare, spanOf, path }: Script): Diagnostic[] {
  return lines.flatMap((line, i) => {
    const shown = bare[i] ?? '';
    const isFetched = /\b(?:curl|wget)\b/.test(shown);
    const tell = (message: string, hint: string): Diagnostic[] => [
      say('B714', spanOf(i), message, { hint }, path),
    ];
    if (isFetched && PIPED.test(shown) && (/\bhttp:\/\//.test(line) || INSECURE.test(shown)))
      return tell(
        'root runs what anybody on the way may have written',
        'https://, and a checksum: sha256sum --check',
      );
    if (/--discovery-token-unsafe-skip-ca-verification\b/.test(shown))
      return tell(
        'the machine joins whoever answers at that address',
        '--discovery-token-ca-cert-hash sha256:…',
      );
    return [];
  });
}
