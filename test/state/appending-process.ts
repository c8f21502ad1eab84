// One of several processes that write to one audit: see audit-race.test.ts. `STATE_DIR NAME COUNT`.
import { writeSync } from 'node:fs';
import { Redactor } from '../../src/redact.ts';
import { Audit } from '../../src/state/audit.ts';

const [, , stateDir = '', name = '', count = ''] = process.argv;

const audit = new Audit(stateDir, new Redactor());
for (let n = 1; n <= Number(count); n += 1) {
  audit.record({ call: `${name}-${n}`, event: 'sent', tool: 'update_access_key' });
  writeSync(1, `${n}\n`);
}
