// The codes that a person types for MFA devices, and the calls that they are for.
import { codeOf } from '../errors.ts';

/**
 * @param options.again whether a code of this device has been used by the same call
 * @throws CallError NoCredentials when none was typed, ApprovalDismissed when the call was cancelled
 */
export type AskForMfaCode = (device: string, options: { again: boolean }) => Promise<string>;

/** What came of a form: a code, until a sign-in has taken it, or what was thrown. */
interface Answer {
  code?: string;
  error?: unknown;
}

/** The forms that are open. When several calls need a code of one device at once, the first asks, and all share the answer. */
export class MfaForms {
  readonly #open = new Map<string, Promise<Answer>>();

  /** @param ask opens a form, for this very call */
  async answer(device: string, ask: () => Promise<string>): Promise<Answer> {
    for (let open = this.#open.get(device); open; open = this.#open.get(device)) {
      const answer = await open;
      // Its own call was cancelled, and not this one.
      if (!isOfCancelled(answer)) return answer;
    }
    const asked = ask().then(
      (code) => ({ code }),
      (error: unknown) => ({ error }),
    );
    this.#open.set(device, asked);
    try {
      return await asked;
    } finally {
      this.#open.delete(device);
    }
  }
}

/** The codes of one call, over all its passes. */
export class MfaCodes {
  readonly #answers = new Map<string, Answer>();
  readonly #forms: MfaForms;
  readonly #ask: AskForMfaCode;

  constructor(forms: MfaForms, ask: AskForMfaCode) {
    this.#forms = forms;
    this.#ask = ask;
  }

  /** @throws CallError ApprovalDismissed when the call was cancelled */
  async askFor(device: string): Promise<void> {
    const again = this.#answers.has(device);
    const answer = await this.#forms.answer(device, () => this.#ask(device, { again }));
    if (isOfCancelled(answer)) throw answer.error;
    this.#answers.set(device, answer);
  }

  /** Each code once: a device's code is good for one sign-in. @throws CallError NoCredentials when none was typed */
  take = (device: string): string | undefined => {
    const answer = this.#answers.get(device);
    if (!answer) return undefined;
    if (answer.error !== undefined) throw answer.error;
    const { code } = answer;
    answer.code = undefined;
    return code;
  };
}

function isOfCancelled({ error }: Answer): boolean {
  return error !== undefined && codeOf(error) === 'ApprovalDismissed';
}
