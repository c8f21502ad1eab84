// Texts that Excel and its like would take for a formula and run, `=HYPERLINK(…)` in a user name, say: they get an
// apostrophe in front in a CSV file. One that has apostrophes there already gets one more, so that reading can take
// exactly one away. The same within a text, after what a spreadsheet may take for the end of a cell: one whose list
// separator is `;` splits our lines in other places, and counts quotes only at the start of what it takes for a cell.
const STARTS_FORMULA = /[=+\-@\t\r\n＝＋－＠]/;
const ENDS_CELL = /[;,|\t\r\n]/;
const STARTS_FORMULA_WITHIN = /[=+\-@＝＋－＠]/;

export const escapeFormula = (text: string): string => {
  const within = withApostrophes(text, (count) => count + 1);
  return isFormula(text) ? `'${within}` : within;
};

export const unescapeFormula = (text: string): string => {
  const within = withApostrophes(text, (count) => Math.max(0, count - 1));
  return within.startsWith("'") && isFormula(within) ? within.slice(1) : within;
};

/** Apostrophes in front aside. (As one regular expression, a file full of them would exhaust its stack.) */
function isFormula(text: string): boolean {
  return STARTS_FORMULA.test(text.charAt(afterApostrophes(text, 0)));
}

/** Changes the number of apostrophes between the end of what may be a cell and the start of what would be a formula. */
function withApostrophes(text: string, change: (count: number) => number): string {
  if (!ENDS_CELL.test(text) || !STARTS_FORMULA_WITHIN.test(text)) return text;
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (!ENDS_CELL.test(text.charAt(at))) continue;
    const start = at + 1;
    const end = afterApostrophes(text, start);
    // What a spreadsheet may take for an empty quoted value, or pass over.
    const formula = after(text, end, `'" `);
    if (!STARTS_FORMULA_WITHIN.test(text.charAt(formula))) continue;
    parts.push(text.slice(from, start), "'".repeat(change(end - start)));
    from = end;
    at = formula - 1;
  }
  return parts.join('') + text.slice(from);
}

function afterApostrophes(text: string, start: number): number {
  return after(text, start, "'");
}

function after(text: string, start: number, characters: string): number {
  let end = start;
  while (end < text.length && characters.includes(text.charAt(end))) end++;
  return end;
}
