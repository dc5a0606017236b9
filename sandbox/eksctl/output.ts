import { toYaml } from './config/expand.ts';
import { Failure } from './failure.ts';

/** A column of a table: its heading and a row's cell. */
export type Column<T> = readonly [heading: string, cell: (row: T) => string];

/** Cells apart by tabs of eight, at least one space wide, as Go's tabwriter sets them. */
function table<T>(rows: readonly T[], columns: readonly Column<T>[]): string {
  const lines = [
    columns.map(([heading]) => heading),
    ...rows
      .map((row) => columns.map(([, cell]) => cell(row)))
      .sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1)),
  ];
  const widths = columns.map((_, index) => {
    const longest = Math.max(...lines.map((line) => (line[index] ?? '').length));
    return Math.ceil((longest + 1) / 8) * 8;
  });
  const pad = (text: string, width: number): string =>
    text + '\t'.repeat(Math.ceil((width - text.length) / 8));
  return lines
    .map(
      (line) =>
        `${line.map((text, i) => (i < line.length - 1 ? pad(text, widths[i] ?? 8) : text)).join('')}\n`,
    )
    .join('');
}

/**
 * Prints what a `get` command found: JSON with four spaces and no newline at its end, YAML, or a table
 * (transcripts/eksctl/e4-get-fp.txt). Throws Failure on another format.
 */
export function render<T extends object>(
  format: string,
  kind: string,
  found: readonly T[],
  asTable: { readonly rows: readonly object[]; readonly columns: readonly Column<never>[] },
): string {
  switch (format) {
    case 'json':
      return JSON.stringify(found, null, 4);
    case 'yaml':
      return found.length === 0 ? '[]\n' : toYaml(found);
    case 'table':
      return found.length === 0
        ? `No ${kind} found\n`
        : table(asTable.rows as readonly never[], asTable.columns);
    default:
      throw new Failure(`unknown output printer type: expected {"yaml","json","table"} but got "${format}"`);
  }
}
