// A person at a terminal, who types a line at each prompt. After the last one the terminal closes.
import { PassThrough } from 'node:stream';

export function personTyping(lines: string[], isTTY = true) {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = Object.assign(new PassThrough(), { isTTY });
  const shown: string[] = [];
  output.on('data', (chunk) => {
    shown.push(String(chunk));
    if (!String(chunk).includes('> ')) return;
    const line = lines.shift();
    if (line === undefined) input.end();
    else input.write(`${line}\n`);
  });
  return { terminal: { input, output }, shown: () => shown.join('') };
}
