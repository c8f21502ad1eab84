// `npm run bench`: prints where this program stands against its bounds, as a Markdown table. Both sides of each
// comparison are measured in one run, in turns, so that a busy machine slows both. The exit code says whether
// everything could be measured, never whether it was fast.
import { cpus, loadavg } from 'node:os';
import { measureCall } from './call.ts';
import { measureMemory } from './memory.ts';
import { measureLastUsed, measureListPolicies } from './reads.ts';
import { type Row, table } from './row.ts';
import { measureStart, measureToolsList } from './start.ts';
import { makeSurroundings } from './surroundings.ts';
import { AT_ONCE } from './table.ts';
import { measureSlowUpdates, measureUpdates } from './updates.ts';

const NOTES = `
Medians, with p10 and p90 in parentheses. Both sides of a comparison take turns in one run; what is compared are the
medians. The sandbox runs in a process of its own, and both sides reach it with the same credentials. \`node -e 0\` is
timed from spawn to exit. But for single calls, the bare SDK runs in a process of its own, bundled by esbuild in the way
dist/ is, and both sides have ${AT_ONCE} requests on their way at once. A table of changes reads each row's facts before a
person is asked and again afterwards, which the bare SDK does not: compared is the time from the first change to the
last as the sandbox's log has it, on both sides alike, with the journal on; the whole call stands below it. The bare
paginator asks for pages of 1,000 and keeps none; the server hands over all policies in one answer, which nobody
parses while time runs. Peaks are the highest resident memory of a new process (VmHWM, on Linux).`;

const MEASURES = [
  measureStart,
  measureCall,
  measureToolsList,
  measureMemory,
  measureUpdates,
  measureSlowUpdates,
  measureLastUsed,
  measureListPolicies,
];
// `npm run bench -- updates policies`: only those that have such a word in their names.
const wanted = process.argv.slice(2).map((word) => word.toLowerCase());

// Otherwise the bare SDK prints a notice about Node's version to stderr, here as in the processes that are started.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const surroundings = await makeSurroundings();
process.once('SIGINT', () => process.exit(130));
const rows: Row[] = [];
// Before the first measurement: others' work. Turns share it out, but a long start is interrupted more than a short one.
const load = (loadavg()[0] ?? 0).toFixed(1);
for (const measure of MEASURES) {
  const name = measure.name.toLowerCase();
  if (wanted.length > 0 && !wanted.some((word) => name.includes(word))) continue;
  process.stderr.write(`${measure.name} …\n`);
  try {
    rows.push(...[await measure(surroundings)].flat());
  } catch (error) {
    process.stderr.write(`${measure.name} failed: ${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = 1;
  }
}
await surroundings.leave();

const processors = cpus();
const day = new Date().toISOString().slice(0, 10);
process.stdout.write(
  `Node ${process.version}, ${processors[0]?.model.trim()}, ${processors.length} cores (load ${load}), ${process.platform}, ${day}\n\n` +
    `${table(rows)}\n${NOTES}\n`,
);
