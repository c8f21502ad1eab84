// Asking hosts of the versions to 2025-11-25: the server pushes a form to the host, and the call waits for what comes back.
import type { Server, ServerContext } from '@modelcontextprotocol/server';
import type { ApprovalRequest } from '../approval/request.ts';
import type { CallContext } from '../calls/context.ts';
import type { Program } from '../calls/program.ts';
import type { ApprovalForms } from './approval-form.ts';
import type { Asking } from './asking.ts';
import type { GivenHost } from './host.ts';
import { type AskForMfaCode, MfaCodes, MfaForms } from './mfa-codes.ts';
import { mfaFormIn } from './pushed-form.ts';

export class LegacyAsking {
  readonly #server: Server;
  readonly #program: Program;
  readonly #mfaForms = new MfaForms();
  #approvalForms: ApprovalForms | undefined;

  constructor(server: Server, program: Program) {
    this.#server = server;
    this.#program = program;
  }

  of(host: GivenHost, { mcpReq }: ServerContext): Asking {
    const { signal, deadline, hasForms } = host;
    const waitMs = this.#program.settings.approvalWait * 1000;
    return askingByPush({
      forms: this.#mfaForms,
      askForMfaCode: hasForms ? mfaFormIn(this.#server, mcpReq.id, { waitMs, deadline, signal }) : undefined,
      askForApproval: async (request, context) => {
        const { ApprovalForms } = await import('./approval-form.ts');
        this.#approvalForms ??= new ApprovalForms(this.#server);
        await this.#approvalForms.ask(request, mcpReq.id, context);
      },
    });
  }
}

interface Pushing {
  /** Of all calls. */
  forms: MfaForms;
  /** Undefined where the host has no forms. */
  askForMfaCode: AskForMfaCode | undefined;
  /** Shows the request, and puts to it what came back. */
  askForApproval: (request: ApprovalRequest, context: CallContext) => Promise<void>;
}

export function askingByPush({ forms, askForMfaCode, askForApproval }: Pushing): Asking {
  const codes = askForMfaCode && new MfaCodes(forms, askForMfaCode);
  return {
    mfaCode: codes?.take,
    async ask(needed, context) {
      switch (needed.ask) {
        case 'mfa':
          for (const device of needed.devices) await codes?.askFor(device);
          break;
        case 'approval':
          await askForApproval(needed.request, context);
          break;
        default:
          needed satisfies never;
      }
      return undefined;
    },
  };
}
