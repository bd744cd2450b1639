import { z } from 'zod';
import type { Path } from '../diagnostics/diagnostic.ts';

/** The keys that an object may have at `path`, over all branches of unions. */
export function keysAt(schema: z.ZodType, path: Path): string[] {
  let nodes: z.ZodType[] = unwrap(schema);
  for (const step of path) {
    nodes = nodes.flatMap((node) => {
      if (node instanceof z.ZodObject) {
        const next: unknown = (node.shape as Record<string, unknown>)[String(step)];
        return next instanceof z.ZodType ? unwrap(next) : [];
      }
      if (node instanceof z.ZodArray) return unwrap(node.element as z.ZodType);
      return [];
    });
  }
  return nodes.flatMap((node) => (node instanceof z.ZodObject ? Object.keys(node.shape) : []));
}

/** Every key of a schema, with those that it stands in. */
export function pathsOf(schema: z.ZodType, path: readonly string[]): string[][] {
  return unwrap(schema).flatMap((node) =>
    node instanceof z.ZodObject
      ? Object.entries(node.shape as Record<string, z.ZodType>).flatMap(([key, inner]) => [
          [...path, key],
          ...pathsOf(inner, [...path, key]),
        ])
      : [],
  );
}

function unwrap(schema: z.ZodType): z.ZodType[] {
  if (schema instanceof z.ZodOptional) return unwrap(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodUnion) return (schema.options as z.ZodType[]).flatMap(unwrap);
  return [schema];
}
