// How a request stands, by what is in its files.

import { readPrivateFile } from '../state/state-dir.ts';
import {
  type ApprovalRequest,
  type Closed,
  closedSchema,
  outcomeSchema,
  type RequestState,
  requestSchema,
  type Seen,
  seenSchema,
  VALID_FOR_MS,
  yesSchema,
} from './request.ts';
import { isThere, parsedAs, type RequestFolder, readAs } from './request-files.ts';

// Of two machines that share a state dir.
const CLOCKS_DIFFER_MS = 60_000;

/** @returns undefined where there is none, or it is not whole and under its own id */
export function readRequest(folder: RequestFolder, id: string): ApprovalRequest | undefined {
  const request = readAs(requestSchema, folder.fileOf(id, 'request.json'));
  return request?.id === id ? request : undefined;
}

export function stateIn(folder: RequestFolder, request: ApprovalRequest, now: number): RequestState {
  const { id, createdAt } = request;
  const closed = endOf(folder, id);
  if (closed) return { is: 'closed', closed, outcome: readAs(outcomeSchema, folder.fileOf(id, 'outcome.json')) };
  // One that is gone was older still, whatever the clock says by now. One from the future shows that it was set back.
  const isOutOfTime = now >= createdAt + VALID_FOR_MS || now < createdAt - CLOCKS_DIFFER_MS;
  if (isOutOfTime || !isThere(folder.fileOf(id, 'request.json'))) return { is: 'expired' };
  const yeses = yesFiles(folder, request)
    .filter(isThere)
    .map((file) => readAs(yesSchema, file));
  return { is: yeses.length < request.yesesNeeded ? 'open' : 'answered', yeses };
}

/** In the order in which they are created. */
export function yesFiles(
  folder: RequestFolder,
  { id, yesesNeeded }: Pick<ApprovalRequest, 'id' | 'yesesNeeded'>,
): string[] {
  const kinds = (['yes-1.json', 'yes-2.json'] as const).slice(0, yesesNeeded);
  return kinds.map((kind) => folder.fileOf(id, kind));
}

export function seenIn(folder: RequestFolder, id: string): Seen[] {
  const file = folder.fileOf(id, 'seen.jsonl');
  const text = isThere(file) ? readPrivateFile(file) : '';
  // Half a line has no break, and the next one begins right behind it.
  return text.split(/\n|(?=\{"at":)/).flatMap((line) => parsedAs(seenSchema, line) ?? []);
}

/** Of an end that cannot be read, it is known that it is one. */
function endOf(folder: RequestFolder, id: string): Closed | undefined {
  const file = folder.fileOf(id, 'closed.json');
  if (!isThere(file)) return undefined;
  return readAs(closedSchema, file) ?? { is: 'superseded', at: Date.now(), by: 'an end that cannot be read' };
}
