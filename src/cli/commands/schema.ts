import { z } from 'zod';
import { clusterFile } from '../../cluster/schema.ts';
import { profileFile } from '../../profile/schema.ts';
import { stableJson } from '../../text/stable-json.ts';
import type { Io } from '../io.ts';

export interface SchemaOptions {
  /** Of a cluster file instead of a profile. */
  readonly cluster?: boolean;
}

/** `bake schema`: the JSON Schema of a profile or a cluster file, for editors. */
export function schemaCommand(options: SchemaOptions, io: Io): void {
  io.out(options.cluster ? clusterJsonSchema() : profileJsonSchema());
}

/** JSON Schema draft 2020-12 of a profile file. */
export const profileJsonSchema = (): string => jsonSchema(profileFile);

/** JSON Schema draft 2020-12 of a cluster file. */
export const clusterJsonSchema = (): string => jsonSchema(clusterFile);

function jsonSchema(file: z.ZodType): string {
  const schema = z.toJSONSchema(file, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // Called once more for what wraps a mapping, with the same JSON Schema.
      if (zodSchema instanceof z.ZodObject || zodSchema instanceof z.ZodRecord) allowNull(jsonSchema);
    },
  });
  return `${stableJson(schema, 2)}\n`;
}

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** A written null is as if the key were not there (src/load/tree.ts), so it may stand wherever a key may be left out. */
function allowNull(schema: JsonSchema): void {
  const { properties = {}, required = [], additionalProperties } = schema;
  for (const [key, inner] of Object.entries(properties)) {
    if (!required.includes(key) && typeof inner === 'object') properties[key] = orNull(inner);
  }
  if (typeof additionalProperties === 'object') schema.additionalProperties = orNull(additionalProperties);
}

function orNull({ description, ...inner }: JsonSchema): JsonSchema {
  return { ...(description === undefined ? {} : { description }), anyOf: [inner, { type: 'null' }] };
}
