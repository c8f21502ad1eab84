// The JSON Schema of the config file, for editors. The build writes it beside the program; it derives from the schema
// that checks the file, so that the two agree.
import * as z from 'zod';
import { configSchema } from './config-schema.ts';
import { OPTIONS, optionText, settingsSchema } from './settings.ts';

const TEMPLATE = String.raw`\{[{%]`;

export function configJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, {
    io: 'input',
    target: 'draft-7',
    override({ zodSchema, jsonSchema, path }) {
      const text = optionText.get(zodSchema as unknown as z.ZodType);
      if (text) {
        Object.assign(jsonSchema, { ...(text.title && { title: text.title }), description: `${text.meaning}.` });
      }
      if (path.length === 2 && path[0] === 'properties') Object.assign(jsonSchema, defaultOf(String(path[1])));
      const isOfConnection = path[1] === 'connections' && path.includes('items') && !path.includes('propertyNames');
      if (jsonSchema.type === 'string' && isOfConnection) admitTemplates(jsonSchema);
    },
  });
  return { $schema, title: 'aws-iam-mcp', description: 'The config file of aws-iam-mcp.', ...schema };
}

/** Where it can be told: some are found on the machine that the program runs on. */
function defaultOf(option: string): { default?: unknown } {
  const field: unknown = settingsSchema.shape[option as keyof typeof settingsSchema.shape];
  const isTold = OPTIONS.some(({ name, kind }) => name === option && kind !== 'text');
  return isTold && field instanceof z.ZodDefault ? { default: field.def.defaultValue } : {};
}

/** What a text has to be holds for what its template comes to. */
function admitTemplates(schema: z.core.JSONSchema.BaseSchema): void {
  const { pattern, minLength, allOf } = schema;
  if ((pattern ?? minLength ?? allOf) === undefined) return;
  delete schema.pattern;
  delete schema.minLength;
  delete schema.allOf;
  schema.anyOf = [{ pattern, minLength, allOf }, { pattern: TEMPLATE }];
}
