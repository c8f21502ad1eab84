// A browser of this machine, driven by playwright-core. Nothing is downloaded: Debian's chromium, or the one that
// CHROMIUM names.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const CHROMIUM = [process.env.CHROMIUM, ...PLACES].find((place) => place && existsSync(place));

export const NO_CHROMIUM = 'there is no chromium here (apt-get install chromium, or name one in CHROMIUM)';

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    // Its sandbox does not start as root.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      '--no-first-run',
      '--disable-dev-shm-usage',
      '--disable-lcd-text',
      '--host-resolver-rules=MAP evil.example 127.0.0.1',
    ],
  });
}
