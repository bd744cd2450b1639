import { behindOptions, waitedFor, type Script } from './shell.ts';

/** A command or loop that goes on until somebody stops it. */
export interface Endless {
  readonly line: number;
  readonly hint: string;
}

const UNIT = 'make it a service of systemd, or put & behind it';

/** Why a command never ends by itself; `words` are those of the command alone. */
export function endlessHint([first = '', ...rest]: readonly string[]): string | undefined {
  const name = first.replace(/^.*\//, '');
  const has = (pattern: RegExp): boolean => rest.some((word) => pattern.test(word));
  switch (name) {
    case 'tail':
      return has(/^-[qvz\d]*[fF]|^--follow\b/) && !has(/^--pid\b/) ? UNIT : undefined;
    case 'journalctl':
      return has(/^-[aeklmqrx]*f|^--follow$/) && !has(JOURNALCTL_ENDS)
        ? 'journalctl -n 50 shows what there is'
        : undefined;
    case 'dmesg':
      return has(/^-[deHkLpPrtTux]*[wW]|^--follow(?:-new)?$/) ? 'dmesg shows what there is' : undefined;
    case 'sleep':
      return has(/^inf(?:inity)?$/i) ? 'delete it, or make it a service of systemd' : undefined;
    case 'watch':
      return has(/^(?:-[a-z]*[gq]|--chgexit|--equexit.*)$/) ? undefined : 'until …; do sleep 5; done';
    case 'kubectl':
    case 'microk8s.kubectl':
    case 'oc':
      return kubectlHint(behindOptions(rest, KUBECTL_WITH_VALUE));
    case 'k3s':
    case 'microk8s':
      return rest[0] === 'kubectl' ? endlessHint(rest) : undefined;
    default:
      return /^python[\d.]*$/.test(name) && rest[0] === '-m' && rest[1] === 'http.server' ? UNIT : undefined;
  }
}

/** What journalctl does instead of showing the journal. (journalctl(1), Commands) */
const JOURNALCTL_ENDS =
  /^--(?:vacuum-(?:size|files|time)|rotate|flush|(?:smart-)?relinquish-var|sync|list-(?:boots|catalog|invocations|namespaces)|disk-usage|verify|header|fields?|(?:dump|update)-catalog|setup-keys|new-id128|help|version)\b|^-[FNh]/;

/** Options of every command of kubectl whose value is the next word. (kubectl options) */
const KUBECTL_WITH_VALUE =
  /^(?:-[nsv]|--(?:namespace|context|cluster|user|server|token|kubeconfig|as|as-group|as-uid|cache-dir|certificate-authority|client-certificate|client-key|request-timeout|tls-server-name|username|password|v|vmodule))$/;
/** What keeps its pods up, where a pod by its name may end and a job's does. */
const KEPT_UP = /^(?:deploy(?:ments?)?|ds|daemonsets?|sts|statefulsets?)(?:\.apps)?\//;

/** The same of kubectl from its subcommand on. */
function kubectlHint([subcommand = '', ...rest]: readonly string[]): string | undefined {
  const behind = rest.indexOf('--');
  const words = behind === -1 ? rest : rest.slice(0, behind);
  const has = (pattern: RegExp): boolean => words.some((word) => pattern.test(word));
  switch (subcommand) {
    case 'get':
    case 'events':
      return has(/^(?:-A?wA?|--watch(?:-only)?(?:=true)?)$/) && !has(/^--request-timeout\b/)
        ? 'kubectl wait --for=… --timeout=…'
        : undefined;
    case 'logs':
      return has(/^(?:-f|--follow(?:=true)?)$/) && has(KEPT_UP)
        ? 'kubectl logs shows what there is'
        : undefined;
    case 'port-forward':
    case 'proxy':
      return UNIT;
    default:
      return undefined;
  }
}

/** Commands that go on as long as what they read from does. */
const PASSES_ON = /^(?:tee|logger|cat|systemd-cat|ts)$/;
const LEAVES = /^(?:break|exit|return|exec|kill|reboot|poweroff|halt|shutdown)$/;
const CLOSES: Readonly<Record<string, Frame['kind']>> = {
  done: 'loop',
  fi: 'maybe',
  esac: 'case',
  '}': 'list',
};

/** What is open at a word of a script. */
interface Frame {
  /** `maybe` and `case` may not be gone through, and `apart` is done at another time or beside the script. */
  readonly kind: 'list' | 'loop' | 'maybe' | 'case' | 'apart';
  readonly closedBy: string;
  readonly line: number;
  /** Words in front of what opened it, if it is an argument. */
  readonly words: readonly Token[];
  found?: Endless | undefined;
  /** In the list of `&&` and `||`, which a `&` sends away as one. */
  inList?: Endless | undefined;
  /** In front of a `|`. */
  inPipe?: Endless | undefined;
  /** Behind a `||`. */
  isOtherwise: boolean;
  /** The condition of a loop, until its `do`. */
  condition?: string[] | undefined;
  isForever: boolean;
  leaves: boolean;
}

interface Token {
  readonly text: string;
  readonly line: number;
}

/**
 * The first thing in a script that never ends and that the script surely comes to, not in the background. What stands in `if`,
 * `case`, functions and behind `||` is done or not, so nothing is said of it.
 */
export function endlessIn(script: Pick<Script, 'bare' | 'lines'>): Endless | undefined {
  const root = frame('list', '', 0);
  const open: Frame[] = [root];
  let words: Token[] = [];
  let isFunction = false;
  let goesOn = false;
  for (const token of tokensOf(script)) {
    const top = open.at(-1) ?? root;
    const { text, line } = token;
    const wentOn = goesOn;
    goesOn = text === '|' || text === '|&' || text === '&&' || text === '||';
    if (top.condition && text !== 'do' && text !== '\n' && text !== ';') top.condition.push(text);
    if (text === '\n' && wentOn) goesOn = true;
    else if (text === '\n' || text === ';' || text === ';;') end();
    else if (text === '&') {
      command();
      top.inList = undefined;
      end();
    } else if (text === '&&') command();
    else if (text === '||') {
      command();
      top.isOtherwise = true;
    } else if (goesOn) {
      command();
      top.inPipe = top.inList;
      top.inList = undefined;
    } else if (text === '()') {
      isFunction ||= words.length === 1 && /^[\w.-]+$/.test(words[0]?.text ?? '');
      words = [];
    } else if (text === '(') {
      // Behind words it is the list of an array, or what another command puts out.
      open.push(frame(isFunction || words.length > 0 ? 'apart' : 'list', ')', line, words));
      isFunction = false;
      words = [];
    } else if (text === ')') {
      if (top.closedBy === ')') close(')');
      else words = [];
    } else if (words.length === 0) keyword(token);
    else words.push(token);
  }
  end();
  return root.found;

  function keyword(token: Token): void {
    const { text, line } = token;
    const top = open.at(-1) ?? root;
    if (text === '{') open.push(frame(isFunction ? 'apart' : 'list', '}', line));
    else if (text === 'if') open.push(frame('maybe', 'fi', line));
    else if (text === 'case') open.push(frame('case', 'esac', line));
    else if (text === 'while' || text === 'until')
      open.push({ ...frame('loop', 'done', line), condition: [text] });
    else if (text === 'for' || text === 'select' || text === FOREVER)
      open.push({ ...frame('loop', 'done', line), isForever: text === FOREVER });
    else if (text === 'do') {
      if (top.condition) top.isForever = ALWAYS.test(top.condition.join(' '));
      top.condition = undefined;
    } else if (text === 'function') isFunction = true;
    else if (Object.hasOwn(CLOSES, text)) close(text);
    else if (!/^(?:then|else|elif|!|time)$/.test(text)) {
      // The name in `function name {`.
      if (isFunction && /^[\w.-]+$/.test(text)) return;
      words.push(token);
    }
    if (text === '{') isFunction = false;
  }

  /** A simple command has come to its end. */
  function command(): void {
    const top = open.at(-1) ?? root;
    const [raw] = words;
    if (!raw) return;
    const alone = waitedFor(words.map(({ text }) => text));
    words = [];
    if (LEAVES.test(raw.text)) top.leaves = true;
    const hint = endlessHint(alone);
    if (hint !== undefined) put(top, { line: raw.line, hint });
    else if (top.inPipe && (PASSES_ON.test(alone[0] ?? '') || isPlainGrep(alone))) put(top, top.inPipe);
    top.inPipe = undefined;
  }

  /** A list of `&&` and `||` has come to its end. */
  function end(): void {
    command();
    const top = open.at(-1) ?? root;
    top.found ??= top.inList;
    top.inList = undefined;
    top.inPipe = undefined;
    top.isOtherwise = false;
  }

  function close(by: string): void {
    const top = open.at(-1) ?? root;
    if (top === root || top.closedBy !== by) return;
    end();
    open.pop();
    const outer = open.at(-1) ?? root;
    words = [...top.words];
    if (top.kind === 'apart') return;
    outer.leaves ||= top.leaves;
    const endless = top.found ?? (top.isForever && !top.leaves ? { line: top.line, hint: UNIT } : undefined);
    if (top.kind === 'list' || top.kind === 'loop') {
      put(outer, endless);
      if (outer.inPipe && !top.leaves) put(outer, outer.inPipe);
    }
    outer.inPipe = undefined;
  }
}

function put(into: Frame, endless: Endless | undefined): void {
  if (!into.isOtherwise) into.inList ??= endless;
}

const frame = (kind: Frame['kind'], closedBy: string, line: number, words: readonly Token[] = []): Frame => ({
  kind,
  closedBy,
  line,
  words,
  isOtherwise: false,
  isForever: false,
  leaves: false,
});

/** A grep that reads to the end. */
const isPlainGrep = ([first, ...rest]: readonly string[]): boolean =>
  first === 'grep' &&
  !rest.some((word) => /^-[A-Za-z]*[mqlL]|^--(?:max-count|quiet|silent|files-with)/.test(word));

const FOREVER = 'for ((;;))';
const ALWAYS = /^(?:while (?:true|:|\[\[? (?:1|true) \]\]?|\(\(1\)\))|until false)$/;
const TOKEN =
  /for\s*\(\(\s*;\s*;\s*\)\)|\(\(1\)\)|\(\s*\)|\d*[<>]+&\s*[\w-]+|&>>?|&&|\|\||\|&|;;&?|[|&;()]|[^\s|&;()<>]+|[<>]+/g;

/** Words and operators; a line that goes on behind a backslash has no end. */
function* tokensOf({ bare, lines }: Pick<Script, 'bare' | 'lines'>): Generator<Token> {
  for (const [line, text] of bare.entries()) {
    const goesOn = /\\\s?$/.test(lines[line] ?? '') && text.endsWith('_');
    for (const [found] of (goesOn ? text.slice(0, -1) : text).matchAll(TOKEN))
      yield { text: /^for\s*\(/.test(found) ? FOREVER : /^\(\s*\)$/.test(found) ? '()' : found, line };
    if (!goesOn) yield { text: '\n', line };
  }
}
