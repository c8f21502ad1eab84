// Whether the rules of the connections can be kept at all: asked once, at the start.
import { isChange } from '../actions/action.ts';
import { ACTIONS } from '../actions/index.ts';
import type { LoadedConnections } from '../settings/connections.ts';
import type { Settings } from '../settings/settings.ts';
import { nearest } from '../settings/usage-error.ts';

/** @throws Error, with the place in the config file, for a rule that could never be kept */
export function checkRules(
  { connections, problem }: Pick<LoadedConnections, 'connections' | 'problem'>,
  settings: Settings,
) {
  const changes = ACTIONS.filter(isChange).map(({ name }) => name);
  for (const { label, twoPeople = [] } of connections.values()) {
    const complain = (what: string, ...place: number[]) =>
      problem?.(label, ['twoPeople', ...place], what) ?? new Error(`connection '${label}': twoPeople: ${what}`);
    for (const [index, tool] of twoPeople.entries()) {
      if (changes.includes(tool)) continue;
      const meant = nearest(tool, changes);
      const hint = meant === undefined ? `there are: ${changes.join(', ')}` : `did you mean ${meant}?`;
      throw complain(`expected a tool that changes something; ${hint}`, index);
    }
    const why = twoPeople.length > 0 ? whyNeverTwo(settings) : undefined;
    if (why !== undefined) throw complain(why);
  }
}

/** Whoever answers on this machine is one person: another one has to be an approver. */
function whyNeverTwo({ approval, approvers }: Pick<Settings, 'approval' | 'approvers'>) {
  if (approval === 'form' || approval === 'host') {
    return `two people can never agree with --approval ${approval}, by which one person is asked`;
  }
  return approvers.length > 0 ? undefined : 'two people can never agree without approvers in the config file';
}
