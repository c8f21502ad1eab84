// The rules of a connection, which the operator has set and no model can: whom and what no call may change, whatever a
// person would say. They are looked at before anything is sent or asked.
import { type Action, isChange, isComplete } from '../actions/action.ts';
import { CallError } from '../errors.ts';
import { covers } from '../iam/patterns.ts';
import { coversPolicy } from '../iam/policy-patterns.ts';
import type { Connection } from '../settings/connection.ts';

/**
 * Its reasons stand in plans: they have the operator's words in them, and none of a model's.
 * @throws CallError Refused, naming the rule
 */
export function refuseGuarded(action: Action, input: Record<string, string>, connection: Connection): void {
  if (!isChange(action)) return;
  // Once more when it is complete.
  if (isComplete(action, input)) refuseProtected(action.target(input).owner.id, connection);
  const { policy } = action.guarded ?? {};
  if (policy !== undefined) refusePolicy(input[policy] ?? '', connection);
}

/** @param owner the name of whom a change is about, as the caller writes it or as AWS does */
export function refuseProtected(owner: string, { label, protectedUsers = [] }: Connection): void {
  const pattern = protectedUsers.find((each) => covers(each, owner));
  if (pattern !== undefined) throw refusedBy('protectedUsers', 'protects this user from every change', label, pattern);
}

function refusePolicy(arn: string, { label, allowPolicies, denyPolicies = [] }: Connection): void {
  const denied = denyPolicies.find((pattern) => coversPolicy(pattern, arn));
  if (denied !== undefined) throw refusedBy('denyPolicies', 'forbids this policy', label, denied);
  if (!allowPolicies || allowPolicies.some((pattern) => coversPolicy(pattern, arn))) return;
  throw refusedBy('allowPolicies', 'does not allow this policy', label);
}

function refusedBy(rule: keyof Connection, does: string, label: string, pattern?: string): CallError {
  const which = pattern === undefined ? '' : ` (pattern '${pattern}')`;
  const why = `the rule ${rule} of the connection '${label}' ${does}${which}`;
  return new CallError('Refused', why, { inPlan: why });
}

/** How many people have to agree to a change by one of these calls. */
export function peopleNeeded({ name }: Action, calls: readonly { connection: Connection }[]): 1 | 2 {
  return calls.some(({ connection }) => connection.twoPeople?.includes(name)) ? 2 : 1;
}
