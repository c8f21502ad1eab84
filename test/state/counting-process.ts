// One of several processes that take from one limit at the same time: see change-count.test.ts.
import { ChangeCount } from '../../src/state/change-count.ts';
import { pause } from '../../src/state/pause.ts';

const [, , stateDir = '', most = '', startAt = ''] = process.argv;
const count = new ChangeCount(stateDir, 'prod', Number(most));
pause(Math.max(0, Number(startAt) - Date.now()));
let taken = 0;
for (let attempts = 0; attempts < Number(most); attempts += 1) if ('settle' in count.take(1)) taken += 1;
process.send?.(taken);
