// Texts that Excel and its like would take for a formula and run, `=HYPERLINK(…)` in a user name, say: they get an
// apostrophe in front in a CSV file. One that has apostrophes there already gets one more, so that reading can take
// exactly one away.
const TO_ESCAPE = /^'*[=+\-@\t\r\n＝＋－＠]/;
const ESCAPED = /^'+[=+\-@\t\r\n＝＋－＠]/;

export const escapeFormula = (text: string): string => (TO_ESCAPE.test(text) ? `'${text}` : text);

export const unescapeFormula = (text: string): string => (ESCAPED.test(text) ? text.slice(1) : text);
