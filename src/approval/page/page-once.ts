// Whether a call brings its request before the person in a browser: once, where a page counts and nobody here has answered.
import type { CallContext } from '../../calls/context.ts';
import { waysOf } from '../decide.ts';
import { type ApprovalRequest, type OnPage, personOf, type RequestState, THIS_MACHINE } from '../request.ts';

export class PageOnce {
  readonly #context: CallContext;
  #isTried = false;
  #onPage: OnPage | undefined;

  constructor(context: CallContext) {
    this.#context = context;
  }

  /** Where the person has it, once it was shown. */
  get onPage(): OnPage | undefined {
    return this.#onPage;
  }

  /** Not a second time in one call, and not before somebody who has answered already. */
  mayShow(request: ApprovalRequest, state: RequestState): boolean {
    const { host, program } = this.#context;
    if (this.#isTried || state.is !== 'open' || host.signal.aborted || program.leaving.aborted) return false;
    const isHalf = state.yeses.some((yes) => yes && personOf(yes) === THIS_MACHINE);
    return !isHalf && request.ways.includes('page') && waysOf(program.settings.approval).includes('page');
  }

  /** Never rejects: where there is no page, there is the terminal. */
  async show(request: ApprovalRequest): Promise<void> {
    this.#isTried = true;
    const { showRequest } = await import('./show-request.ts');
    this.#onPage = await showRequest(request, this.#context.program);
  }
}
