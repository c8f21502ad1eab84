// Fakes for the person in front of a host, and for hosts that answer in a person's place.
import { setTimeout as sleep } from 'node:timers/promises';
import type { ElicitRequest, ElicitResult } from '@modelcontextprotocol/sdk/types.js';

type Form = ElicitRequest['params'];

export interface Person {
  /** The text of every form shown so far. */
  readonly read: string[];
  /** How many forms the server took back before they were answered. */
  readonly takenBack: number;
  /** Resolves when a form is on the screen. */
  readonly seesForm: Promise<void>;
  answer(form: Form, takenBack: AbortSignal): Promise<ElicitResult>;
}

type Reaction = (attempt: number, takenBack: AbortSignal, text: string) => Promise<ElicitResult> | ElicitResult;

function person(react: Reaction): Person {
  const read: string[] = [];
  let takenBack = 0;
  let show = () => {};
  const seesForm = new Promise<void>((resolve) => {
    show = resolve;
  });
  return {
    read,
    seesForm,
    get takenBack() {
      return takenBack;
    },
    async answer(form, signal) {
      signal.addEventListener('abort', () => {
        takenBack += 1;
      });
      read.push(form.message);
      show();
      return react(read.length - 1, signal, form.message);
    },
  };
}

/** What a form asks to be typed, found in its own text, as a person does who reads it. */
export function whatIsAskedFor(text: string): string {
  const [, number] = /(?:: |^)(\d+) rows$/m.exec(text) ?? [];
  if (text.includes('type the number of rows')) return number ?? '';
  const [, lastFour] = /^Access key: \w+(\w{4}):/m.exec(text) ?? [];
  return lastFour ?? '';
}

const accept = (content?: Record<string, string>): ElicitResult => ({ action: 'accept', ...(content && { content }) });

/** Longer than the second within which nobody has read anything. */
function afterReading(result: ElicitResult): Person {
  return person(async () => {
    await sleep(1100);
    return result;
  });
}

/** Reads the form for as long as it takes, and answers when told to. */
function whenTold(result: ElicitResult): Person & { decides: () => void } {
  let decides = () => {};
  const told = new Promise<void>((resolve) => {
    decides = resolve;
  });
  const reader = person(async () => {
    await told;
    return result;
  });
  return Object.assign(reader, { decides });
}

export const personWho = {
  /** Accepts with these texts, one after another; the last one again and again. */
  types: (...texts: string[]) => person((attempt) => accept({ confirmation: texts[attempt] ?? texts.at(-1) ?? '' })),
  /** Does something else first, then types. */
  typesAfter: (before: () => Promise<void>, text: string) =>
    person(async () => {
      await before();
      return accept({ confirmation: text });
    }),
  typesWhenTold: (text: string) => whenTold(accept({ confirmation: text })),
  declinesWhenTold: () => whenTold({ action: 'decline' }),
  /** Types what the form asks for: the number of rows, or a key's last four characters. */
  agrees: () => person((_attempt, _takenBack, text) => accept({ confirmation: whatIsAskedFor(text) })),
  declines: () => afterReading({ action: 'decline' }),
  declinesAtOnce: () => person(() => ({ action: 'decline' })),
  /** Mistypes, and declines at once where that is pointed out. */
  mistypesAndDeclines: () =>
    person((attempt) => (attempt === 0 ? accept({ confirmation: 'what?' }) : { action: 'decline' })),
  dismisses: () => afterReading({ action: 'cancel' }),
  dismissesAtOnce: () => person(() => ({ action: 'cancel' })),
  acceptsWithoutContent: () => person(() => accept()),
  acceptsWithNothingIn: () => person(() => accept({})),
  /** Types what an MFA device shows, once it has been found. */
  typesCode: (code: string, looksForDevice = async () => {}) =>
    person(async () => {
      await looksForDevice();
      return accept({ code });
    }),
  /** Types a code where one is asked for, and else what `agrees` does. */
  typesCodesAndAgrees: (code: string) =>
    person((_attempt, _takenBack, text) =>
      accept(/MFA device/.test(text) ? { code } : { confirmation: whatIsAskedFor(text) }),
    ),
  acceptsWithAnotherField: (text: string) => person(() => accept({ confirm: text })),
  staysSilent: () =>
    person(async (_, takenBack) => {
      if (!takenBack.aborted) await new Promise((resolve) => takenBack.addEventListener('abort', resolve));
      return { action: 'cancel' };
    }),
  cannotBeShownAForm: () =>
    person(() => {
      throw new Error('this host has no window');
    }),
};
