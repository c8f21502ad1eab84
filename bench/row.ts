// One line of the table: a figure of ours beside the one it is held against, or by itself, to be known.

export interface Row {
  what: string;
  ours: string;
  against?: string;
  compared?: string;
  /** `none` where there is none. */
  bound: string;
  /** Where there is a bound. */
  holds?: boolean;
}

const HEADER = ['What', 'aws-iam-mcp', 'Against', 'Compared', 'Bound', 'Holds'];

/** @returns a Markdown table */
export function table(rows: Row[]): string {
  const cells = rows.map((row) => [
    row.what,
    row.ours,
    row.against ?? '',
    row.compared ?? '',
    row.bound,
    row.holds === undefined ? '' : row.holds ? 'yes' : '**no**',
  ]);
  return [HEADER, HEADER.map(() => '---'), ...cells].map((line) => `| ${line.join(' | ')} |`).join('\n');
}
