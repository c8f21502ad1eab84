// What a bridge is told, one object a line: each request that waits, and what becomes of it.
import { describeRequest } from '../../approval/describe-request.ts';
import { type ApprovalRequest, type Closed, VALID_FOR_MS, type Yes } from '../../approval/request.ts';
import type { News } from '../../approval/request-watch.ts';
import { isOfWhomItSays, whoAgreed, whoDeclined } from '../../approval/who-answered.ts';
import { cleanForPlan, cleanLine } from '../../clean-text.ts';
import { titleOf } from '../../plan/describe-plan.ts';
import { confirmationOf, type Plan, type PlanRow, planDigest } from '../../plan/plan.ts';
import { severityOf } from '../../plan/severity.ts';
import type { Approver } from '../../settings/approvers.ts';

interface Surroundings {
  stateDir: string;
  approvers: readonly Approver[];
}

/** @throws CallError Refused when the list of a long plan cannot be written */
export function told(news: News, { stateDir, approvers }: Surroundings): object {
  const { request } = news;
  const { id } = request;
  switch (news.is) {
    case 'open':
      return requestTold(request, stateDir);
    case 'answered':
      return { event: 'answered', id, ...answerTold(news.yes, request, approvers) };
    case 'ended':
      return { event: 'ended', id, ...endTold(news.closed, request, approvers) };
    case 'outcome':
      return { event: 'outcome', id, what: cleanLine(news.what) };
    default:
      return news satisfies never;
  }
}

function requestTold(request: ApprovalRequest, stateDir: string): object {
  const { id, plan, createdAt, yesesNeeded } = request;
  return {
    event: 'request',
    id,
    title: titleOf(plan),
    text: describeRequest(request, stateDir),
    plan: planTold(plan),
    // What an answer is given to: another one under the same id is another plan.
    digest: planDigest(plan),
    // In words: whoever answers has to have read the plan.
    confirm: { what: cleanForPlan(confirmationOf(plan).what) },
    severity: severityOfPlan(plan),
    until: new Date(createdAt + VALID_FOR_MS).toISOString(),
    yesesNeeded,
    rows: plan.rows.length,
  };
}

function planTold({ tool, rows, leftOut }: Plan): object {
  return cleaned({ tool, rows: rows.map(rowTold), leftOut }) as object;
}

/** All that a person may see of it, and not what they have to type. */
function rowTold(row: PlanRow): object {
  const { number, connection, account, caller, way, arguments: rendered, title, facts, cells } = row;
  const { grave, notKnown, warnings, effect } = row;
  const severity = severityOf(row);
  const shown = { number, title, severity, connection, account, caller, way, arguments: rendered };
  return {
    ...shown,
    facts: facts.map(({ label, shown: value }) => ({ label, shown: value })),
    cells,
    grave,
    notKnown,
    warnings,
    effect,
  };
}

function severityOfPlan({ rows }: Plan): string {
  const all = rows.map(severityOf);
  return (['grave', 'notable'] as const).find((severity) => all.includes(severity)) ?? 'plain';
}

function answerTold(yes: Yes, request: ApprovalRequest, approvers: readonly Approver[]): object {
  const { way } = yes;
  if (!isOfWhomItSays(yes, request, approvers)) return { way, by: 'somebody who is no approver: it will not count' };
  return { way, by: cleanLine(way === 'bridge' ? whoAgreed(yes, request) : yes.by) };
}

function endTold(closed: Closed | undefined, request: ApprovalRequest, approvers: readonly Approver[]): object {
  if (!closed) return { how: 'expired' };
  const { is: how, what } = closed;
  // A call that uses it has a random name.
  const by = how === 'declined' && { by: whoDeclined(closed, request, approvers) };
  return { how, ...by, ...(what !== undefined && { what: cleanLine(what) }) };
}

/** Nothing that cannot be seen, or would change how the rest is seen. Nothing is cut. */
function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return cleanLine(value, Number.POSITIVE_INFINITY);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [String(cleaned(name)), cleaned(each)]));
}
