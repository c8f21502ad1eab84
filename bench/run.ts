// `npm run bench`: prints where this program stands against its bounds, as a Markdown table. Both sides of each
// comparison are measured in one run, in turns, so that a busy machine slows both. The exit code says whether
// everything could be measured, never whether it was fast.
import { cpus, loadavg } from 'node:os';
import { measureCall } from './call.ts';
import { measureMemory } from './memory.ts';
import { type Row, table } from './row.ts';
import { measureStart, measureToolsList } from './start.ts';
import { makeSurroundings } from './surroundings.ts';

const NOTES = `
Medians, with p10 and p90 in parentheses. Both sides of a comparison take turns in one run; what is compared are the
medians. The sandbox runs in a process of its own, and both sides reach it with the same credentials. \`node -e 0\` is
timed from spawn to exit. The bare SDK's memory is that of a process bundled by esbuild in the way dist/ is.`;

// Otherwise the bare SDK prints a notice about Node's version to stderr, here as in the processes that are started.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const surroundings = await makeSurroundings();
process.once('SIGINT', () => process.exit(130));
const rows: Row[] = [];
// Before the first measurement: others' work. Turns share it out, but a long start is interrupted more than a short one.
const load = (loadavg()[0] ?? 0).toFixed(1);
for (const measure of [measureStart, measureCall, measureToolsList, measureMemory]) {
  process.stderr.write(`${measure.name} …\n`);
  try {
    rows.push(await measure(surroundings));
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
