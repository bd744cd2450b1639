import type { Command, Option } from 'commander';
import { shellQuote } from '../text/shell.ts';

export const SHELLS = ['bash', 'zsh'] as const;
export type CompletedShell = (typeof SHELLS)[number];

/** What the line of commands does not know by itself. */
export interface CompletedNames {
  readonly profiles: readonly string[];
  readonly targets: readonly string[];
  readonly forms: readonly string[];
}

/** What the word after an option may be. */
type Values = { readonly words: readonly string[]; readonly also: 'files' | 'folders' | 'nothing' };

/**
 * A completion script made from the commands themselves, so that none is forgotten. Programmable completion of bash
 * (its manual, section 8.6); zsh takes the same by its bashcompinit (zshcompsys(1)).
 */
export function completionScript(program: Command, shell: CompletedShell, names: CompletedNames): string {
  const all = commandsOf(program, '');
  const values = all.flatMap(({ path, command }) =>
    command.options.flatMap((option) => {
      const { words, also } = valuesOf(option, names);
      if (!option.required) return [];
      const flags = [option.short, option.long].filter((flag) => flag !== undefined);
      const patterns = flags.map((flag) => `'${path}|${flag}'`).join(' | ');
      return [`    ${patterns}) words=${shellQuote(words.join(' '))} also=${also} ;;`];
    }),
  );
  const words = all.map(({ path, command }) => {
    const options = command.options.map(({ long, short }) => long ?? short ?? '');
    const names = command.commands.map((one) => one.name());
    return `    ${shellQuote(path)}) commands=${shellQuote(names.join(' '))} options=${shellQuote([...options, '--help'].join(' '))} ;;`;
  });
  const paths = all.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`);
  return `${shell === 'zsh' ? 'autoload -U +X bashcompinit && bashcompinit\n' : ''}# Completion of bake for ${shell}; made by: bake completion ${shell}
_bake() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} path='' words='' also=files commands='' options='' i reply
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${path:+$path }\${COMP_WORDS[i]}" in
      ${paths.join(' | ')}) path="\${path:+$path }\${COMP_WORDS[i]}" ;;
    esac
  done
  case "$path|$before" in
${values.join('\n')}
    *)
      case $path in
${words.map((line) => `    ${line}`).join('\n')}
      esac
      words=$commands
      [[ $current != -* ]] || words=$options also=nothing
      [ -z "$commands" ] || also=nothing
      ;;
  esac
  COMPREPLY=()
  while IFS= read -r reply; do COMPREPLY+=("$reply"); done < <(
    compgen -W "$words" -- "$current" || :
    case $also in
      files) compgen -f -- "$current" || : ;;
      folders) compgen -d -- "$current" || : ;;
    esac
  )
}
complete -o filenames -F _bake bake
`;
}

/** A command and all below it, each with the words that lead to it. */
function commandsOf(command: Command, path: string): readonly { path: string; command: Command }[] {
  return [
    { path, command },
    ...command.commands.flatMap((one) => commandsOf(one, path === '' ? one.name() : `${path} ${one.name()}`)),
  ];
}

function valuesOf({ flags, argChoices, long }: Option, { profiles, targets, forms }: CompletedNames): Values {
  if (argChoices) return { words: argChoices, also: 'nothing' };
  if (long === '--target') return { words: targets, also: 'nothing' };
  if (long === '--form') return { words: forms, also: 'nothing' };
  if (flags.includes('name|file')) return { words: profiles, also: 'files' };
  if (flags.includes('<dir>')) return { words: [], also: 'folders' };
  return { words: [], also: flags.includes('<file>') ? 'files' : 'nothing' };
}
