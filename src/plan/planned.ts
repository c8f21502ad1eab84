// What a dry run says of each row: what would be done, and for a change what a person would read.
import type { RowCall, RowOutcome, RowOutcomes } from '../calls/row-call.ts';
import { failedRows } from './compare.ts';
import { shownOf } from './fact-text.ts';
import type { MadePlan } from './make-plan.ts';
import { type PlanRow, warningsOf } from './plan.ts';
import { plannedInShort } from './planned-in-short.ts';

export function plannedOutcomes(calls: readonly RowCall[], made?: MadePlan): RowOutcomes {
  const possible = made ? calls.filter((call) => made.rows.has(call)) : calls;
  return new Map([
    ...(made ? failedRows(made) : []),
    ...possible.map((call) => [call, plannedOutcome(call, made?.rows.get(call))] as const),
  ]);
}

function plannedOutcome(call: RowCall, plan: PlanRow | undefined): RowOutcome {
  return { is: 'planned', would: whatWouldBeDone(call, plan), inShort: plannedInShort(call, plan) };
}

function whatWouldBeDone({ connection, input, roleArn }: RowCall, plan: PlanRow | undefined): Record<string, unknown> {
  const rendered = { connection: connection.label, ...input, ...(roleArn && { role_arn: roleArn }) };
  if (!plan) return { arguments: rendered };
  const { account, caller, title, way, effect } = plan;
  const facts = [...way.facts, ...plan.facts];
  const warnings = warningsOf(plan);
  const known = facts.map((fact) => [fact.label, shownOf(fact)]);
  return { arguments: rendered, title, account, caller, facts: Object.fromEntries(known), effect, warnings };
}
