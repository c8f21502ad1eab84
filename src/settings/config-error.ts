// What is said of a config file that cannot be used: one line, with the place a person has to go to. It never holds a
// value of a connection, since any of them may be a secret that was put into the wrong field.
import { cleanLine } from '../clean-text.ts';

const LONGEST_PATH = 1000;
const LONGEST_PROBLEM = 900;

/** The message is one whole line, `<file>:<line>: <field>: <problem>`, to be printed after the program's name. */
export class ConfigError extends Error {
  /** @param line counted from 1, none for the file as a whole; @param problem a clause without a full stop */
  constructor(file: string, line: number | undefined, field: string, problem: string) {
    const place = line === undefined ? cleanLine(file, LONGEST_PATH) : `${cleanLine(file, LONGEST_PATH)}:${line}`;
    super([place, field, cleanLine(problem, LONGEST_PROBLEM)].filter((part) => part !== '').join(': '));
    this.name = 'ConfigError';
  }
}

/** The way to a value in the file: names of objects and indices of arrays. */
export type FieldPath = readonly (string | number)[];

/** `connections[0].region`; names that are no plain words stand in brackets and quotes. */
export function fieldName(path: FieldPath): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (/^[$\w-]{1,60}$/.test(step)) return index === 0 ? step : `.${step}`;
      return `["${cleanLine(step, 60)}"]`;
    })
    .join('');
}
