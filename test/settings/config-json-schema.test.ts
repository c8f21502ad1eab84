import { readFileSync } from 'node:fs';
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv';
import { describe, expect, it } from 'vitest';
import { configJsonSchema } from '../../src/settings/config-json-schema.ts';
import { connectionSchema } from '../../src/settings/connection-schema.ts';
import { settingsSchema } from '../../src/settings/settings.ts';

interface Described {
  properties: Record<string, Described & { items: Described }>;
  title?: string;
  description?: string;
  default?: unknown;
}

const schema = configJsonSchema() as Described & Parameters<AjvJsonSchemaValidator['getValidator']>[0];
const validate = new AjvJsonSchemaValidator().getValidator(schema);
const accepts = (config: unknown) => validate(config).valid;
const withConnection = (fields: object) => ({ connections: [{ label: 'one', ...fields }] });
const connection = schema.properties.connections?.items ?? expect.unreachable('no connections');

describe('the JSON Schema of the config file', () => {
  it('stands beside the built program', () => {
    const built = readFileSync(new URL('../../dist/config.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(built)).toEqual(schema);
  });

  it('describes every option and every field of a connection', () => {
    const { config: _, ...options } = settingsSchema.shape;
    expect(Object.keys(schema.properties)).toEqual(
      expect.arrayContaining([...Object.keys(options), '$schema', 'connections', 'defaultConnection']),
    );
    expect(Object.keys(connection.properties)).toEqual(Object.keys(connectionSchema.shape));
    for (const field of Object.values({ ...schema.properties, ...connection.properties })) {
      expect(field.description).toMatch(/\S\.$/);
    }
    for (const field of Object.values(connection.properties)) expect(field.title).toMatch(/^[A-Z]/);
  });

  it('tells the defaults that are the same everywhere, and no path of the machine it was built on', () => {
    expect(schema.properties.approvalWait?.default).toBe(45);
    expect(schema.properties.readOnly?.default).toBe(false);
    expect(connection.properties.verifySsl?.default).toBe(true);
    expect(schema.properties.stateDir).not.toHaveProperty('default');
  });

  it('admits what the program admits', () => {
    expect(accepts({})).toBe(true);
    expect(accepts({ $schema: 'x', readOnly: true, stateDir: 'state', defaultConnection: 'one' })).toBe(true);
    expect(
      accepts(withConnection({ region: 'eu-west-1', referenceValues: { a: 'x', b: { secret: 'long-enough' } } })),
    ).toBe(true);
  });

  it.each([
    'label',
    'region',
    'accessKey',
    'secretKey',
    'roleArn',
    'externalId',
    'sessionName',
    'caBundle',
    'endpoint',
  ])('admits a template as %s', (field) => {
    expect(accepts(withConnection({ [field]: '{{ env.X }}' }))).toBe(true);
    expect(accepts(withConnection({ [field]: '{% if env.X %}x{% endif %}' }))).toBe(true);
  });

  it.each([
    { readonly: true },
    { config: 'x' },
    { approval: 'nobody' },
    { approvalWait: 4000 },
    { connections: [{}] },
    withConnection({ label: 'two words' }),
    withConnection({ accessKey: 'AKIA' }),
    withConnection({ secretKey: 'short' }),
    withConnection({ sessionDuration: 1 }),
    withConnection({ verifySsl: '{{ env.X }}' }),
    withConnection({ acessKey: 'x' }),
    withConnection({ referenceValues: { env: 'x' } }),
    withConnection({ referenceValues: { a: { secret: 'short' } } }),
  ])('refuses what the program refuses: %j', (config) => {
    expect(accepts(config)).toBe(false);
  });
});
