// What an entry of the audit can be about. By itself, since the command line needs it at every start.

export const AUDIT_EVENTS = [
  'asked',
  'pending',
  'refused',
  'sent',
  'not-attempted',
  'done',
  'failed',
  'partly-done',
  'outcome-unknown',
  'finished',
] as const;
export type AuditEvent = (typeof AUDIT_EVENTS)[number];
