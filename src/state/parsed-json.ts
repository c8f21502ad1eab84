// What stands in this program's own files as JSON, a whole file or one line of it.
import type * as z from 'zod';

/** @returns undefined for what is half there, or written by somebody else */
export function parsedAs<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
