import { z } from 'zod';

const text = z.string().min(1);
const url = z.httpUrl().regex(/[^/]$/, 'an address without a slash at its end');
/** A registry and path, as images are named. */
const repository = z.string().regex(/^[a-z0-9][a-z0-9.-]*(?:\/[a-z0-9._-]+)*$/);

/**
 * What one place mirrors: `src/catalog/mirrors/NAME.ts`. It says where things are, never whom to believe: packages are held to the
 * keys of their makers wherever they come from. What is not written, the place does not have, or nobody has seen it there.
 */
export const MIRROR_SET = z.strictObject({
  title: text,
  /** Archives of the distributions, by family. */
  archives: z
    .strictObject({
      debian: z.strictObject({ main: url, security: url }),
      /** `ports` is the archive of what is not amd64. */
      ubuntu: z.strictObject({ main: url, security: url, ports: url }),
      /** Below it `9/BaseOS/x86_64/os/` and others. */
      rocky: url.optional(),
    })
    .optional(),
  /** Packages of Kubernetes. */
  kubernetes: z
    .strictObject({
      /** Below it `v1.35/deb/` and `v1.35/rpm/`, from 1.24 on. */
      perMinor: url.optional(),
      /** The apt repository of before 2024 (suite kubernetes-xenial, to 1.28.2), for 1.23 and older. */
      legacy: url.optional(),
    })
    .optional(),
  /** Docker's packages: below it `debian`, `ubuntu` and `centos`. */
  docker: url.optional(),
  /** Images of containers. */
  images: z
    .strictObject({
      /**
       * kubeadm's `imageRepository`. `layout` is `original` where CoreDNS lies one folder deeper, as in registry.k8s.io, and `flat`
       * where it lies beside the others.
       */
      kubernetes: z.strictObject({ repository, layout: z.enum(['original', 'flat']) }).optional(),
      /** Mirrors of whole registries, by the host that images are named by. */
      registries: z.record(z.string().regex(/^[a-z0-9.-]+$/), url).optional(),
    })
    .optional(),
  /** What surprises people. */
  notes: z.array(text).readonly(),
  /** Where all this is from. */
  sources: z.array(text).min(1).readonly(),
});
export type MirrorSet = z.infer<typeof MIRROR_SET>;
