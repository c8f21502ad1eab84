// An empty home folder for AWS's config files, and an environment without anything of AWS's; both as they were before
// when the test is over.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../actions/program.ts';

/** @param variables of AWS's, which the test has set besides */
export function useEmptyHome(variables: Record<string, string> = {}) {
  onTestFinished(() => void vi.unstubAllEnvs());
  for (const name of Object.keys(process.env)) {
    if (name.startsWith('AWS_') && name !== 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED') {
      vi.stubEnv(name, undefined);
    }
  }
  const home = temporaryFolder();
  const environment = { HOME: home, USERPROFILE: home, AWS_EC2_METADATA_DISABLED: 'true', ...variables };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);

  const write = (name: string, text: string) => {
    const file = path.join(home, '.aws', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  return {
    /** As the AWS CLI keeps what `aws login` got, in a file named after the session. */
    loginToken: (session: string, token: object | string) =>
      write(
        `login/cache/${createHash('sha256').update(session).digest('hex')}.json`,
        typeof token === 'string' ? token : JSON.stringify(token),
      ),
    config: (text: string) => write('config', text),
    credentials: (text: string) => write('credentials', text),
    /** As the AWS CLI keeps an SSO sign-in: in a file named after the session, or after the start URL without one. */
    ssoToken: (sessionOrStartUrl: string, token: object) =>
      write(`sso/cache/${createHash('sha1').update(sessionOrStartUrl).digest('hex')}.json`, JSON.stringify(token)),
  };
}
