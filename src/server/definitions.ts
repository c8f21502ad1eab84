// An action as MCP publishes it: name, JSON schemas, annotations, all derived from the action itself.
import type { Tool, ToolAnnotations } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { type Action, isChange, isRepeatable } from '../actions/action.ts';
import { tableInput } from '../calls/table-arguments.ts';
import type { Settings } from '../settings/settings.ts';

type JsonSchema = Record<string, unknown>;

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
  return isChange(action) && approval !== 'host' ? `${text} A person is asked first.` : text;
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

function inputSchema({ input }: Action): Tool['inputSchema'] {
  const { properties, additionalProperties } = jsonSchemaOf(input);
  const own = Object.entries(properties as Record<string, JsonSchema>);
  // zod counts a field with a default as required of what comes out; a caller may leave it out.
  const required = Object.entries(input.shape).flatMap(([name, field]) =>
    (field as z.ZodType).safeParse(undefined).success ? [] : [name],
  );
  return {
    type: 'object',
    properties: {
      ...Object.fromEntries(own.map(([name, schema]) => [name, orTemplate(schema, required.includes(name))])),
      ...tableProperties,
    } as Tool['inputSchema']['properties'],
    ...(required.length > 0 && { required }),
    additionalProperties,
  };
}

/** As short as can be, since every tool has them. */
const tableProperties = Object.fromEntries(
  Object.entries(jsonSchemaOf(tableInput, 'input').properties as Record<string, JsonSchema>).map(
    ([name, { default: _, minLength, maxLength, ...schema }]) => [name, schema],
  ),
);

const TEMPLATE = '\\{[{%]';

/**
 * Every field takes its value or a template: the schema must refuse none. What comes of a template is checked later.
 *
 * Real converters break on less than JSON Schema allows: each branch of an `anyOf` has its type, and beside the `anyOf`
 * stand title and description alone.
 */
function orTemplate(schema: JsonSchema, isRequired: boolean): JsonSchema {
  const {
    type,
    title,
    description,
    pattern,
    minLength,
    maxLength,
    enum: choices,
    minimum,
    default: _,
    ...more
  } = schema;
  if (Object.keys(more).some((keyword) => keyword !== 'maximum')) {
    throw new Error(`a field cannot be published with ${Object.keys(more).join(', ')}`);
  }
  const texts = { title, ...(description !== undefined && { description }) };
  if (choices) {
    // An optional field may also be empty.
    const other = isRequired ? TEMPLATE : `^$|${TEMPLATE}`;
    return {
      ...texts,
      anyOf: [
        { type, enum: choices },
        { type, pattern: other },
      ],
    };
  }
  if (type === 'string') {
    const short = /^(\^(?:\[[^\]]*\]|\\w))\+\$$/.exec(String(pattern))?.[1];
    // A length in the pattern itself, since a template may be shorter or longer. What is not as simple is checked here.
    return { ...texts, type, ...(short && { pattern: `${short}{${minLength},${maxLength}}$|${TEMPLATE}` }) };
  }
  // As text, too: "True" and "25" are taken. Without bounds, since 0 stands for none given.
  return { ...texts, anyOf: [{ type }, { type: 'string' }] };
}

/**
 * The envelope around the action's result, which over a table is an array with an entry for each row, also for one that
 * failed. Loose: a strict client throws on a key that it was not told of.
 */
function outputSchema({ output }: Action): NonNullable<Tool['outputSchema']> {
  // What is in it always, its description need not say: all tools together have to stay short.
  const { required: _, ...result } = jsonSchemaOf(output);
  const table = result.type === 'array' ? [] : [{ type: 'array', items: { type: 'object' } }];
  return {
    type: 'object',
    properties: {
      result: { anyOf: [result, ...table, { type: 'null' }] },
      error: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      has_error: { type: 'boolean' },
      warnings: { type: 'array', items: { type: 'string' } },
    },
    required: ['result', 'error', 'has_error'],
  };
}

/** @param io of a schema with defaults, what goes in differs from what comes out */
function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output' = 'output'): JsonSchema {
  const { $schema, ...published } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    // `additionalProperties: {}` says what leaving it out says.
    override: ({ jsonSchema }) => {
      const extra = jsonSchema.additionalProperties;
      if (typeof extra === 'object' && Object.keys(extra).length === 0) delete jsonSchema.additionalProperties;
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
