import type { JsonSchemaType } from '@modelcontextprotocol/sdk/validation';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import { describe, expect, it } from 'vitest';
import { isChange } from '../../src/actions/action.ts';
import { ACTIONS } from '../../src/actions/index.ts';
import { toolDefinition } from '../../src/server/definitions.ts';
import { tableInput } from '../../src/table/arguments.ts';

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

/** Every schema inside a schema. */
function within(schema: unknown): Record<string, unknown>[] {
  if (schema === null || typeof schema !== 'object') return [];
  const here = Array.isArray(schema) ? [] : [schema as Record<string, unknown>];
  return [...here, ...Object.values(schema).flatMap(within)];
}

describe('what a model is told', () => {
  const create = ACTIONS.find(({ kind }) => kind === 'create');
  const told = (given: Parameters<typeof toolDefinition>[1]) =>
    create ? toolDefinition(create, given).description : '';

  it('is true of how the server was started', () => {
    expect(told(settings)).toMatch(/goes to a file.*A person is asked first\.$/);
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
    expect(tool.annotations?.readOnlyHint).toBe(action.kind === 'read');
    expect(tool.annotations?.destructiveHint ?? false).toBe(isChange(action));
    if (isChange(action)) expect(tool.annotations?.idempotentHint).toBe(action.kind !== 'create');
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
      for (const name of Object.keys(action.input.shape))
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

  it.each(definitions)('$tool.name has no field by which a model could approve', ({ tool }) => {
    for (const name of Object.keys(tool.inputSchema.properties ?? {}))
      expect(name).not.toMatch(/confirm|approv|force|yes/);
  });

  it.each(definitions.filter(({ tool }) => tool.name !== 'list_policies'))(
    '$tool.name requires what it is about, since IAM would else act on the caller',
    ({ tool }) => {
      const own = Object.keys(tool.inputSchema.properties ?? {}).filter(
        (name) => !['connection', 'role_arn', ...Object.keys(tableInput.shape)].includes(name),
      );
      expect(tool.inputSchema.required).toEqual(own);
    },
  );
});
