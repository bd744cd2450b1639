import { codeOf } from '../code.ts';

/** Names the programs of this folder: what they make of a tree, others would make otherwise. */
export const diskCode = (): string => codeOf(new URL('./', import.meta.url));
