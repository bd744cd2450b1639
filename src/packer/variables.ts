import { hclString } from '../text/hcl.ts';
import type { MachineFacts, Variable } from './builder.ts';

/** A text that a person has to give. */
export function required(name: string, description: string, example: string): Variable {
  return { name, type: 'string', description, example, validation: notEmpty(name) };
}

/** A credential that a person has to give: never with a default, and not printed. */
export function secret(name: string, description: string, example: string): Variable {
  return { ...required(name, description, example), sensitive: true };
}

export function optional(name: string, description: string, preset: string): Variable {
  return { name, type: 'string', description, default: preset, validation: notEmpty(name) };
}

/** Like {@link optional}, and may be empty, which leaves it to the builder. */
export function mayBeEmpty(name: string, description: string): Variable {
  return { name, type: 'string', description, default: '' };
}

export function whole(name: string, description: string, preset: number, least: number): Variable {
  const message = `The value of ${name} must be at least ${least}.`;
  return {
    name,
    type: 'number',
    description,
    default: preset,
    validation: { condition: `var.${name} >= ${least}`, message },
  };
}

export function flag(name: string, description: string, preset: boolean): Variable {
  return { name, type: 'bool', description, default: preset };
}

export function list(name: string, description: string, example: readonly string[]): Variable {
  const message = `The value of ${name} must have at least one entry.`;
  return {
    name,
    type: 'list(string)',
    description,
    example,
    validation: { condition: `length(var.${name}) > 0`, message },
  };
}

/** One of a few words. */
export function choice(name: string, description: string, words: readonly [string, ...string[]]): Variable {
  return {
    ...optional(name, description, words[0]),
    validation: {
      condition: `contains([${words.map(hclString).join(', ')}], var.${name})`,
      message: `The value of ${name} must be one of ${words.join(', ')}.`,
    },
  };
}

const notEmpty = (name: string): NonNullable<Variable['validation']> => ({
  condition: `length(var.${name}) > 0`,
  message: `The value of ${name} must not be empty.`,
});

/** Of every template. */
export function imageName(machine: MachineFacts): Variable {
  return {
    ...optional(
      'image_name',
      'Name of the finished image. By default that of the profile and its plan, so that the same plan has the same name.',
      `${platformName(machine.profile, LONGEST_NAME - machine.plan.length - 1)}-${machine.plan}`,
    ),
    validation: {
      condition: `length(var.image_name) > 0 && length(var.image_name) <= ${LONGEST_NAME}`,
      message: `The value of image_name must have 1 to ${LONGEST_NAME} characters.`,
    },
  };
}

/** Google's limit, the narrowest (cloud.google.com/compute/docs/naming-resources). */
const LONGEST_NAME = 63;

/** A name that every platform takes: small letters, digits and dashes, a letter first. */
export function platformName(name: string, longest = LONGEST_NAME): string {
  const dashed = name.replace(/[^a-z0-9]+/g, '-').replace(/^(?![a-z])/, 'image-');
  return dashed.slice(0, longest).replace(/-+$/, '');
}

/** Of builders that end with files. */
export const output = optional(
  'output',
  'Folder for finished images, as seen from where Packer is started; each builder makes one in it, which must not be there yet.',
  'image',
);

/**
 * Of builders that run a virtual machine whose size is ours to say. An installer that gets its packages by the network wants 3 GiB
 * (RHEL 9, "System requirements reference").
 */
export const machineSize: readonly Variable[] = [
  whole('cpus', 'Virtual CPUs of the machine while it is built.', 2, 1),
  whole('memory', 'Memory of the machine while it is built, in MiB.', 3072, 1024),
];

export const sshTimeout = (preset: string): Variable =>
  optional(
    'ssh_timeout',
    'How long the machine may take until Packer can log in: a number with s, m or h.',
    preset,
  );

/** Of builders that install from a medium. */
export function installerMedium(medium: string, page: string): readonly Variable[] {
  return [
    required('iso_url', `Address or path of ${medium}; ${page} has it.`, 'installer.iso'),
    required(
      'iso_checksum',
      'Its checksum: sha256:HEX, or file:URL of a list of checksums.',
      `sha256:${'0'.repeat(64)}`,
    ),
  ];
}
