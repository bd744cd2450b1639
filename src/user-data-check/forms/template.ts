import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { didYouMean } from '../../diagnostics/suggest.ts';
import type { Source, Span } from '../../source/source.ts';
import { say } from '../finding.ts';
import { FILLED, linesOf } from '../part.ts';

/** Stable names under v1, which stand at the top, too. (cloud-init's documentation, “Instance metadata”) */
const V1 = [
  ...[
    '_beta_keys',
    'availability_zone',
    'cloud_id',
    'cloud_name',
    'distro',
    'distro_release',
    'distro_version',
  ],
  ...[
    'instance_id',
    'kernel_release',
    'local_hostname',
    'machine',
    'platform',
    'public_ssh_keys',
    'python_version',
  ],
  ...['region', 'subplatform', 'system_platform', 'variant'],
];
const ROOTS = [
  ...[
    'v1',
    'ds',
    'sys_info',
    'system_info',
    'merged_cfg',
    'merged_system_cfg',
    'combined_cloud_config',
    'userdata',
  ],
  ...[
    'vendordata',
    'vendordata2',
    'base64_encoded_keys',
    'sensitive_keys',
    'loop',
    'range',
    'dict',
    'lipsum',
  ],
  ...['cycler', 'joiner', 'namespace', 'self', 'caller', 'varargs', 'kwargs'],
];
const CLOSES: Readonly<Record<string, string>> = {
  endif: 'if',
  endfor: 'for',
  endmacro: 'macro',
  endset: 'set',
  endfilter: 'filter',
  endcall: 'call',
  endwith: 'with',
  endblock: 'block',
};

/** A template as it may look once rendered. */
export interface Rendered {
  /** As long as the template, line by line: statements are blanks, expressions {@link FILLED}. */
  readonly text: string;
  readonly hasBranches: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads what is Jinja in a text, without evaluating it, and says what Jinja2 would not take or know. */
export function renderShape(source: Source): Rendered {
  const { text } = source;
  const diagnostics: Diagnostic[] = [];
  const known = new Set([...ROOTS, ...V1]);
  const open: { readonly name: string; readonly span: Span }[] = [];
  let hasBranches = false;
  let out = '';
  let at = 0;
  const tell = (from: number, to: number, message: string, hint?: string): void => {
    diagnostics.push(say('B703', spanOf(source, from, to), message, hint === undefined ? {} : { hint }));
  };
  for (let found = /\{[{%#]/.exec(text); found;) {
    const from = found.index + at;
    const mark = found[0];
    const close = mark === '{{' ? '}}' : mark === '{%' ? '%}' : '#}';
    const end = text.indexOf(close, from + 2);
    out += text.slice(at, from);
    if (end === -1) {
      tell(
        from,
        from + 2,
        `${mark} without ${close} behind it`,
        'close it, or keep it as text: {% raw %} … {% endraw %}',
      );
      at = from;
      break;
    }
    const to = end + 2;
    const inner = text.slice(from + 2, end).replace(/^[-+]|[-+]$/g, '');
    const [word = ''] = inner.trim().split(/\s+/);
    if (mark === '{%' && word === 'raw') {
      const closing = /\{%-?\s*endraw\s*-?%\}/.exec(text.slice(to));
      const stop = closing ? to + closing.index : text.length;
      if (!closing) tell(from, to, '{% raw %} without {% endraw %} behind it');
      out += blank(text.slice(from, to), ' ') + text.slice(to, stop) + blank(closing?.[0] ?? '', ' ');
      at = stop + (closing?.[0].length ?? 0);
    } else {
      if (mark === '{%') {
        hasBranches ||= word === 'else' || word === 'elif' || word === 'for';
        statement(word, inner, spanOf(source, from, to));
      }
      if (mark === '{{') expression(inner, from, to);
      out += blank(text.slice(from, to), mark === '{{' ? FILLED : ' ');
      at = to;
    }
    found = /\{[{%#]/.exec(text.slice(at));
  }
  for (const { name, span } of open)
    diagnostics.push(say('B703', span, `{% ${name} %} without {% end${name} %} behind it`));
  return { text: out + text.slice(at), hasBranches, diagnostics };

  function statement(word: string, inner: string, span: Span): void {
    const opens = Object.hasOwn(CLOSES, word) ? CLOSES[word] : undefined;
    if (opens !== undefined) {
      const last = open.pop();
      if (last?.name !== opens)
        diagnostics.push(say('B703', span, `{% ${word} %} without {% ${opens} %} before it`));
    } else if (Object.values(CLOSES).includes(word) && !(word === 'set' && inner.includes('='))) {
      open.push({ name: word, span });
    }
    const [, names] = /^\s*(?:set|for|macro|import|from)\s+([\w\s,()]+?)(?:\s+in\s|=|$)/.exec(inner) ?? [];
    for (const [name] of (names ?? '').matchAll(/\w+/g)) known.add(name);
  }

  function expression(inner: string, from: number, to: number): void {
    const bare = inner.trim();
    if (/^[.$]|^(?:range|if|with|template|define|end|else)\b(?!\s*\()/.test(bare))
      return tell(
        from,
        to,
        'this reads like a Go template, and Jinja can’t render it, so that cloud-init leaves out all of it',
        'keep it as text: {% raw %}{{…}}{% endraw %}',
      );
    if (bare === '') return tell(from, to, 'nothing between {{ and }}');
    const words = bare.replace(/"[^"]*"|'[^']*'/g, '');
    const hyphen = /\b(?:[a-z_]\w*\.)+[a-z_]\w*(?:-[a-z]\w*)+/.exec(words)?.[0];
    if (hyphen !== undefined)
      return tell(from, to, 'a hyphen is a minus in Jinja', `write ${hyphen.replaceAll('-', '_')}`);
    const [, root, second] = /^(?<![.\w])([a-z_]\w*)(?:\.([a-z_]\w*))?/i.exec(words) ?? [];
    if (root === undefined || /^(?:not|true|false|none)$/i.test(root)) return;
    const unknown = (name: string, candidates: readonly string[]): void => {
      const hint = didYouMean(name, candidates) ?? 'cloud-init query --all on a machine shows what there is';
      diagnostics.push(
        say(
          'B703',
          spanOf(source, from, to),
          `cloud-init has no ${name} to fill in, and writes CI_MISSING_JINJA_VAR`,
          { hint, severity: 'warning' },
        ),
      );
    };
    if (root === 'v1' && second !== undefined && !V1.includes(second))
      unknown(
        `v1.${second}`,
        V1.map((name) => `v1.${name}`),
      );
    else if (!known.has(root)) unknown(root, [...ROOTS, ...V1]);
  }
}

/** What a text that is no template has of cloud-init's own variables: it was meant to be one. */
export function variablesOutsideTemplates(source: Source): Diagnostic[] {
  const pattern = new RegExp(
    `\\{\\{-?\\s*(?:v1|ds)\\.[^}]*\\}\\}|\\{\\{-?\\s*(?:${V1.slice(1).join('|')})\\s*-?\\}\\}`,
    'g',
  );
  const isComment = (at: number): boolean =>
    /^[ \t]*#/.test(linesOf(source)[spanOf(source, at, at).start.line - 1] ?? '');
  const all = [...source.text.matchAll(pattern)].filter(({ index }) => !isComment(index));
  return all.map((found) =>
    say(
      'B703',
      spanOf(source, found.index, found.index + found[0].length),
      'this is filled in in a template only, and stays as it is here',
      {
        hint: 'write ## template: jinja before the first line',
      },
    ),
  );
}

const blank = (text: string, filling: string): string => text.replace(/[^\n]/g, filling);

function spanOf(source: Source, from: number, to: number): Span {
  const position = (offset: number) => {
    const starts = lineStarts(source);
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
  return { source, start: position(from), end: position(to) };
}

const starts = new WeakMap<Source, readonly number[]>();

/** Where each line begins. */
function lineStarts(source: Source): readonly number[] {
  const known = starts.get(source);
  if (known) return known;
  const made = [0, ...[...source.text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  starts.set(source, made);
  return made;
}
