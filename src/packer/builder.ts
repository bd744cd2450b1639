import type { OperatingSystem } from '../catalog/operating-systems.ts';
import type { Target } from '../catalog/targets/target.ts';
import { expression, type Expression, type HclBody, type HclValue } from '../text/hcl.ts';

/** One of Packer's builders, and how bake makes an image with it. Each is a file in builders/. */
export interface Builder {
  /** As Packer calls it: `vsphere-clone`. */
  readonly name: string;
  readonly title: string;
  /** Where Packer 1.7 and newer find it, and the oldest version that takes what we write. */
  readonly plugin: Plugin;
  readonly from: 'cloud-image' | 'installer' | 'baked-disk';
  /** How Packer gets into the machine that it builds in. */
  readonly login: Login;
  /** Whether it ends with files on this computer, which get a checksum; otherwise with an image at the platform. */
  readonly makesFiles: boolean;
  /** Shell lines that root runs before everything else: for what the platform's image lacks. */
  readonly prepare?: (machine: MachineFacts) => readonly string[];
  /** Shell lines that root runs before sealing: for what the platform or an installer has left. */
  readonly tidy?: readonly string[];
  readonly variables: (machine: MachineFacts) => readonly Variable[];
  /** The inside of the source block; how to log in is added to it (sources.ts). */
  readonly source: (machine: MachineFacts) => HclBody;
  /** Of builders that start from an installer. */
  readonly installer?: InstallerFacts;
}

export interface Plugin {
  readonly name: string;
  /** `github.com/hashicorp/qemu` */
  readonly source: string;
  /** A constraint: `>= 1.1.0`. */
  readonly version: string;
  /** Whether Packer 1.6, which has its builders inside, lacks it. */
  readonly neverInside?: true;
}

/**
 * - `build-key`: root, by the key in `seed/`, which user-data or an installer's answers give to the machine.
 * - `platform-key`: root, by a key that Packer makes and the platform hands in; user-data lets root in.
 * - `build-user`: a user of its own where the platform lets no root in; it is deleted at the end.
 */
export type Login = 'build-key' | 'platform-key' | 'build-user';

export interface InstallerFacts {
  readonly firmware: 'bios' | 'efi';
  /** Packages for the hypervisor: its guest agent. */
  readonly guestPackages: Target['guest']['packages'];
}

/** An input variable of the template. Without a default a person has to set it. */
export interface Variable {
  readonly name: string;
  readonly type: 'string' | 'number' | 'bool' | 'list(string)';
  readonly description: string;
  readonly default?: HclValue;
  /** Packer keeps it out of what it prints; never with a default. */
  readonly sensitive?: boolean;
  /** What it may look like; of those without a default. */
  readonly example?: HclValue;
  /** When the value is right, and the sentence to say when it is not. Names the variable as `var.NAME`. */
  readonly validation?: { readonly condition: string; readonly message: string };
}

/** What builders need to know of the machine that is made. */
export interface MachineFacts {
  readonly profile: string;
  readonly os: OperatingSystem;
  /** In bytes. */
  readonly diskSize: number;
  /** Archives that packages come from, when they are not the distribution's own. Of Rocky Linux both are what all repositories are below. */
  readonly archives?: { readonly main: string; readonly security: string };
  /** The profile's own cloud image, where it names one by address. */
  readonly image?: { readonly url: string; readonly sha256: string };
  /** The first 12 digits of the plan's hash. */
  readonly plan: string;
}

/** Disk size in whole units, rounded up, no less than `least`. */
export const diskMiB = ({ diskSize }: MachineFacts): number => Math.ceil(diskSize / 2 ** 20);
export const diskGiB = ({ diskSize }: MachineFacts, least = 1): number =>
  Math.max(least, Math.ceil(diskSize / 2 ** 30));

/** Locals that sources.ts sets: one line for people, and key-value pairs in two alphabets. */
export const DESCRIPTION = expression('local.description');
/** Values as they are: letters, digits and punctuation. */
export const TAGS = expression('local.tags');
/** Small letters, digits, - and _ only. */
export const LABELS = expression('local.labels');
/** For platforms whose tags are words. */
export const TAG_WORDS = expression('[for key, value in local.labels : "${key}:${value}"]');

/** A file of the template's own folder, wherever Packer is started. The path is ours and needs no quoting. */
export const beside = (path: string): Expression => expression(`"\${path.root}/${path}"`);

/** User-data that lets root in, in an argument that takes it in base64. file() starts from the template's folder. */
export const SEED_BASE64 = expression('base64encode(file("seed/user-data"))');

/**
 * Ends a machine that root is logged in to. No unit is stopped in its own way (`--force`), since some would write what sealing
 * has just removed. File systems are unmounted all the same.
 */
export const POWER_OFF = 'systemctl poweroff --force';
