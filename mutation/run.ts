// Changes the program in many small ways, one at a time, and counts the changes that no test in memory notices:
// `npm run mutation src/plan`. One folder takes minutes to an hour, so it is not part of CI.
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';

// The way of a call. Of src/templates nothing would be changed, since the templates' thread is bundled beforehand.
const PIPELINE = ['src/call.ts', 'src/approval', 'src/plan', 'src/calls', 'src/table', 'src/state', 'src/actions'];

const given = process.argv.slice(2);
const places = given.length > 0 ? given : PIPELINE;
const missing = places.find((place) => !existsSync(place));
if (missing !== undefined) {
  process.stderr.write(`mutation: there is no ${missing}; a folder of the program is, for example, src/plan\n`);
  process.exit(2);
}

const killed = new Set(['Killed', 'Timeout']);
const counted = new Set([...killed, 'Survived', 'NoCoverage']);

const mutants = await new Stryker({
  mutate: places.map((place) => (statSync(place).isDirectory() ? `${place}/**/*.ts` : place)),
  testRunner: 'vitest',
  plugins: [fileURLToPath(import.meta.resolve('@stryker-mutator/vitest-runner'))],
  vitest: { configFile: 'mutation/vitest.config.ts' },
  // It does not understand TypeScript 7, and need not: nothing is type-checked.
  tsconfigFile: 'none.json',
  ignorePatterns: ['dist', 'bench', 'demo'],
  coverageAnalysis: 'perTest',
  // What runs once, when a module is loaded, would need all modules to be loaded anew for each change.
  ignoreStatic: true,
  concurrency: 2,
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { logTests: false, reportTests: false, allowColor: false },
  allowConsoleColors: false,
  disableTypeChecks: false,
}).runMutationTest();

const all = mutants.filter(({ status }) => counted.has(status));
const score = (100 * all.filter(({ status }) => killed.has(status)).length) / all.length;
process.stdout.write(`${places.join(' ')}: ${score.toFixed(1)} % of ${all.length} changes were noticed\n`);
