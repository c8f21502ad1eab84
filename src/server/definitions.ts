// An action as MCP publishes it: name, JSON schemas, annotations, all derived from the action itself.
import type { Tool, ToolAnnotations } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { type Action, isChange, type Kind } from '../actions/action.ts';
import type { Settings } from '../settings/settings.ts';

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
  // zod counts a field with a default as required of what comes out; a caller may leave it out.
  const required = Object.entries(input.shape).flatMap(([name, field]) =>
    (field as z.ZodType).safeParse(undefined).success ? [] : [name],
  );
  return {
    type: 'object',
    properties: properties as Record<string, object>,
    ...(required.length > 0 && { required }),
    additionalProperties,
  };
}

/** The envelope around the action's result. Loose: a strict client throws on a key that it was not told of. */
function outputSchema({ output }: Action): NonNullable<Tool['outputSchema']> {
  return {
    type: 'object',
    properties: {
      result: { anyOf: [jsonSchemaOf(output), { type: 'null' }] },
      error: { type: ['string', 'null'] },
      has_error: { type: 'boolean' },
      warnings: { type: 'array', items: { type: 'string' } },
    },
    required: ['result', 'error', 'has_error'],
  };
}

function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const { $schema, ...published } = z.toJSONSchema(schema, {
    // `additionalProperties: {}` says what leaving it out says.
    override: ({ jsonSchema }) => {
      const extra = jsonSchema.additionalProperties;
      if (typeof extra === 'object' && Object.keys(extra).length === 0) delete jsonSchema.additionalProperties;
    },
  });
  return published;
}
