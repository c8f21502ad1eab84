// Moments as a person types them on the command line.

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 };
const AGO = /^(?<count>\d{1,6})(?<unit>[mhd])$/;
const DATE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?$/;

/** @returns epoch milliseconds, or undefined for what is neither a date (2026-11-28, 2026-11-28T04:00Z) nor an age (2h) */
export function momentOf(text: string, now: number): number | undefined {
  const { count, unit } = AGO.exec(text)?.groups ?? {};
  if (count !== undefined) return now - Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
  const at = DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
