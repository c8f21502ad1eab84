// A sandbox and a program that signs with its operator's key, both gone when the test is over.
import type { SandboxFault, SandboxOptions } from '../../src/sandbox/sandbox.ts';
import { type Arguments, call, openProgram } from '../actions/program.ts';
import { aSandbox } from '../sandbox/a-sandbox.ts';

export async function openSandboxed(options: SandboxOptions & { settings?: Parameters<typeof openProgram>[1] } = {}) {
  const sandbox = await aSandbox(options);
  const program = openProgram({ sandbox }, options.settings);
  return {
    sandbox,
    program,
    call: (tool: string, given: Arguments) => call(program, tool, given),
    /** How many requests of an operation arrived, whatever became of them. */
    arrived: (operation: string) => sandbox.log.filter((entry) => entry.operation === operation).length,
  };
}

/** Little time for an answer that will not come, enough for every other on a busy machine. */
export function patienceWith(fault: SandboxFault) {
  return { answerTimeout: fault.kind === 'silence' ? 0.4 : 20, callTimeout: 60 };
}

export type Sandboxed = Awaited<ReturnType<typeof openSandboxed>>;

/** A call of each tool that changes something, and may be sent again, fit for the sandbox's company, and what it comes to there. */
export const CHANGES = [
  {
    tool: 'update_access_key',
    operation: 'UpdateAccessKey',
    where: /look at the key's Status with list_access_keys of ci-deploy/,
    given: ({ sandbox: { company } }: Sandboxed): Arguments => ({
      user_name: company.leakedUser,
      access_key_id: company.leakedKeyId,
      status: 'Inactive',
    }),
    isDone: ({ sandbox }: Sandboxed) => sandbox.key(sandbox.company.leakedKeyId)?.status === 'Inactive',
  },
  {
    tool: 'attach_user_policy',
    operation: 'AttachUserPolicy',
    where: /look at the policies attached to ci-deploy/,
    given: ({ sandbox: { company } }: Sandboxed): Arguments => ({
      user_name: company.leakedUser,
      policy_arn: company.wildcardPolicyArn,
    }),
    isDone: ({ sandbox }: Sandboxed) =>
      sandbox.attachedPolicies(sandbox.company.leakedUser).includes(sandbox.company.wildcardPolicyArn),
  },
  {
    tool: 'delete_access_key',
    operation: 'DeleteAccessKey',
    where: /look with list_access_keys of ci-deploy whether the key is still there/,
    given: ({ sandbox: { company } }: Sandboxed): Arguments => ({
      user_name: company.leakedUser,
      access_key_id: company.leakedKeyId,
    }),
    isDone: ({ sandbox }: Sandboxed) => sandbox.key(sandbox.company.leakedKeyId) === undefined,
  },
] as const;

type ChangeInTest = (typeof CHANGES)[number];

export function changeBy<Tool extends ChangeInTest['tool']>(tool: Tool): Extract<ChangeInTest, { tool: Tool }> {
  const found = CHANGES.find((change): change is Extract<ChangeInTest, { tool: Tool }> => change.tool === tool);
  if (!found) throw new Error(`There is no change by ${tool}`);
  return found;
}
