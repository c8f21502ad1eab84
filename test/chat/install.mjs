// Installs what test/chat needs: the chat server prosody, where apt may do that, and the packages of the example. Without
// prosody the tests say that they are skipped.
import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const EXAMPLE = fileURLToPath(new URL('../../examples/chat-approval', import.meta.url));

const isThere = () => spawnSync('prosodyctl', ['about'], { stdio: 'ignore' }).error === undefined;
const apt = (...args) =>
  spawnSync('apt-get', args, { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });

if (!isThere() && process.platform === 'linux' && process.getuid() === 0) {
  const install = () => apt('install', '-y', '--no-install-recommends', 'prosody').status === 0;
  // The lists of packages may be missing, or old.
  if (!install()) {
    apt('update');
    install();
  }
}
// No package may run a script.
execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
  cwd: EXAMPLE,
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
