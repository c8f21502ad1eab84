// The config file as a whole: every option under its own name, and what only a file can hold. The check of the file and
// its JSON Schema derive from it.
import * as z from 'zod';
import { connectionSchema } from './connection-schema.ts';
import { optionText, settingsSchema } from './settings.ts';

export const configSchema = z.strictObject(
  {
    $schema: z.string({ error: 'expected a text' }).optional().register(optionText, {
      title: 'JSON Schema',
      meaning: 'Where an editor finds the description of this file; nothing else reads it',
    }),
    connections: z
      .array(connectionSchema, { error: 'expected an array of connections' })
      .optional()
      .register(optionText, {
        title: 'Connections',
        meaning: 'The connections that a call can choose from by their labels',
      }),
    defaultConnection: z.string({ error: 'expected the label of a connection' }).optional().register(optionText, {
      title: 'Default Connection',
      meaning: 'The label of the connection for calls that name none',
    }),
    ...optionFields(),
  },
  { error: 'expected an object' },
);

/** The options without their defaults, which are filled in once all sources are merged. */
function optionFields(): Record<string, z.ZodOptional> {
  // A file that names another file would only make it harder to see which one counts.
  const { config: _, ...options } = settingsSchema.shape;
  return Object.fromEntries(
    Object.entries(options).map(([name, field]) => {
      const bare = field instanceof z.ZodDefault || field instanceof z.ZodOptional ? field.unwrap() : field;
      const text = optionText.get(field);
      return [name, text ? z.optional(bare).register(optionText, text) : z.optional(bare)];
    }),
  );
}
