// An action as MCP publishes it: name, JSON schemas, annotations, all derived from the action itself.
import type { Tool, ToolAnnotations } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { type Action, isChange, type Kind } from '../actions/action.ts';
import type { Settings } from '../settings/settings.ts';
import { tableInput } from '../table/arguments.ts';

type JsonSchema = Record<string, unknown>;

export function toolDefinition(action: Action, settings: Pick<Settings, 'approval' | 'secrets'>): Tool {
  return {
    name: action.name,
    title: action.title,
    description: describe(action, settings),
    inputSchema: inputSchema(action),
    outputSchema: outputSchema(action),
    annotations: annotationsOf(action.kind),
  };
}

function describe(action: Action, { approval, secrets }: Pick<Settings, 'approval' | 'secrets'>): string {
  const text = typeof action.description === 'string' ? action.description : action.description(secrets);
  return isChange(action) && approval !== 'host' ? `${text} A person is asked first.` : text;
}

/**
 * Every change says `destructiveHint`, the two that only add included: a host that asks for destructive tools alone
 * would otherwise hand out a credential, or an administrator's rights, without asking.
 */
function annotationsOf(kind: Kind): ToolAnnotations {
  if (kind === 'read') return { readOnlyHint: true, openWorldHint: true };
  return { readOnlyHint: false, destructiveHint: true, idempotentHint: kind !== 'create', openWorldHint: true };
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
      ...Object.fromEntries(own.map(([name, schema]) => [name, orTemplate(schema)])),
      ...tableProperties,
    },
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

/** Every field takes its value or a template: the schema must refuse none. What comes of a template is checked later. */
function orTemplate(schema: JsonSchema): JsonSchema {
  const { type, pattern, minLength, maxLength, enum: choices, minimum, maximum, ...others } = schema;
  if (choices) return { ...others, type: 'string', anyOf: [{ enum: choices }, { pattern: TEMPLATE }] };
  if (type === 'string') {
    const short = /^(\^(?:\[[^\]]*\]|\\w))\+\$$/.exec(String(pattern))?.[1];
    // A length in the pattern itself, since a template may be shorter or longer. What is not as simple is checked here.
    return { ...others, type, ...(short && { pattern: `${short}{${minLength},${maxLength}}$|${TEMPLATE}` }) };
  }
  const bounds = minimum === undefined ? {} : { minimum };
  // As text, too: "True" and "25" are taken.
  return { ...others, anyOf: [{ type, ...bounds }, { type: 'string' }] };
}

/**
 * The envelope around the action's result, which over a table is an array with an entry for each row, also for one that
 * failed. Loose: a strict client throws on a key that it was not told of.
 */
function outputSchema({ output }: Action): NonNullable<Tool['outputSchema']> {
  const { type, ...shape } = jsonSchemaOf(output);
  // What is said of properties holds for an object alone, and of items for an array.
  const result = type === 'array' ? shape : { ...shape, items: { type: 'object' } };
  return {
    type: 'object',
    properties: {
      result: { type: [...new Set([type, 'array', 'null'])], ...result },
      error: { type: ['string', 'null'] },
      has_error: { type: 'boolean' },
      warnings: { type: 'array' },
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
  return published;
}
