// What is derived from the nature of the operations that an action sends.
import { describe, expect, it } from 'vitest';
import { defineAction, isRepeatable, natureOf, operationsOf, type RunContext } from '../../src/actions/action.ts';
import { actionInput, userName } from '../../src/actions/fields.ts';
import { emptyAnswerOutput } from '../../src/actions/outputs.ts';

const described = {
  name: 'a_tool',
  title: 'A tool',
  kind: 'read',
  description: 'For tests.',
  input: actionInput({ user_name: userName() }),
  output: emptyAnswerOutput,
  secrets: {},
} as const;

const sendsTwo = defineAction({
  ...described,
  sends: { CreateAccessKey: 'once', GetUser: 'repeatable' },
  run: ({ user_name }, { send }) => send('GetUser', { UserName: user_name }),
});

describe('the nature of what an action sends', () => {
  it('is that of each operation, and of none that the action does not declare', () => {
    expect(operationsOf(sendsTwo)).toEqual(['CreateAccessKey', 'GetUser']);
    expect(natureOf(sendsTwo, 'CreateAccessKey')).toBe('once');
    expect(natureOf(sendsTwo, 'GetUser')).toBe('repeatable');
    expect(() => natureOf(sendsTwo, 'DeleteAccessKey')).toThrow('a_tool sends DeleteAccessKey, and does not say so');
  });

  it('makes the whole action one that is not repeated, if one of its operations is such', () => {
    expect(isRepeatable(sendsTwo)).toBe(false);
    expect(isRepeatable({ ...sendsTwo, sends: { GetUser: 'repeatable' } })).toBe(true);
  });

  it('has to be declared for the action to compile, whoever sends it', () => {
    const readUser = ({ send }: RunContext<'GetUser'>) => send('GetUser', { UserName: 'ann' });
    defineAction({
      ...described,
      sends: { ListAccessKeys: 'repeatable' },
      // @ts-expect-error: another operation than the one declared
      run: (_, context) => readUser(context),
    });
    defineAction({
      ...described,
      sends: { GetUser: 'repeatable' },
      // @ts-expect-error: an operation that is not among those declared
      run: ({ user_name }, { send }) => send('ListAccessKeys', { UserName: user_name }),
    });
  });
});
