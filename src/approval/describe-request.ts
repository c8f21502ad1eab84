// What a person reads and is asked, in a form and in a terminal.
import { cleanForPlan } from '../clean-text.ts';
import { CallError } from '../errors.ts';
import { besidePrompt, graveCount } from '../plan/beside-prompt.ts';
import { askToConfirm, describeForForm, describePlan, fitsInForm, LONGEST_FORM } from '../plan/describe-plan.ts';
import { confirmationOf } from '../plan/plan.ts';
import { planListFile, writePlanList } from '../plan/plan-list.ts';
import { lengthOf } from '../plan/sections.ts';
import { earlierText } from './pending-text.ts';
import { type ApprovalRequest, personOf, type RequestState } from './request.ts';
import { ApprovalRequests } from './requests.ts';

// What came of an identical call is in the first words.
const LONGEST_EARLIER = 600;

/** Without an id, it is one that was not opened yet. */
type Asked = ApprovalRequest | (Pick<ApprovalRequest, 'plan' | 'earlier'> & { id?: undefined });

/**
 * Every row of it, however many there are.
 * @throws CallError Refused when the list of a long plan cannot be written
 */
export function describeRequest(request: Asked, stateDir: string): string {
  const { plan } = request;
  const whole = describePlan(plan);
  const isShort = plan.rows.length === 1 || whole.length <= LONGEST_FORM;
  const text = isShort ? whole : describePlan(plan, { listFile: writePlanList(plan, stateDir) });
  return [...before(request, stateDir), text].join('\n');
}

/** What stands right beside the place where a person types. */
export function gravestLines({ plan }: Asked): string[] {
  return besidePrompt(plan);
}

/**
 * The whole text of a form.
 * @throws CallError Refused when the list of a long plan cannot be written, or what is grave does not fit
 */
export function describeInForm(request: Asked, stateDir: string, { isMistyped }: { isMistyped: boolean }): string {
  const { plan } = request;
  const told = describeForForm(plan, inForm(request, stateDir));
  if (!told) throw tooLongForForm(request);
  if (!told.isWhole) writePlanList(plan, stateDir);
  return [
    ...(isMistyped ? [mistyped(request), ''] : []),
    ...before(request, stateDir),
    told.text,
    '',
    ending(request),
  ].join('\n');
}

/** Whether there is a form for it: one that would hide a grave line is none. */
export function fitsForm(request: Asked, stateDir: string): boolean {
  return fitsInForm(request.plan, inForm(request, stateDir));
}

/** Where there is no other way. */
export function tooLongForForm(request: Asked): CallError {
  return new CallError(
    'Refused',
    `${unfit(request)} do not fit into a form of ${LONGEST_FORM.toLocaleString('en-US')} characters: split the table, or start the server with --approval auto`,
  );
}

/** Why there was no form, for whoever asks for the answer in another way. */
export function whyNoForm(request: Asked): string {
  return `No form was shown, since ${unfit(request)} do not fit into one.`;
}

function unfit({ plan: { rows } }: Asked): string {
  const count = rows.filter(({ grave }) => grave.length > 0).length;
  return count > 0 ? `${count} grave rows` : 'the grave warnings';
}

function inForm(request: Asked, stateDir: string): { listFile: string; room: number } {
  const around = [mistyped(request), '', ...before(request, stateDir), '', ending(request)];
  return { listFile: planListFile(request.plan, stateDir), room: LONGEST_FORM - lengthOf(around) };
}

function mistyped({ plan }: Asked): string {
  return `That was not ${confirmationOf(plan).what}.`;
}

function ending({ plan }: Asked): string {
  return `${askToConfirm(plan)}.`;
}

/** Where a field is filled in. */
export function askFor({ plan }: Asked): string {
  const count = graveCount(plan);
  return count === undefined ? askToConfirm(plan) : `${count}. ${askToConfirm(plan)}`;
}

function before(request: Asked, stateDir: string): string[] {
  const before = whatCameBefore(request);
  const people =
    request.id === undefined ? [] : describePeople(request, new ApprovalRequests(stateDir).stateOf(request));
  return [...(before === undefined ? [] : [`WARNING: ${cleanForPlan(before, LONGEST_EARLIER)}`]), ...people];
}

/** That nobody answered in time is no news to whoever reads this one. */
export function whatCameBefore({ earlier }: Asked): string | undefined {
  if (!earlier || earlier.is === 'expired') return undefined;
  const { is, what } = earlier;
  return earlierText(is === 'used' && what !== undefined ? { ...earlier, what: inOwnWords(what) } : earlier);
}

/** Where more than one has to agree. */
export function describePeople({ yesesNeeded }: Pick<ApprovalRequest, 'yesesNeeded'>, state: RequestState): string[] {
  if (yesesNeeded === 1) return [];
  const yeses = 'yeses' in state ? state.yeses : [];
  const people = yeses.map((yes) => (yes ? cleanForPlan(personOf(yes)) : 'somebody'));
  const sofar =
    people.length === 0
      ? 'nobody has agreed yet'
      : `${people.join(' and ')} ${people.length === 1 ? 'has agreed, and ANOTHER person has to agree, too' : 'have agreed'}`;
  return [`Two different people have to agree to this: ${sofar}`];
}

/** What AWS said of a failure may have a name in it that a model made up: its code says enough. */
export function inOwnWords(outcome: string): string {
  return outcome.replace(/(^|: )([A-Z]\w*): .*$/s, '$1$2');
}
