import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Generation, Schemas } from './generations.ts';

/** What of cloud-init's schemas is used here. */
export interface Schema {
  readonly [keyword: string]: unknown;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** cloud-init's schema of one release, compiled for the keys that are asked about: all of it takes Ajv a second. */
export class Judge {
  readonly generation: Generation;
  readonly schema: Schema;
  private readonly ajv: Ajv;
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(generation: Generation, schemas: Schemas) {
    this.generation = generation;
    this.schema = schemas(generation) as Schema;
    // They are written for draft 4, and use of it only what later drafts mean in the same way.
    this.ajv = new Ajv({
      allErrors: true,
      strict: false,
      verbose: true,
      logger: false,
      formats: { uri: isUri, date: /^\d{4}-\d\d-\d\d$/, hostname: /^[A-Za-z0-9.:_-]{1,255}$/ },
    });
  }

  /** The modules whose definition has this key. */
  modulesOf(key: string): readonly Schema[] {
    return (this.schema.allOf ?? []).filter((one) => Object.hasOwn(this.resolve(one).properties ?? {}, key));
  }

  /** Every key that a module has. */
  get keys(): readonly string[] {
    return (this.schema.allOf ?? []).flatMap((one) => Object.keys(this.resolve(one).properties ?? {}));
  }

  /** What the release has against this value of this key. */
  errors(key: string, value: unknown): readonly ErrorObject[] {
    const modules = this.modulesOf(key);
    if (modules.length === 0) return [];
    const validate = this.validator(key, { allOf: modules });
    return validate({ [key]: value }) ? [] : (validate.errors ?? []);
  }

  /** Whether a value is what a part of the schema describes. */
  fits(schema: Schema, value: unknown): boolean {
    return this.validator(JSON.stringify(schema), schema)(value);
  }

  resolve(schema: Schema): Schema {
    const name = /^#\/\$defs\/(.+)$/.exec(schema.$ref ?? '')?.[1];
    return name === undefined ? schema : (this.schema.$defs?.[name] ?? schema);
  }

  private validator(name: string, schema: Schema): ValidateFunction {
    const known = this.compiled.get(name);
    if (known) return known;
    const made = this.ajv.compile({ ...schema, $defs: this.schema.$defs });
    this.compiled.set(name, made);
    return made;
  }
}

/** As jsonschema's format checker: something with a scheme. Jinja and $INSTANCE_ID may stand in it. */
const isUri = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\S*$/i.test(text);
