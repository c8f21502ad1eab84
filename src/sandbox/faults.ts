// What can be ordered to go wrong, and the queue of orders. How a fault looks on the wire is done in http.ts.
import { QueryError, rateExceeded } from './query-protocol.ts';

export type SandboxFault =
  /** The answer takes this much longer. */
  | { kind: 'latency'; ms: number }
  /** 400 Throttling "Rate exceeded". */
  | { kind: 'throttle' }
  /** 500 ServiceFailure or 503 ServiceUnavailable, with IAM's XML. */
  | { kind: 'status'; status: 500 | 503 }
  /** The connection is reset before the request is carried out. */
  | { kind: 'reset' }
  /** Carried out, then the connection is reset without an answer. */
  | { kind: 'lost-answer' }
  /** Carried out, then the headers and half of the body are sent, then the connection is reset. */
  | { kind: 'lost-body' }
  /** A captive portal's (200) or a proxy's (502) page; not carried out. */
  | { kind: 'html'; status: 200 | 502 }
  /** 200 with an empty body; not carried out. */
  | { kind: 'empty' }
  /** Carried out; the answer's XML is broken in the middle. */
  | { kind: 'malformed-xml' }
  /** Not carried out and never answered; the connection stays open until close(). */
  | { kind: 'silence' }
  /** Any IAM error, verbatim; not carried out. */
  | { kind: 'error'; status: number; code: string; message: string };

export interface FaultOrder {
  /** Any operation when absent. */
  operation?: string;
  /** How many requests it strikes: 1 when absent, Infinity allowed. */
  times?: number;
  fault: SandboxFault;
}

type Latency = Extract<SandboxFault, { kind: 'latency' }>;
type Breakage = Exclude<SandboxFault, Latency>;

/** What befalls one request: it may be slow and, besides, go wrong in one way. */
export interface Misfortune {
  delayMs: number;
  breakage?: Breakage;
}

export class FaultQueue {
  private orders: { operation?: string; left: number; fault: SandboxFault }[] = [];

  add({ operation, times = 1, fault }: FaultOrder): void {
    if (times > 0) this.orders.push({ operation, left: times, fault });
  }

  clear(): void {
    this.orders = [];
  }

  /** Takes the first order of each sort (latency, breakage) that fits the operation. */
  take(operation: string): Misfortune {
    if (this.orders.length === 0) return { delayMs: 0 };
    const latency = this.takeFirst(operation, (fault): fault is Latency => fault.kind === 'latency');
    const breakage = this.takeFirst(operation, (fault): fault is Breakage => fault.kind !== 'latency');
    return { delayMs: latency?.ms ?? 0, breakage };
  }

  private takeFirst<F extends SandboxFault>(operation: string, isOfSort: (fault: SandboxFault) => fault is F) {
    for (const order of this.orders) {
      const { fault } = order;
      if ((order.operation ?? operation) !== operation || !isOfSort(fault)) continue;
      order.left -= 1;
      if (order.left <= 0) this.orders = this.orders.filter((other) => other !== order);
      return fault;
    }
    return undefined;
  }
}

/** The IAM error that a fault stands for, if it is one. */
export function orderedError(fault: Breakage | undefined): QueryError | undefined {
  switch (fault?.kind) {
    case 'throttle':
      return rateExceeded();
    case 'status':
      return fault.status === 500
        ? new QueryError(500, 'ServiceFailure', 'The request processing has failed because of an unknown error.')
        : new QueryError(503, 'ServiceUnavailable', 'The request has failed due to a temporary failure of the server.');
    case 'error':
      return new QueryError(fault.status, fault.code, fault.message);
    default:
      return undefined;
  }
}

/** Well-formed on purpose: an XML parser takes a captive portal's page for an answer. */
export const CAPTIVE_PORTAL_PAGE =
  '<html><head><title>Guest network</title></head><body><h1>Welcome</h1><p>Please sign in to go online.</p></body></html>';

export const PROXY_ERROR_PAGE =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>proxy</center>\r\n</body>\r\n</html>\r\n';
