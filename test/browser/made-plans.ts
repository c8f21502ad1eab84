// Plans as a person may get them, for the page to show.
import type { Plan } from '../../src/plan/plan.ts';
import { aPlan, aRow } from '../plan/a-plan.ts';

const IN_USE = 'the key was used within a day: something is working with it';
const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString().replace(/\.\d+Z/, '+00:00');

function keyCells(user: string, key: string, status: string, created: number, used: number) {
  return [
    { column: 'User', shown: user },
    { column: 'Key', shown: `…${key.slice(-4)}` },
    { column: 'Status', shown: status },
    { column: 'Created', shown: '', at: ago(created) },
    { column: 'Last used', shown: '', at: ago(used) },
  ];
}

/** Everything that a plan of one change can say. */
export function oneChange(): Partial<Plan & ReturnType<typeof aRow>> {
  return {
    cells: keyCells('ci-deploy', 'LE77', 'Active', 17_000, 0.1),
    grave: [IN_USE, 'an administrator: AdministratorAccess is attached to the user'],
    notKnown: ['whether the user has other policies is not known: not permitted to read'],
    warnings: ["it is the user's only active key"],
  };
}

/** @param grave the rows, from 1, of which something grave is known */
export function manyRows(count: number, grave: number[]): Plan {
  const rows = Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    const [user_name, access_key_id] = [`user-${number}`, `AKIAEXAMPLE${String(number).padStart(9, '0')}`];
    return aRow({
      number,
      arguments: { user_name, access_key_id, status: 'Inactive' },
      cells: keyCells(
        user_name,
        access_key_id,
        'Active',
        24 * (count + 1 - index),
        grave.includes(number) ? 0.2 : 2000,
      ),
      grave: grave.includes(number) ? [IN_USE] : [],
      warnings: number % 10 === 0 ? ["it is the user's only active key"] : [],
    });
  });
  return { ...aPlan(), rows };
}
