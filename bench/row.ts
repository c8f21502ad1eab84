// One line of the table: a figure of ours beside the one it is held against.

export interface Row {
  what: string;
  ours: string;
  against: string;
  compared: string;
  bound: string;
  holds: boolean;
}

const HEADER = ['What', 'aws-iam-mcp', 'Against', 'Compared', 'Bound', 'Holds'];

/** @returns a Markdown table */
export function table(rows: Row[]): string {
  const cells = rows.map((row) => [
    row.what,
    row.ours,
    row.against,
    row.compared,
    row.bound,
    row.holds ? 'yes' : '**no**',
  ]);
  return [HEADER, HEADER.map(() => '---'), ...cells].map((line) => `| ${line.join(' | ')} |`).join('\n');
}
