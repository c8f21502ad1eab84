// The other side of the comparisons: the bare SDK in a process of its own. It is bundled as dist/ is: unbundled, the
// SDK's hundreds of files would cost it time and memory of their own.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Child } from './child.ts';
import type { Key } from './sandbox.ts';
import type { Surroundings } from './surroundings.ts';

export type Job =
  | { do: 'list_policies' }
  | { do: 'list_access_keys' | 'get_access_key_last_used'; rows: readonly Key[]; atOnce: number }
  | { do: 'update_access_key'; rows: readonly Key[]; status: 'Active' | 'Inactive'; atOnce: number };

const BARE = fileURLToPath(new URL('./bare-sdk-process.ts', import.meta.url));

let bundled: Promise<string> | undefined;

export class BareSdk {
  readonly #child: Child;

  private constructor(child: Child) {
    this.#child = child;
  }

  static async start({ environment, folder }: Surroundings): Promise<BareSdk> {
    bundled ??= bundle(folder);
    return new BareSdk(new Child([await bundled], environment));
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** @throws Error when it did not find, or send, so many */
  async carryOut(job: Job, expected: number): Promise<void> {
    this.#child.write(JSON.stringify(job));
    const { found } = JSON.parse(await this.#child.nextLine());
    if (found !== expected) throw new Error(`the bare SDK's ${job.do} found ${found} and not ${expected}`);
  }

  end(): Promise<void> {
    return this.#child.end();
  }
}

/** As build.mjs does for dist/. @returns the file to run */
async function bundle(folder: string): Promise<string> {
  await build({
    entryPoints: [BARE],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    minify: true,
    mainFields: ['module', 'main'],
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  return path.join(folder, 'bare-sdk-process.mjs');
}
