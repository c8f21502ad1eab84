// How a request stands, by what is in its files.
import {
  type ApprovalRequest,
  type Closed,
  closedSchema,
  outcomeSchema,
  type RequestState,
  requestSchema,
  VALID_FOR_MS,
  yesSchema,
} from './request.ts';
import { isThere, type RequestFolder, readAs } from './request-files.ts';

/** @returns undefined where there is none, or it is not whole and under its own id */
export function readRequest(folder: RequestFolder, id: string): ApprovalRequest | undefined {
  const request = readAs(requestSchema, folder.fileOf(id, 'request.json'));
  return request?.id === id ? request : undefined;
}

export function stateIn(folder: RequestFolder, request: ApprovalRequest, now: number): RequestState {
  const { id, createdAt } = request;
  const closed = endOf(folder, id);
  if (closed) return { is: 'closed', closed, outcome: readAs(outcomeSchema, folder.fileOf(id, 'outcome.json')) };
  // One that is gone was older still, whatever the clock says by now.
  if (now >= createdAt + VALID_FOR_MS || !isThere(folder.fileOf(id, 'request.json'))) return { is: 'expired' };
  const yes = folder.fileOf(id, 'yes-1.json');
  return isThere(yes) ? { is: 'answered', yes: readAs(yesSchema, yes) } : { is: 'open' };
}

/** Of an end that cannot be read, it is known that it is one. */
function endOf(folder: RequestFolder, id: string): Closed | undefined {
  const file = folder.fileOf(id, 'closed.json');
  if (!isThere(file)) return undefined;
  return readAs(closedSchema, file) ?? { is: 'superseded', at: Date.now(), by: 'an end that cannot be read' };
}
