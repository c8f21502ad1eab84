// Texts that Excel and its like would take for a formula and run, `=HYPERLINK(…)` in a user name, say: they get an
// apostrophe in front in a CSV file. One that has apostrophes there already gets one more, so that reading can take
// exactly one away.
const STARTS_FORMULA = /[=+\-@\t\r\n＝＋－＠]/;

export const escapeFormula = (text: string): string => (isFormula(text) ? `'${text}` : text);

export const unescapeFormula = (text: string): string =>
  text.startsWith("'") && isFormula(text) ? text.slice(1) : text;

/** Apostrophes in front aside. (As one regular expression, a file full of them would exhaust its stack.) */
function isFormula(text: string): boolean {
  let start = 0;
  while (text[start] === "'") start++;
  return STARTS_FORMULA.test(text.charAt(start));
}
