/** How messages speak of a kind of file: a profile has other keys than a cluster, and another smallest one. */
export interface DocumentKind {
  readonly name: string;
  /** What to write where nothing is written. */
  readonly smallest: string;
  /** The command that prints its JSON Schema. */
  readonly schema: string;
  /** What to do about a key without a value. */
  readonly emptyKey: string;
  /** What stands at its top, where it is no mapping. */
  readonly top: string;
  /** Which tags it may have, behind "unknown tag X; ". */
  readonly tags: string;
  /** Read by PyYAML, so YAML 1.1 with its tags and merge keys, and perhaps empty; without it YAML 1.2. */
  readonly isPyYaml?: true;
}

export const PROFILE: DocumentKind = {
  name: 'profile',
  smallest: 'the smallest profile is one line: `extends: worker`',
  schema: 'bake schema',
  emptyKey: 'delete the key, or write null to take away what is inherited',
  top: 'a profile is made of lines such as `extends: worker`',
  tags: 'the one tag here is !replace, before a list',
};
