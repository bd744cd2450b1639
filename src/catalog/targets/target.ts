import { z } from 'zod';
import { IMAGE_FORMATS } from '../image-formats.ts';
import { MEDIUM_NAMES } from '../media.ts';

/**
 * What may be written for a platform; each is a file in `src/user-data-forms/`.
 * `text`: the user-data as it is. `mime`: a MIME message, to add parts of one's own. `base64`: one line. `cli`: a line of shell that
 * makes the machine. The others bring name and network along: lines of a .vmx file, rows of advanced parameters, the same as JSON for
 * an API, a line of govc, the environment document of OVF, and properties to import an OVA with.
 */
export const FORM_NAMES = [
  'text',
  'mime',
  'base64',
  'cli',
  'vmx',
  'parameters',
  'extra-config',
  'govc',
  'ovf-env',
  'ovf-properties',
] as const;
export type FormName = (typeof FORM_NAMES)[number];

const text = z.string().min(1);
const texts = z.array(text).min(1).readonly();
const name = z.string().regex(/^[a-z0-9][a-z0-9+.-]*$/);
const names = z.array(name).readonly();

const limit = z.strictObject({
  bytes: z.int().positive(),
  /**
   * What is counted. `payload`: what cloud-init gets, so gzip counts as it is, however it travelled; `base64`: the base64 of that,
   * whoever makes it; `field`: the characters that stand in the field, be they text or base64.
   */
  counts: z.enum(['payload', 'base64', 'field']),
});

const userData = z.strictObject({
  /** Absent: none is known. */
  limit: limit.optional(),
  /**
   * In which encodings it is known to arrive: `plain` text, `base64` of it, `gzip` as binary data, `gzip+base64`. Text can always be
   * a MIME message with a gzipped part, since cloud-init itself unpacks that.
   */
  encodings: z
    .array(z.enum(['plain', 'base64', 'gzip', 'gzip+base64']))
    .min(1)
    .readonly(),
  /** Its field takes nothing else. */
  asciiOnly: z.literal(true).optional(),
});

const form = z.strictObject({
  form: z.enum(FORM_NAMES),
  /** Where a person puts it. */
  paste: text,
});

const cli = z.strictObject({
  /**
   * A command that reads the user-data from standard input. `{name}` stands for the machine's name; a word `$NAME` is a variable that
   * the person sets.
   */
  words: texts,
  /** Whether it hands on binary data, too. */
  binary: z.boolean(),
});

/** Everything that is known of a platform: `src/catalog/targets/NAME.ts`. Sizes are in bytes. */
export const TARGET = z.strictObject({
  title: text,
  /** cloud-init's names of the sources that the platform feeds, in the order in which an image for it asks them. */
  datasources: z
    .array(z.string().regex(/^[A-Z][A-Za-z0-9]+$/))
    .min(1)
    .readonly(),
  userData,
  /** What `bake userdata --target` writes, the default first. */
  forms: z.array(form).min(1).readonly(),
  cli: cli.optional(),
  /** What `bake seed --target` writes, the default first; empty where no medium can be attached. */
  media: z.array(z.enum(MEDIUM_NAMES)).readonly(),
  /** How instance id and host name get there. */
  metaData: text,
  /** How the network is set up, and when again. */
  networkConfig: text,
  images: z.strictObject({
    /** Forms of an image that can be handed over, the best first; empty where only the platform makes images. */
    formats: z.array(z.enum(IMAGE_FORMATS)).readonly(),
    note: text.optional(),
  }),
  /** To bake into an image for it. */
  guest: z.strictObject({
    /** Packages of the guest agent by family of operating systems; empty where none is needed. */
    packages: z.strictObject({ debian: names, ubuntu: names, rocky: names }),
    /** Kernel modules that find disk and network: built in, or in the initramfs, as in every image (test/bake/formats.test.ts). */
    drivers: z
      .array(z.string().regex(/^[a-z0-9_]+$/))
      .min(1)
      .readonly(),
  }),
  /** Names of Packer's builders, the one to take unless told otherwise first. */
  packer: names,
  /** What surprises people. */
  notes: texts,
  /** Where all this is from; as of 2026-08. */
  sources: texts,
});
export type Target = z.infer<typeof TARGET>;
