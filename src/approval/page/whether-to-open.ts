// Whether a browser on this machine can be before the person who has to agree.
import type { Settings } from '../../settings/settings.ts';

type Environment = Record<string, string | undefined>;

export function mayOpen(open: Settings['open'], platform: NodeJS.Platform, environment: Environment): boolean {
  return open === 'auto' && hasDisplay(platform, environment);
}

/** Over SSH, a browser would open where nobody sits. */
function hasDisplay(platform: NodeJS.Platform, environment: Environment): boolean {
  if (environment.SSH_CONNECTION || environment.SSH_TTY) return false;
  if (platform === 'darwin' || platform === 'win32') return true;
  return platform === 'linux' && Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
}
