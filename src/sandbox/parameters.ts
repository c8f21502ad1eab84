// Checks a call's parameters against IAM's limits and words the refusal as IAM does. Each operation states its rules
// as data; a rule that comes from the service model (length, range, one of a set) is reported with all others of its
// kind in one ValidationError, the allowed letters after those and one at a time, as IAM itself does it.
import { QueryError, type Service } from './query-protocol.ts';

export interface Rule {
  required?: boolean;
  minLength?: number;
  maxLength?: number;
  /** For a whole number. */
  range?: readonly [number, number];
  oneOf?: readonly string[];
  isBoolean?: boolean;
  /** A pattern of the service model, named in the refusal as the model writes it. */
  pattern?: { matches: RegExp; asWritten: string };
  /** Letters that IAM checks by itself and names in words. */
  letters?: { pattern: RegExp; inWords: string };
}

export type Rules = Record<string, Rule>;

export const accessKeyId: Rule = {
  minLength: 16,
  maxLength: 128,
  letters: { pattern: /^[A-Za-z0-9_]*$/, inWords: 'alphanumeric characters.' },
};

export const userName: Rule = {
  maxLength: 128,
  letters: {
    pattern: /^[A-Za-z0-9_+=,.@-]+$/,
    inWords: 'alphanumeric characters and/or the following: +=,.@_-',
  },
};

export const groupName: Rule = { ...userName, minLength: 1 };

/** Of an inline policy: the service model has the letters as a pattern. */
export const policyName: Rule = {
  minLength: 1,
  maxLength: 128,
  pattern: { matches: /^[\w+=,.@-]+$/, asWritten: '[\\w+=,.@-]+' },
};

export const policyArn: Rule = { minLength: 20, maxLength: 2048 };

export const pathPrefix: Rule = { minLength: 1, maxLength: 512 };

export const paging: Rules = { Marker: { minLength: 1, maxLength: 320 }, MaxItems: { range: [1, 1000] } };

/** @throws QueryError ValidationError, or MalformedInput where a number or a boolean is none. */
export function checkParameters(service: Service, rules: Rules, given: Record<string, string>): void {
  const broken: string[] = [];
  for (const [name, rule] of Object.entries(rules)) {
    const constraint = brokenConstraint(name, rule, given[name]);
    if (constraint) broken.push(`${subject(service, name, given[name])} failed to satisfy constraint: ${constraint}`);
  }
  if (broken.length > 0) {
    const count = broken.length === 1 ? '1 validation error' : `${broken.length} validation errors`;
    throw validationError(`${count} detected: ${broken.join('; ')}`);
  }
  for (const [name, { letters }] of Object.entries(rules)) {
    const value = given[name];
    if (letters && value !== undefined && !letters.pattern.test(value)) {
      throw validationError(
        `The specified value for ${lowerFirst(name)} is invalid. It must contain only ${letters.inWords}`,
      );
    }
  }
}

export function validationError(message: string): QueryError {
  return new QueryError(400, 'ValidationError', message);
}

function brokenConstraint(name: string, rule: Rule, value: string | undefined): string | undefined {
  if (value === undefined) return rule.required ? 'Member must not be null' : undefined;
  if (rule.oneOf && !rule.oneOf.includes(value)) return 'Member must satisfy enum value set';
  if (rule.isBoolean && value !== 'true' && value !== 'false') throw malformed(name, 'true or false');
  if (rule.range) {
    if (!/^-?[0-9]{1,15}$/.test(value)) throw malformed(name, 'a whole number');
    const [least, most] = rule.range;
    if (Number(value) < least) return `Member must have value greater than or equal to ${least}`;
    if (Number(value) > most) return `Member must have value less than or equal to ${most}`;
  }
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = rule;
  if (value.length < minLength) return `Member must have length greater than or equal to ${minLength}`;
  if (value.length > maxLength) return `Member must have length less than or equal to ${maxLength}`;
  if (rule.pattern && !rule.pattern.matches.test(value)) {
    return `Member must satisfy regular expression pattern: ${rule.pattern.asWritten}`;
  }
  return undefined;
}

/** STS repeats the value it refuses, IAM does not. */
function subject(service: Service, name: string, value: string | undefined): string {
  if (service === 'iam') return `Value at '${lowerFirst(name)}'`;
  return value === undefined ? `Value null at '${lowerFirst(name)}'` : `Value '${value}' at '${lowerFirst(name)}'`;
}

function malformed(name: string, wanted: string): QueryError {
  return new QueryError(400, 'MalformedInput', `${name} must be ${wanted}.`);
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
