import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { COMMANDS, HOSTS } from '../../src/settings/commands.ts';
import { helpText, optionsTable } from '../../src/settings/help.ts';
import { OPTIONS } from '../../src/settings/settings.ts';

const oneSpaced = (text: string) => text.replace(/\s+/g, ' ');
const rowOf = (flag: string) =>
  optionsTable()
    .split('\n')
    .find((row) => row.startsWith(`| \`--${flag}`)) ?? expect.unreachable(`no row for --${flag}`);

describe('the help text', () => {
  it('fits 80 columns', () => {
    expect(
      helpText()
        .split('\n')
        .filter((line) => line.length > 80),
    ).toEqual([]);
    expect(helpText()).toMatch(/[^\n]\n$/);
  });

  it.each(OPTIONS)(
    'tells what --$flag does, its variable and its default',
    ({ flag, variable, meaning, defaultText }) => {
      const text = oneSpaced(helpText());
      expect(text).toMatch(new RegExp(` --${flag}[ \\w|]* ${meaning.slice(0, 12)}`));
      expect(text).toContain(oneSpaced(meaning));
      expect(text).toContain(`default: ${defaultText}; ${variable}]`);
    },
  );

  it('tells of every command and host, --version and --help', () => {
    const text = helpText();
    for (const word of [...Object.keys(COMMANDS), ...HOSTS, '--version', '--help']) expect(text).toContain(word);
    expect(text).toContain('approve [ID]\n');
    expect(text).toContain('decline ID\n');
  });

  it('shows the range of a number', () => {
    expect(helpText()).toContain('[0 to 3600; default: 45; AWS_IAM_MCP_APPROVAL_WAIT]');
  });
});

describe('the table of options', () => {
  it('has one row of four cells for each option, and no cell that is empty', () => {
    const rows = optionsTable().trimEnd().split('\n');
    expect(rows).toHaveLength(OPTIONS.length + 2);
    for (const row of rows) {
      const cells = row.split(/(?<!\\)\|/).slice(1, -1);
      expect(cells).toHaveLength(4);
      for (const cell of cells) expect(cell).toMatch(/\S/);
    }
  });

  it('shows how an option is written, its variable and its default', () => {
    expect(rowOf('approval-wait')).toContain('| `--approval-wait SECONDS` | `AWS_IAM_MCP_APPROVAL_WAIT` | 45 |');
    expect(rowOf('read-only')).toContain('| `--read-only` | `AWS_IAM_MCP_READ_ONLY` | off |');
    expect(rowOf('secrets')).toContain('| `--secrets file\\|inline` | `AWS_IAM_MCP_SECRETS` | file |');
  });
});

describe('both', () => {
  it('are the same on every machine', () => {
    expect(helpText() + optionsTable()).not.toContain(homedir());
    expect(rowOf('state-dir')).toContain("in the user's data folder");
  });
});
