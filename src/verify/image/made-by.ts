import type { ImageReader } from './reader.ts';

/** Where an image says what it is: the plan it was made by and the checks it must pass. */
export const IMAGE_RECORDS = '/usr/share/bake';

/** What an image carries of the plan that it was made by. */
export interface MadeBy {
  /** The plan's own hash; empty where the record can't be understood. */
  readonly hash: string;
  readonly standIn: boolean;
}

/** Reads the plan that lies in an image; `undefined` for an image that carries none, as one of another builder. */
export async function readMadeBy(reader: ImageReader): Promise<MadeBy | undefined> {
  const record = await reader.read(`${IMAGE_RECORDS}/plan.json`);
  if (!record) return undefined;
  try {
    // Not by parsePlan: a plan of another version of bake says these two as well.
    const { hash, standIn } = JSON.parse(record.toString('utf8')) as Partial<MadeBy>;
    return { hash: typeof hash === 'string' ? hash : '', standIn: standIn === true };
  } catch {
    return { hash: '', standIn: false };
  }
}
