/** The time of day as texts for people have it: in UTC, as AWS's own times are. */
export function clock(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`;
}
