// An action as MCP publishes it: name, JSON schemas, annotations, all derived from the action itself.
import type { Tool, ToolAnnotations } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { type Action, isChange, isRepeatable } from '../actions/action.ts';
import { ONLY_OF_READS, tableInput } from '../calls/table-arguments.ts';
import type { Settings } from '../settings/settings.ts';

type JsonSchema = Record<string, unknown>;

// What of a field is checked here and said in its description, and is not in its schema: a client that checks by the
// schema would answer in our place, without our words, and repeat what may be a secret.
const CHECKED_HERE = ['pattern', 'minLength', 'maxLength', 'minimum', 'maximum', 'default'];

export function toolDefinition(action: Action, settings: Pick<Settings, 'approval' | 'secrets'>): Tool {
  return {
    name: action.name,
    title: action.title,
    description: describe(action, settings),
    inputSchema: inputSchema(action),
    outputSchema: outputSchema(action),
    annotations: annotationsOf(action),
  };
}

function describe(action: Action, { approval, secrets }: Pick<Settings, 'approval' | 'secrets'>): string {
  const text = typeof action.description === 'string' ? action.description : action.description(secrets);
  return isChange(action) && approval !== 'host' ? `${text} Asks a person first.` : text;
}

/**
 * All four, since directories of servers want them explicit, and a hint left out means its default to a host. Every change
 * says `destructiveHint`, the two that only add included: a host that asks for destructive tools alone would otherwise
 * hand out a credential, or an administrator's rights, without asking.
 */
function annotationsOf(action: Action): ToolAnnotations {
  return {
    readOnlyHint: !isChange(action),
    destructiveHint: isChange(action),
    idempotentHint: isRepeatable(action),
    openWorldHint: true,
  };
}

function inputSchema(action: Action): Tool['inputSchema'] {
  const { input } = action;
  const { properties, additionalProperties } = jsonSchemaOf(input);
  const own = Object.entries(properties as Record<string, JsonSchema>);
  // zod counts a field with a default as required of what comes out; a caller may leave it out.
  const required = Object.entries(input.shape).flatMap(([name, field]) =>
    (field as z.ZodType).safeParse(undefined).success ? [] : [name],
  );
  return {
    type: 'object',
    properties: {
      ...Object.fromEntries(own.map(([name, schema]) => [name, orTemplate(schema)])),
      ...(isChange(action) ? tablePropertiesOfChanges : tableProperties),
    } as Tool['inputSchema']['properties'],
    ...(required.length > 0 && { required }),
    additionalProperties,
  };
}

/**
 * The same for every tool. The choices of a field stand in its description alone: a client that checks by the schema would
 * refuse the "" that some frameworks fill in.
 */
const tableProperties = Object.fromEntries(
  Object.entries(jsonSchemaOf(tableInput, 'input').properties as Record<string, JsonSchema>).map(
    ([name, { enum: _, ...schema }]) => [name, plain(schema)],
  ),
);

const tablePropertiesOfChanges = Object.fromEntries(
  Object.entries(tableProperties).filter(([name]) => !ONLY_OF_READS.includes(name)),
);

/** @throws Error for a keyword that is neither published nor known to be checked here */
function plain(schema: JsonSchema): JsonSchema {
  const published = Object.entries(schema).filter(([keyword]) => !CHECKED_HERE.includes(keyword));
  const unknown = published.filter(([keyword]) => !['type', 'title', 'description', 'enum', 'items'].includes(keyword));
  if (unknown.length > 0) throw new Error(`a field cannot be published with ${unknown.map(([keyword]) => keyword)}`);
  return Object.fromEntries(published);
}

/** Every field takes its value or a template. The schema must refuse none: what comes of a template is checked later. */
function orTemplate(field: JsonSchema): JsonSchema {
  const schema = plain(field);
  return schema.type === 'string' && !schema.enum ? schema : orText(schema);
}

/**
 * Its value, or a text: "True" and "25" are taken, and a text may be a template.
 *
 * Real converters break on less than JSON Schema allows: each branch of an `anyOf` has its type, and beside the `anyOf`
 * stand title and description alone.
 */
function orText({ title, description, ...schema }: JsonSchema): JsonSchema {
  return { ...(title !== undefined && { title }), description, anyOf: [schema, { type: 'string' }] };
}

/**
 * The envelope around the action's result, which over a table is an array with an entry for each row, also for one that
 * failed. Loose: a strict client throws on a key that it was not told of. Its three keys are always there; beside them
 * there may be others, which say what they are.
 */
function outputSchema({ output }: Action): NonNullable<Tool['outputSchema']> {
  // What is in it always, its description need not say: all tools together have to stay short.
  const result = jsonSchemaOf(output, 'output', inShort);
  const table = result.type === 'array' ? [] : [{ type: 'array', items: { type: 'object' } }];
  return {
    type: 'object',
    properties: {
      result: { anyOf: [result, ...table, { type: 'null' }] },
      error: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      has_error: { type: 'boolean' },
    },
  };
}

function inShort(schema: JsonSchema): void {
  delete schema.required;
  if (Object.keys(schema.properties ?? {}).length === 0) delete schema.properties;
}

/**
 * @param io of a schema with defaults, what goes in differs from what comes out
 * @param change made in each schema within it
 */
function jsonSchemaOf(
  schema: z.ZodType,
  io: 'input' | 'output' = 'output',
  change: (schema: JsonSchema) => void = () => {},
): JsonSchema {
  const { $schema, ...published } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    // `additionalProperties: {}` says what leaving it out says.
    override: ({ jsonSchema }) => {
      const extra = jsonSchema.additionalProperties;
      if (typeof extra === 'object' && Object.keys(extra).length === 0) delete jsonSchema.additionalProperties;
      change(jsonSchema as JsonSchema);
    },
  });
  return withoutTypeLists(published) as JsonSchema;
}

/** `type: ['string', 'null']` as an `anyOf`: a list of types is more than some converters read. */
function withoutTypeLists(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutTypeLists);
  if (typeof schema !== 'object' || schema === null) return schema;
  const { type, ...others } = schema as JsonSchema;
  const entries = Object.entries(others).map(([name, value]) => [name, withoutTypeLists(value)]);
  const types = Array.isArray(type)
    ? { anyOf: type.map((one) => ({ type: one })) }
    : type === undefined
      ? {}
      : { type };
  return { ...types, ...Object.fromEntries(entries) };
}
