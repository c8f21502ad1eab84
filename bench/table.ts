// How the tables that are measured are called.

/** On both sides; the server's default. */
export const AT_ONCE = 8;

/** Options that let a table of so many changes through, and show all of what came of it. */
export const UNLIMITED = ['--max-change-rows', '1000', '--result-limit', '0', '--concurrency', String(AT_ONCE)];

/** The fields of a call, over the columns of its rows. */
export const TEMPLATES = { user_name: '{{ user_name }}', access_key_id: '{{ access_key_id }}' };
