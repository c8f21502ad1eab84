import type { JsonSchemaType } from '@modelcontextprotocol/sdk/validation';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { isChange } from '../../src/actions/action.ts';
import { ACTIONS } from '../../src/actions/index.ts';
import { tableInput } from '../../src/calls/table-arguments.ts';
import { toolDefinition } from '../../src/server/definitions.ts';
import { strictlyConverted } from './strict-converter.ts';

const settings = { approval: 'auto', secrets: 'file' } as const;
const definitions = ACTIONS.map((action) => ({ action, tool: toolDefinition(action, settings) }));

const VALUES: Record<string, unknown> = {
  user_name: 'ci-deploy',
  access_key_id: 'AKIA0123456789ABCDEF',
  status: 'Inactive',
  policy_arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
  policy_usage_filter: 'PermissionsPolicy',
  scope: 'All',
  only_attached: true,
  max_items: 5,
  connection: 'prod',
  role_arn: 'arn:aws:iam::111122223333:role/responder',
};

// Fields of an action that the spec has not, and so no label for.
const NOT_OF_THE_SPEC = ['connection'];

/** Every schema inside a schema. */
function within(schema: unknown): Record<string, unknown>[] {
  if (schema === null || typeof schema !== 'object') return [];
  const here = Array.isArray(schema) ? [] : [schema as Record<string, unknown>];
  return [...here, ...Object.values(schema).flatMap(within)];
}

/** A schema and all below it, each with its place. */
function schemasIn(schema: unknown, at = ''): { at: string; schema: Record<string, unknown> }[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {}, items, anyOf = [] } = schema as Record<string, Record<string, unknown>>;
  return [
    { at, schema: schema as Record<string, unknown> },
    ...Object.entries(properties).flatMap(([name, below]) => schemasIn(below, `${at}/${name}`)),
    ...Object.entries(anyOf).flatMap(([index, branch]) => schemasIn(branch, `${at}|${index}`)),
    ...schemasIn(items, `${at}[]`),
  ];
}

describe('what a model is told', () => {
  const create = ACTIONS.find(({ kind }) => kind === 'create');
  const told = (given: Parameters<typeof toolDefinition>[1]) =>
    create ? toolDefinition(create, given).description : '';

  it('is true of how the server was started', () => {
    expect(told(settings)).toMatch(/goes to a file.*Asks a person first\.$/);
    expect(told({ ...settings, approval: 'host' })).not.toMatch(/person/);
    expect(told({ ...settings, secrets: 'inline' })).not.toMatch(/file/);
  });
});

describe('the published tools', () => {
  it('are the seven of the spec, in its order', () => {
    expect(definitions.map(({ tool }) => tool.title)).toEqual([
      'Get Access Key Last Used',
      'Create Access Key',
      'Delete Access Key',
      'List Access Keys',
      'Update Access Key',
      'Attach User Policy',
      'List Policies',
    ]);
  });

  it.each(definitions)('$tool.name is published as it was', ({ tool }) => {
    expect(tool).toMatchSnapshot();
  });

  it.each(definitions)('$tool.name has annotations that agree with its kind', ({ action, tool }) => {
    expect(tool.annotations).toEqual({
      readOnlyHint: action.kind === 'read',
      destructiveHint: isChange(action),
      idempotentHint: !Object.values(action.sends).includes('once'),
      openWorldHint: true,
    });
  });

  it.each(definitions)('$tool.name is published in schemas that every converter reads', ({ tool }) => {
    const schemas = [...schemasIn(tool.inputSchema), ...schemasIn(tool.outputSchema)];
    expect(schemas.length).toBeGreaterThan(15);
    for (const { at, schema } of schemas) {
      expect(Object.keys(schema), at).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(\$ref|oneOf|allOf|const|format)$/)]),
      );
      if ('anyOf' in schema) {
        const beside = Object.keys(schema).filter((keyword) => !['anyOf', 'title', 'description'].includes(keyword));
        expect(beside, at).toEqual([]);
        for (const branch of schema.anyOf as object[]) expect(branch, at).toHaveProperty('type', expect.any(String));
      } else {
        expect(schema.type, at).toBeTypeOf('string');
        if (schema.type === 'array') expect(schema.items, at).toHaveProperty('type');
      }
    }
  });

  it.each(definitions)('$tool.name has rows that no converter empties', ({ tool }) => {
    const arrays = schemasIn(tool.inputSchema).filter(({ schema }) => schema.type === 'array');
    expect(arrays.map(({ at }) => at)).toEqual(['/rows']);
    for (const { schema } of arrays) {
      expect(schema.items).toEqual({ type: 'object', properties: {}, additionalProperties: true });
    }
    const converted = z.fromJSONSchema(tool.inputSchema as Parameters<typeof z.fromJSONSchema>[0]);
    const values = Object.fromEntries((tool.inputSchema.required ?? []).map((name) => [name, VALUES[name]]));
    const rows = [{ user: 'ann', more: { key: 1 } }];
    expect(converted.parse({ ...values, rows })).toEqual({ ...values, rows });
  });

  it.each(definitions)('$tool.name is taken whole by a converter that is strict', ({ tool }) => {
    const converted = strictlyConverted(tool.inputSchema);
    expect(Object.keys(converted.properties ?? {})).toEqual(Object.keys(tool.inputSchema.properties ?? {}));
    expect(converted.properties?.rows).toMatchObject({ type: 'ARRAY', items: { type: 'OBJECT' } });
    expect(() => strictlyConverted(tool.outputSchema)).not.toThrow();
  });

  it.each(definitions)('$tool.name says of each field what it may hold', ({ action, tool }) => {
    const fields = Object.entries(tool.inputSchema.properties ?? {}) as [string, { description?: string }][];
    for (const [name, { description = '' }] of fields) {
      expect(description, name).toMatch(/^\w.{9,}[\w)}]$/);
      expect(Buffer.byteLength(description), name).toBeLessThanOrEqual(2048);
      const field = (action.input.shape[name] ?? tableInput.shape[name as 'rows']) as z.ZodType;
      const checked = z.toJSONSchema(field, { unrepresentable: 'any' });
      for (const choice of checked.enum ?? []) expect(description, name).toContain(String(choice));
      // A flag that is off when it is left out needs no word.
      if (checked.default) expect(description, name).toMatch(/default/i);
      if (checked.pattern?.startsWith('^arn')) expect(description, name).toMatch(/arn/i);
      else if (checked.pattern) expect(description, name).toContain(`${checked.minLength}-${checked.maxLength} `);
    }
  });

  it.each(definitions)('$tool.name leaves to this program what it has the better words for', ({ tool }) => {
    for (const { at, schema } of schemasIn(tool.inputSchema)) {
      for (const keyword of ['pattern', 'minLength', 'maxLength', 'minimum', 'maximum']) {
        expect(schema, at).not.toHaveProperty(keyword);
      }
    }
  });

  it.each(definitions)('$tool.name takes what frameworks fill into optional fields', ({ action, tool }) => {
    const validate = new AjvJsonSchemaValidator().getValidator(tool.inputSchema as JsonSchemaType);
    const { required = [] } = tool.inputSchema;
    const empty = Object.keys(action.input.shape).flatMap((name) => (required.includes(name) ? [] : [[name, '']]));
    const own = Object.fromEntries(required.map((name) => [name, VALUES[name]]));
    expect(
      validate({ ...own, ...Object.fromEntries(empty), rows: [], rows_file: '', where: '', detail: '' }).errorMessage,
    ).toBeUndefined();
    if ('max_items' in action.input.shape) expect(validate({ ...own, max_items: 0 }).valid).toBe(true);
  });

  it.each([
    settings,
    { approval: 'host', secrets: 'file' },
    { approval: 'auto', secrets: 'inline' },
    { approval: 'host', secrets: 'inline' },
  ] as const)('are told in at most 14,000 bytes together under %o', (mode) => {
    const tools = ACTIONS.map((action) => toolDefinition(action, mode));
    for (const { description = '' } of tools) expect(Buffer.byteLength(description)).toBeLessThanOrEqual(2048);
    // As it goes over the wire in the newest version of the protocol, in which there is more around the tools.
    const _meta = { 'io.modelcontextprotocol/serverInfo': { name: 'aws-iam-mcp', version: '10.10.10' } };
    const result = { tools, resultType: 'complete', ttlMs: 3_600_000, cacheScope: 'private', _meta };
    expect(Buffer.byteLength(JSON.stringify({ jsonrpc: '2.0', id: 1, result }))).toBeLessThanOrEqual(14_000);
  });

  it.each(definitions)('$tool.name has top-level objects without a union, which break whole clients', ({ tool }) => {
    for (const schema of [tool.inputSchema, tool.outputSchema]) {
      expect(schema?.type).toBe('object');
      for (const union of ['anyOf', 'oneOf', 'allOf']) expect(schema).not.toHaveProperty(union);
    }
  });

  it.each(definitions)('$tool.name refuses unknown inputs, and lets AWS add to its outputs', ({ tool }) => {
    expect(tool.inputSchema.additionalProperties).toBe(false);
    for (const schema of within(tool.outputSchema)) expect(schema.additionalProperties).not.toBe(false);
  });

  it.each(definitions)(
    '$tool.name has a short description, and the spec’s title for every field of the spec',
    ({ action, tool }) => {
      expect(tool.description?.length).toBeLessThanOrEqual(200);
      for (const name of Object.keys(action.input.shape).filter((name) => !NOT_OF_THE_SPEC.includes(name)))
        expect(tool.inputSchema.properties?.[name]).toHaveProperty('title', expect.stringMatching(/^[A-Z]/));
    },
  );

  it.each(definitions)('$tool.name takes a template in every field of its own, and a table', ({ action, tool }) => {
    const validate = new AjvJsonSchemaValidator().getValidator(tool.inputSchema as JsonSchemaType);
    const templates = Object.fromEntries(Object.keys(action.input.shape).map((name) => [name, '{{ x }}']));
    const values = Object.fromEntries(Object.keys(action.input.shape).map((name) => [name, VALUES[name]]));
    const table = { rows: [{ x: 1 }], dry_run: true, resume: false, output_file: 'a.csv' };
    expect(validate({ ...templates, ...table }).errorMessage).toBeUndefined();
    expect(validate(values).errorMessage).toBeUndefined();
    expect(validate({ ...values, rows: [1] }).valid).toBe(false);
  });

  it.each(definitions)('$tool.name offers to leave out results of a read alone', ({ action, tool }) => {
    expect(Object.hasOwn(tool.inputSchema.properties ?? {}, 'keep')).toBe(action.kind === 'read');
  });

  it.each(definitions)('$tool.name has no field by which a model could approve', ({ tool }) => {
    for (const name of Object.keys(tool.inputSchema.properties ?? {}))
      expect(name).not.toMatch(/confirm|approv|force|yes/);
  });

  it.each(definitions.filter(({ tool }) => tool.name !== 'list_policies'))(
    '$tool.name requires what it is about and cannot be looked up, since IAM would else act on the caller',
    ({ action, tool }) => {
      const lookedUp = isChange(action) ? action.completes?.field : undefined;
      const own = Object.keys(tool.inputSchema.properties ?? {}).filter(
        (name) =>
          !['connection', 'role_arn', 'with_last_used', lookedUp, ...Object.keys(tableInput.shape)].includes(name),
      );
      expect(tool.inputSchema.required).toEqual(own);
    },
  );
});
