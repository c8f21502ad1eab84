// The sandbox in its own process, as the measurements see it: where it is, and what can be ordered and asked.
import { fileURLToPath } from 'node:url';
import { Child } from './child.ts';

export interface Key {
  user_name: string;
  access_key_id: string;
}

export type Order =
  /** Every answer takes so much longer, until the next such order. */
  | { do: 'be-slow'; ms: number }
  /** What was seen of an operation since this was last asked. */
  | { do: 'tell'; operation: string };

export interface Seen {
  count: number;
  /** From the first of them to the last. */
  ms: number;
}

const SANDBOX = fileURLToPath(new URL('./sandbox-process.ts', import.meta.url));

export class Sandbox {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** One of each user. */
  readonly keys: readonly [Key, ...Key[]];
  /** How many managed policies there are. */
  readonly policies: number;
  readonly #child: Child;

  private constructor(
    child: Child,
    told: Pick<Sandbox, 'endpoint' | 'accessKeyId' | 'secretAccessKey' | 'keys' | 'policies'>,
  ) {
    this.#child = child;
    this.endpoint = told.endpoint;
    this.accessKeyId = told.accessKeyId;
    this.secretAccessKey = told.secretAccessKey;
    this.keys = told.keys;
    this.policies = told.policies;
  }

  static async start(environment: NodeJS.ProcessEnv): Promise<Sandbox> {
    const child = new Child(['--import', 'tsx', SANDBOX], environment);
    return new Sandbox(child, JSON.parse(await child.nextLine()));
  }

  async beSlow(ms: number): Promise<void> {
    await this.#order({ do: 'be-slow', ms });
  }

  async tell(operation: string): Promise<Seen> {
    return JSON.parse(await this.#order({ do: 'tell', operation }));
  }

  end(): Promise<void> {
    return this.#child.end();
  }

  #order(order: Order): Promise<string> {
    this.#child.write(JSON.stringify(order));
    return this.#child.nextLine();
  }
}
