// How far this machine's clock is off AWS's, by the Date header of an answer. AWS takes no signature of another time.
import type { AwsError } from '../../iam/errors.ts';
import type { ExchangeMetadata } from '../../iam/response.ts';
import { type Check, failed, notKnown, ok, warning } from './check.ts';
import type { Outcome } from './outcome.ts';

const MINUTE = 60_000;
const WARN_FROM = MINUTE;
const FAIL_FROM = 5 * MINUTE;

/** An answer, refusals included, and when it was asked for and came, in milliseconds. */
export interface TimedAnswer {
  answer: Outcome<{ $metadata: ExchangeMetadata }>;
  askedAt: number;
  cameAt: number;
}

export function checkClock({ answer, askedAt, cameAt }: TimedAnswer): Check {
  const date = Date.parse(dateHeader(answer) ?? '');
  if (Number.isNaN(date)) return notKnown('clock', 'no answer of AWS told the time');
  // AWS wrote the date, in whole seconds, somewhen between the two.
  const ahead = askedAt - (date + 1000);
  const behind = date - cameAt;
  const skew = Math.max(ahead, behind, 0);
  if (skew < WARN_FROM) return ok('clock', "agrees with AWS's");
  const off = `${duration(skew)} ${ahead > 0 ? 'ahead of' : 'behind'} AWS's`;
  return skew < FAIL_FROM
    ? warning('clock', `${off}: set the clock of this machine, before AWS refuses what it signs`)
    : failed('clock', `${off}: set the clock of this machine; AWS refuses what it signs`);
}

function dateHeader({ value, error }: TimedAnswer['answer']): string | undefined {
  if (value) return value.$metadata.headers?.date;
  const { $response } = ((error as AwsError).cause ?? {}) as { $response?: { headers?: Record<string, string> } };
  return $response?.headers?.date;
}

function duration(ms: number): string {
  const minutes = Math.floor(ms / MINUTE);
  if (minutes >= 120) return `${Math.floor(minutes / 60)} hours`;
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}
