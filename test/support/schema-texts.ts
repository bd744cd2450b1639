import { z } from 'zod';

/** Where a schema takes text that is not from a fixed list: `files[].path`; a record's keys as `system.sysctl{}`. */
export function textFields(schema: z.ZodType, path = ''): string[] {
  if (schema instanceof z.ZodOptional) return textFields(schema.unwrap() as z.ZodType, path);
  if (schema instanceof z.ZodArray) return textFields(schema.element as z.ZodType, `${path}[]`);
  if (schema instanceof z.ZodUnion)
    return [...new Set((schema.options as z.ZodType[]).flatMap((option) => textFields(option, path)))];
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([key, inner]) =>
      textFields(inner, path === '' ? key : `${path}.${key}`),
    );
  }
  if (schema instanceof z.ZodRecord)
    return [`${path}{}`, ...textFields(schema.valueType as z.ZodType, `${path}{}=`)];
  return schema instanceof z.ZodString ? [path] : [];
}
