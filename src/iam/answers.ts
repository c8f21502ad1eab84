// Whether an answer is IAM's at all. The SDK takes a 200 with an empty body, or a captive portal's page, for success;
// here an answer counts only if it carries a request id and the operation's own response element.
import type { MetadataBearer, MiddlewareStack } from '@smithy/types';
import type { ExchangeMetadata } from './response.ts';

/** An answer that did not arrive whole (`lost`) or not in time (`late`), or that IAM did not write (`foreign`). */
export class AnswerError extends Error {
  readonly reason: 'lost' | 'late' | 'foreign';
  readonly $metadata: ExchangeMetadata;
  /** Read by the SDK's retry strategy: what is lost may be asked for again. What is late is not (see retry.ts). */
  readonly $retryable?: { throttling: false };

  constructor(reason: AnswerError['reason'], message: string, exchange: ExchangeMetadata) {
    super(message);
    this.reason = reason;
    this.$metadata = exchange;
    if (reason !== 'foreign') this.$retryable = { throttling: false };
  }
}

interface HttpAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: AsyncIterable<Uint8Array> & { destroy?: (error?: Error) => void };
}

// A page of 1,000 policies is some 600 KB; nothing that IAM answers comes near this. Told twice in a result, it has to
// fit into the 10 MiB of one message that clients read.
const LARGEST_ANSWER = 4 * 1024 * 1024;

/**
 * Adds the checks to a client, and to each output's and error's `$metadata` the headers, whether an answer was lost, and
 * as `attempts` all sends, of which the SDK knows only its own.
 */
export function checkAnswers<Input extends object, Output extends MetadataBearer>(
  stack: MiddlewareStack<Input, Output>,
  answerTimeoutMs: number,
): void {
  stack.add(
    (next, context) => async (args) => {
      const seen = context as { answerLost?: boolean; sends?: number };
      try {
        const { response, output } = await next(args);
        const { headers } = response as HttpAnswer;
        const exchange = output.$metadata as ExchangeMetadata;
        Object.assign(exchange, { headers, answerLost: seen.answerLost ?? false });
        exchange.attempts = seen.sends ?? exchange.attempts;
        exchange.requestId ??= headers['x-amzn-requestid'];
        return { response, output };
      } catch (error) {
        if (error instanceof Error && seen.sends !== undefined) {
          const failed = error as Error & { $metadata?: ExchangeMetadata };
          failed.$metadata = {
            ...failed.$metadata,
            attempts: seen.sends,
            ...(seen.answerLost && { answerLost: true }),
          };
        }
        throw error;
      }
    },
    { name: 'exchangeMetadata', step: 'initialize' },
  );
  stack.add(
    (next, context) => async (args) => {
      const seen = context as { answerLost?: boolean };
      try {
        const reached = await next(args);
        const answer = reached.response as HttpAnswer;
        const body = await readBody(answer, answerTimeoutMs);
        checkAnswer(answer, body, (context.commandName ?? '').replace(/Command$/, ''));
        // IAM's documentation gives no promise that nothing was done before a 5xx.
        if (answer.statusCode >= 500) seen.answerLost = true;
        Object.assign(answer, { body });
        return reached;
      } catch (error) {
        if (isAnswerLost(error)) seen.answerLost = true;
        throw error;
      }
    },
    // Below the SDK's parser and its retries: each attempt's raw answer passes here.
    { name: 'answerCheck', step: 'deserialize', priority: 'low' },
  );
}

async function readBody(answer: HttpAnswer, timeoutMs: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    answer.body.destroy?.(new Error('late'));
  }, timeoutMs);
  try {
    for await (const chunk of answer.body) {
      size += chunk.length;
      if (size > LARGEST_ANSWER) throw foreign(answer, `an answer of more than ${LARGEST_ANSWER} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof AnswerError) throw error;
    const exchange = { httpStatusCode: answer.statusCode };
    throw isLate
      ? new AnswerError('late', 'the rest of the answer did not come in time', exchange)
      : new AnswerError('lost', 'the connection ended in the middle of the answer', exchange);
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks);
}

function checkAnswer(answer: HttpAnswer, body: Uint8Array, operation: string): void {
  const xml = new TextDecoder().decode(body);
  const root = answer.statusCode < 300 ? `${operation}Response` : 'ErrorResponse';
  if (!xml.trim()) throw foreign(answer, `an empty answer with status ${answer.statusCode}`);
  // The last element must be closed too: half an answer must not pass for a whole one.
  const isOwn =
    new RegExp(`^\\s*(?:<\\?xml[^>]*\\?>\\s*)?<${root}[\\s>]`).test(xml) && xml.trimEnd().endsWith(`</${root}>`);
  if (!isOwn) throw foreign(answer, `status ${answer.statusCode} with something that is not ${root}`);
  if (root === 'ErrorResponse' ? !/<Code>[^<]+<\/Code>/.test(xml) : !requestIdOf(answer, xml)) {
    throw foreign(answer, `${root} without ${root === 'ErrorResponse' ? 'an error code' : 'a request id'}`);
  }
  const requestId = requestIdOf(answer, xml);
  if (requestId) answer.headers['x-amzn-requestid'] ??= requestId;
}

function requestIdOf(answer: HttpAnswer, xml: string): string | undefined {
  return answer.headers['x-amzn-requestid'] ?? /<RequestId>([\w-]+)<\/RequestId>/.exec(xml)?.[1];
}

function foreign(answer: HttpAnswer, what: string): AnswerError {
  return new AnswerError('foreign', what, { httpStatusCode: answer.statusCode });
}

/** Whether a time limit was over: for connecting, for an answer, or for the rest of one. */
export function isOutOfTime(error: unknown): boolean {
  if (error instanceof AnswerError) return error.reason === 'late';
  // Of a host with several addresses, each is given a moment alone.
  if (!(error instanceof Error) || error instanceof AggregateError) return false;
  // Not by the name that the SDK's HTTP handler gives it: it calls a broken connection a TimeoutError, too.
  return (error as NodeJS.ErrnoException).code === 'ETIMEDOUT' || isConnectTimeout(error);
}

/** Whether the request may have been carried out although its answer did not arrive. */
export function isAnswerLost(error: unknown): boolean {
  if (error instanceof AnswerError) return true;
  if (!(error instanceof Error)) return false;
  // All addresses of a host were tried, and none took the connection.
  if (error instanceof AggregateError) return error.errors.some(isAnswerLost);
  const { code = '', syscall = '' } = error as NodeJS.ErrnoException;
  if (syscall === 'connect' || isConnectTimeout(error) || /before secure TLS connection/.test(error.message))
    return false;
  return ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED'].includes(code) || error.name === 'AbortError';
}

/** In the words of the SDK's HTTP handler, which gives no code. */
export function isConnectTimeout({ message }: Error): boolean {
  return /did not establish a connection/.test(message);
}
