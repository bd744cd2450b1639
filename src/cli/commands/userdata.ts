import { basename, dirname, resolve } from 'node:path';
import { CLIPBOARD_PROGRAMS, copyText } from '../../adapters/clipboard.ts';
import { writeIfChanged } from '../../adapters/output.ts';
import { keepOutOfGit } from '../../adapters/private-files.ts';
import { run } from '../../adapters/process.ts';
import { OPERATING_SYSTEMS } from '../../catalog/operating-systems.ts';
import { TARGETS, type TargetName } from '../../catalog/targets/index.ts';
import type { FormName, Target } from '../../catalog/targets/target.ts';
import type { SecretText } from '../../secrets/secret-text.ts';
import { formatSize } from '../../units/size.ts';
import { FORMS, writeFor } from '../../user-data-forms/index.ts';
import type { ClusterMachine } from '../compile-cluster.ts';
import { tellOfSizes } from '../cluster-notes.ts';
import { EXIT, Stop, type Io } from '../io.ts';
import { machineOrStop, type MachineOptions } from '../one-machine.ts';
import { formOrStop, limitText, targetNameOrStop } from '../target.ts';
import { cannotWrite, gitNote, requireFolderOf } from '../write-artifacts.ts';

export interface UserDataOptions extends MachineOptions {
  /** Platform to write it for; as cloud-init reads it when absent. */
  readonly target?: string;
  /** One of the platform's forms; its first when absent. */
  readonly form?: string;
  /** To the clipboard instead of standard output. */
  readonly copy?: boolean;
  /** File to write; standard output when absent. */
  readonly out?: string;
}

/** `bake userdata`: the user-data of one machine, to paste into a console. */
export async function userDataCommand(options: UserDataOptions, io: Io): Promise<void> {
  const { out, copy } = options;
  const wanted = wantedForm(options);
  if (out !== undefined) requireFolderOf(out, io);
  // A stock machine has what the platform brings, and is made into what its user-data says.
  const platform = wanted && options.stock ? { targets: [wanted.name] } : {};
  const machine = await machineOrStop({ ...options, ...platform }, io);
  const made = wanted ? madeFor(wanted, machine, options) : madePlain(machine);
  const note = out === undefined ? '' : await write(out, made.text, io);
  const copied = copy ? `, on the clipboard (${await copyOrStop(made.text, io)})` : '';
  if (out === undefined && !copy) io.out(made.text);
  io.err(`user-data of ${machine.name}${made.size}${whereTo(out)}${copied}\n${note}${made.paste}`);
  if (!wanted) tellOfSizes([machine], io);
  else tellOfAgent(wanted, machine, io);
  if (machine.identity?.network && !made.bringsIdentity)
    io.err(
      'Its static addresses are not in user-data: give them by the platform, or attach them (bake seed).\n',
    );
}

interface WantedForm {
  readonly name: TargetName;
  readonly target: Target;
  readonly form: FormName;
  readonly paste: string;
}

/** What was asked for, found out before anything is compiled. */
function wantedForm({ target: name, form }: UserDataOptions): WantedForm | undefined {
  if (name !== undefined) {
    const known = targetNameOrStop(name);
    const target = TARGETS[known];
    return { name: known, target, ...formOrStop(target, known, form) };
  }
  if (form === undefined) return undefined;
  throw new Stop(EXIT.usage, '--form is one of a platform’s: say which by --target (bake targets)');
}

interface Made {
  readonly text: SecretText;
  /** Goes on after the machine's name. */
  readonly size: string;
  /** A line, or nothing. */
  readonly paste: string;
  readonly bringsIdentity: boolean;
}

function madePlain({ seed }: ClusterMachine): Made {
  const text = seed['user-data'];
  return { text, size: `: ${formatSize(Buffer.byteLength(text))}`, paste: '', bringsIdentity: false };
}

const PACKED = {
  plain: '',
  mime: ', as a MIME message',
  'mime+gzip': ', gzipped in a MIME message',
  gzip: ', gzipped',
} as const;

function madeFor(
  { name, target, form, paste }: WantedForm,
  machine: ClusterMachine,
  options: UserDataOptions,
): Made {
  const { identity, seed } = machine;
  const written = writeFor(target, form, {
    userData: seed['user-data'],
    ...(identity ? { identity } : {}),
  });
  const { limit } = target.userData;
  const of = limit ? ` of ${limitText(target.userData)}` : '';
  const size = ` for ${target.title}: ${formatSize(written.size)}${of}${PACKED[written.payload.kind]}`;
  if (written.text === undefined)
    throw new Stop(
      EXIT.input,
      `user-data of ${machine.name} is too large${size} at the smallest. What helps:\n${whatHelps(name, target, options)}`,
    );
  return {
    text: written.text,
    size,
    paste: `It goes into ${paste}\n`,
    bringsIdentity: FORMS[form].bringsIdentity,
  };
}

/** An image that lacks the platform's guest agent may never read any of this. */
function tellOfAgent(
  { name, target }: WantedForm,
  { compiled: { plan, delivery }, profile }: ClusterMachine,
  io: Io,
): void {
  const packages = target.guest.packages[OPERATING_SYSTEMS[plan.os].family];
  if (packages.length === 0 || delivery.targets.includes(name)) return;
  io.err(
    `Profile ${profile} does not say that its image is for ${name}, so the image lacks ${packages.join(' ')}: bake it with --target ${name}, or write image: { targets: [${name}] }.\n`,
  );
}

/** Lines that say how a machine gets its user-data all the same. */
function whatHelps(name: string, { media }: Target, { stock, node }: UserDataOptions): string {
  return [
    ...(stock
      ? ['bake the image, and leave out --stock: then only what differs between machines is in user-data']
      : []),
    ...(media.length > 0 && node !== undefined
      ? [`attach it: bake seed --target ${name} --node ${node}`]
      : []),
    'serve what bake userdata writes without --target at an https address that this machine alone reads, and give two lines instead: #include, and the address',
  ]
    .map((line) => `  - ${line}\n`)
    .join('')
    .trimEnd();
}

async function copyOrStop(text: SecretText, io: Io): Promise<string> {
  const program = await copyText(text, io.env, run);
  if (program !== undefined) return program;
  throw new Stop(
    EXIT.tool,
    `there is no clipboard to copy to: that takes one of ${CLIPBOARD_PROGRAMS.join(', ')}, and a desktop to run it on; leave out --copy, or write a file with --out`,
  );
}

/** Says whether git was told to leave the file alone. */
async function write(out: string, text: SecretText, io: Io): Promise<string> {
  const path = resolve(io.cwd, out);
  try {
    const note = gitNote(await keepOutOfGit(path, run), 'it', io);
    writeIfChanged(dirname(path), basename(path), text, 0o600);
    return note;
  } catch (error) {
    throw cannotWrite(error, out, 'choose another file with --out');
  }
}

const whereTo = (out: string | undefined): string => (out === undefined ? '' : `, in ${out} (mode 0600)`);
