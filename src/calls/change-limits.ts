// How many changes may be sent through a connection within an hour, where the operator has set that. They are counted
// before a person is asked, so that nobody agrees in vain, and taken right before a yes is used up.
import { clock } from '../clock.ts';
import { CallError } from '../errors.ts';
import { ChangeCount, type Left, type Taken } from '../state/change-count.ts';
import type { Program } from './program.ts';
import type { RowCall, RowOutcomes } from './row-call.ts';

/** What a call has taken of its connections' limits. */
export interface TakenChanges {
  /** What was not sent after all counts no more. */
  settle(outcomes: RowOutcomes): void;
}

interface Limited {
  label: string;
  most: number;
  calls: RowCall[];
  count: ChangeCount;
}

/** @throws CallError Refused where a connection has not as many left */
export function checkChangesLeft(calls: readonly RowCall[], program: Program): void {
  for (const limited of limitedOf(calls, program)) {
    const left = limited.count.left(limited.calls.length);
    if (left.left < limited.calls.length) throw tooMany(limited, left);
  }
}

/**
 * Takes them for the time in which `claim` uses a yes up, and beyond that if it does.
 * @throws CallError Refused where others have sent so many meanwhile; what `claim` throws
 */
export function takeChanges(calls: readonly RowCall[], program: Program, claim: () => void): TakenChanges {
  const taken: { limited: Limited; taken: Taken }[] = [];
  const settle = (isSent: (call: RowCall) => boolean) => {
    for (const { limited, taken: each } of taken) {
      try {
        each.settle(limited.calls.filter(isSent).length);
      } catch (error) {
        // They count as sent, then.
        program.log.error('changes', { error: String(error) });
      }
    }
  };
  try {
    for (const limited of limitedOf(calls, program)) {
      const came = limited.count.take(limited.calls.length);
      if (!('settle' in came)) throw tooMany(limited, came);
      taken.push({ limited, taken: came });
    }
    claim();
  } catch (error) {
    settle(() => false);
    throw error;
  }
  return { settle: (outcomes) => settle((call) => outcomes.get(call)?.is !== 'not-attempted') };
}

function limitedOf(calls: readonly RowCall[], { settings }: Program): Limited[] {
  const limits = new Map<string, Limited>();
  for (const call of calls) {
    const { label, maxChangesPerHour: most } = call.connection;
    if (most === undefined) continue;
    const limited = limits.get(label) ?? {
      label,
      most,
      calls: [],
      count: new ChangeCount(settings.stateDir, label, most),
    };
    limited.calls.push(call);
    limits.set(label, limited);
  }
  return [...limits.values()];
}

function tooMany({ label, most, calls }: Limited, { left, possibleAt }: Left): CallError {
  const rule = `the rule maxChangesPerHour of the connection '${label}' leaves ${left} of ${most} changes within an hour`;
  const wanted = calls.length === 1 ? 'one more change is' : `these ${calls.length} changes are`;
  const when =
    possibleAt === undefined
      ? `one call can never have more than ${most}: split the table`
      : `${wanted} possible at ${clock(Math.ceil(possibleAt / 1000) * 1000)}`;
  return new CallError('Refused', `${rule}; ${when}`);
}
