import { readFile } from 'node:fs/promises';

/** An image as Packer’s manifest post-processor records it. */
export interface RecordedBuild {
  /** Packer’s builder: `amazon-ebs`. */
  readonly builder: string;
  /** What the platform calls the image: `eu-central-1:ami-0123`. */
  readonly artifactId: string;
}

/** A run of Packer’s: its id, empty where there was none, and what it built. */
export interface LastRun {
  readonly run: string;
  readonly builds: readonly RecordedBuild[];
}

/** The last run that a manifest of Packer’s tells of. */
export async function readLastRun(path: string): Promise<LastRun> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '{}';
    throw error;
  });
  const { builds = [], last_run_uuid: run = '' } = JSON.parse(text) as PackerManifest;
  return {
    run,
    builds: builds
      .filter(({ packer_run_uuid }) => packer_run_uuid === run)
      .map(({ builder_type, artifact_id }) => ({ builder: builder_type, artifactId: artifact_id })),
  };
}

/** Of developer.hashicorp.com/packer/docs/post-processors/manifest, what is read. */
interface PackerManifest {
  readonly builds?: readonly {
    readonly builder_type: string;
    readonly artifact_id: string;
    readonly packer_run_uuid: string;
  }[];
  readonly last_run_uuid?: string;
}
