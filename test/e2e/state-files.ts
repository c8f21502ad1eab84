// The files that a server leaves in its state dir.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const VALID_FOR_MS = 10 * 60 * 1000;

interface RequestFile {
  id: string;
  createdAt: number;
  ways: string[];
  earlier?: object;
  plan: {
    rows: {
      title: string;
      effect: string;
      arguments: Record<string, string>;
      facts: { label: string; shown: unknown }[];
    }[];
  };
}

/** What waits for a person at the terminal, by the files alone. */
export function waitingRequests(stateDir: string): RequestFile[] {
  const files = filesBelow(stateDir);
  return files
    .filter((file) => file.endsWith('.request.json'))
    .filter((file) => !files.includes(file.replace('.request.json', '.closed.json')))
    .map((file) => JSON.parse(readFileSync(path.join(stateDir, file), 'utf8')) as RequestFile)
    .filter(({ createdAt, ways }) => ways.includes('terminal') && Date.now() < createdAt + VALID_FOR_MS);
}

/** Changes a request behind the server's back. */
export function tamperWithRequest(stateDir: string, id: string, change: (request: RequestFile) => void): void {
  const file = path.join(stateDir, 'requests', `${id}.request.json`);
  const request = JSON.parse(readFileSync(file, 'utf8')) as RequestFile;
  change(request);
  writeFileSync(file, JSON.stringify(request), { mode: 0o600 });
}

/** Writes a yes that no `approve` command gave. */
export function forgeAnswer(stateDir: string, id: string, answer: object): void {
  writeFileSync(path.join(stateDir, 'requests', `${id}.yes-1.json`), JSON.stringify(answer), { mode: 0o600 });
}

export interface AuditLine {
  /** The id of its request. */
  call: string;
  event: string;
  tool: string;
  agreedBy?: string;
  error?: string;
}

export function auditOf(stateDir: string): AuditLine[] {
  const file = path.join(stateDir, 'audit.jsonl');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as AuditLine);
}

/** Relative paths of all files, at any depth. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

/** The files in which the secret stands, plainly or in a common encoding. */
export function filesHolding(folder: string, secret: string): string[] {
  return filesBelow(folder).filter((file) => holds(readFileSync(path.join(folder, file)).toString('latin1'), secret));
}

export function holds(text: string, secret: string): boolean {
  const encodings = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').replace(/=+$/, '')];
  return encodings.some((encoded) => text.includes(encoded));
}
