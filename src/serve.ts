// Loads the connections, and serves the program that is put together from them and the settings.
import { assembleProgram } from './calls/program.ts';
import { serveStdio } from './server/stdio.ts';
import { loadConnections } from './settings/connections.ts';
import type { Settings } from './settings/settings.ts';

/** @returns when the host has left and nothing is under way any more */
export async function serve(
  settings: Settings,
  version: string,
  approveCommand: (id: string) => string,
): Promise<void> {
  const leaving = new AbortController();
  const { stateDir, sandboxReset: reset } = settings;
  const sandbox = settings.sandbox
    ? await import('./sandbox/sandbox.ts').then((module) => module.startSandbox({ stateDir, reset }))
    : undefined;
  const program = assembleProgram(settings, await loadConnections(settings, sandbox), {
    environment: process.env,
    approveCommand,
    leaving: leaving.signal,
  });
  await serveStdio(program, version, () => leaving.abort());
}
