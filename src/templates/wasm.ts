// The bytes of the template engine. From source they are read from node_modules; the build replaces this very module by
// the file itself (see build.mjs), so that dist/ needs nothing else.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const file = createRequire(import.meta.url).resolve('minijinja-js/dist/web/minijinja_js_bg.wasm');

export default new Uint8Array(readFileSync(file));
