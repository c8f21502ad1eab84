/** For JSON.stringify: a new key's secret belongs in the answer, where the operator chose so, and nowhere else. */
export function withoutSecret(name: string, value: unknown): unknown {
  return name === 'SecretAccessKey' ? '(not shown)' : value;
}
