// Reads a sheet of a workbook, in a thread of its own: unpacking and parsing are nothing for the main thread, and a file
// that is made to use up memory or time ends with its thread.
import { Worker } from 'node:worker_threads';
import { problemIn, type RowLimit } from './problem.ts';
import type { FileTable } from './read-rows.ts';
import { tableOfCells } from './sheet-table.ts';
import type { SheetAnswer } from './xlsx-worker.ts';
import workerFile from './xlsx-worker-file.ts';

// A workbook of the greatest size takes some seconds on a busy machine.
const MILLISECONDS = 60_000;

/**
 * @param sheet by its name; the first without
 * @throws CallError InvalidArguments for what is no workbook, is larger than is read, or has no such sheet
 */
export async function tableOfWorkbook(
  name: string,
  bytes: Buffer,
  limit: RowLimit,
  sheet: string | undefined,
): Promise<FileTable> {
  const answer = await answerOf(bytes, sheet ?? '');
  if ('problem' in answer) throw problemIn(name, undefined, answer.problem);
  return tableOfCells(name, answer.rows, limit);
}

function answerOf(bytes: Buffer, sheet: string): Promise<SheetAnswer> {
  // A copy, whose memory then belongs to the thread: what the buffer is a part of may be somebody else's.
  const copy = Uint8Array.from(bytes);
  const worker = new Worker(workerFile, {
    argv: [],
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 },
    workerData: { bytes: copy, sheet },
    transferList: [copy.buffer],
  });
  return new Promise((resolve) => {
    const end = (answer: SheetAnswer) => {
      clearTimeout(timer);
      resolve(answer);
      worker.terminate();
    };
    const timer = setTimeout(() => end({ problem: 'takes too long to read: save the sheet as CSV' }), MILLISECONDS);
    worker.on('message', end);
    worker.on('error', ({ code }: NodeJS.ErrnoException) =>
      end({
        problem:
          code === 'ERR_WORKER_OUT_OF_MEMORY'
            ? 'takes more memory than is allowed: save the sheet as CSV'
            : 'cannot be read as a workbook: save the sheet as CSV',
      }),
    );
    worker.on('exit', () => end({ problem: 'cannot be read as a workbook: save the sheet as CSV' }));
  });
}
