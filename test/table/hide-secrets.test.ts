// Secrets in files that are read.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Redactor } from '../../src/redact.ts';
import { hideSecrets, hideSecretsIn } from '../../src/table/hide-secrets.ts';

it('gives other calls their turn between wide rows', async () => {
  const row = Object.fromEntries(
    Array.from({ length: 1000 }, (_, index) => [`column ${index}`, 'a value of some length']),
  );
  let isDone = false;
  let turns = 0;
  const others = (async () => {
    for (; !isDone; turns++) await nextTurn();
  })();
  await hideSecrets(
    Array.from({ length: 190 }, () => row),
    new Redactor(),
  );
  isDone = true;
  await others;
  expect(turns).toBeGreaterThan(1);
});

it('takes the name of the next column for no secret, and what a name and a comma stand before for one', async () => {
  const redactor = new Redactor();
  const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
  const header =
    'result.AccessKey.SecretAccessKey,result.AccessKey.CreateDate,SecretAccessKey,ResponseMetadataRequestId';
  expect(await hideSecretsIn(header, [], redactor)).toBe(header);
  expect(redactor.isClean(header)).toBe(true);
  expect(await hideSecretsIn(`SecretAccessKey,${secret}`, [], redactor)).toBe('SecretAccessKey,(not shown)');
  expect(redactor.isClean(secret)).toBe(false);
});
