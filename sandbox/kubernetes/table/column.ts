import type { KubeObject } from '../api.ts';
import { at } from '../model/at.ts';

/** What a table cell can hold. */
export type Cell = string | number | boolean | null;

/** A column of a `meta/v1.Table`; columns of priority 1 are shown by `-o wide` only. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly description?: string;
  readonly priority?: number;
  cell(object: KubeObject, now: Date): Cell;
}

type CellOf = (object: KubeObject, now: Date) => Cell;

/** A column of text. */
export const text = (name: string, cell: CellOf): Column => ({ name, type: 'string', cell });

/** A column of whole numbers. */
export const count = (name: string, cell: CellOf): Column => ({ name, type: 'integer', cell });

/** The same column, shown by `-o wide` only. */
export const wide = (column: Column): Column => ({ ...column, priority: 1 });

/** The object's name. */
export const nameColumn: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  cell: (object) => object.metadata.name,
};

/** Time since creation. */
export const ageColumn: Column = text('Age', (object, now) => since(object.metadata.creationTimestamp, now));

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

/** A duration in seconds as kubectl prints ages (apimachinery's HumanDuration). */
export function humanDuration(seconds: number): string {
  const floor = Math.floor;
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 2 * minute) return `${floor(seconds)}s`;
  const pair = (unit: number, name: string, part: number, partName: string): string => {
    const rest = floor(seconds / part) % floor(unit / part);
    return rest === 0
      ? `${floor(seconds / unit)}${name}`
      : `${floor(seconds / unit)}${name}${rest}${partName}`;
  };
  if (seconds < 10 * minute) return pair(minute, 'm', 1, 's');
  if (seconds < 3 * hour) return `${floor(seconds / minute)}m`;
  if (seconds < 8 * hour) return pair(hour, 'h', minute, 'm');
  if (seconds < 2 * day) return `${floor(seconds / hour)}h`;
  if (seconds < 8 * day) return pair(day, 'd', hour, 'h');
  if (seconds < 2 * year) return `${floor(seconds / day)}d`;
  return seconds < 8 * year ? pair(year, 'y', day, 'd') : `${floor(seconds / year)}y`;
}

/** The age of a timestamp, `<unknown>` without one. */
export const since = (timestamp: string | undefined, now: Date): string =>
  timestamp ? humanDuration((now.getTime() - Date.parse(timestamp)) / 1000) : '<unknown>';

/** Labels as `a=1,b=2`, `<none>` without any. */
export const labelText = (labels: Readonly<Record<string, string>> | undefined): string => {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? '<none>' : pairs.sort().join(',');
};

/** The joined texts, at most `limit` of them and then how many more there are. */
export const listText = (items: readonly string[], empty: string, limit = 3): string => {
  if (items.length === 0) return empty;
  const shown = items.slice(0, limit).join(',');
  return items.length > limit ? `${shown} + ${items.length - limit} more...` : shown;
};

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** A `metav1.LabelSelector` as kubectl prints it. */
export function selectorText(selector: unknown): string {
  const pairs = Object.entries(at<Record<string, string>>(selector, 'matchLabels') ?? {});
  const rules = at<Requirement[]>(selector, 'matchExpressions') ?? [];
  const texts = [
    ...pairs.map(([key, value]) => `${key}=${value}`),
    ...rules.map(({ key, operator, values = [] }) => requirementText(key, operator, values)),
  ];
  return texts.length === 0 ? '<none>' : texts.sort().join(',');
}

const requirementText = (key: string, operator: string, values: readonly string[]): string => {
  const sets: Readonly<Record<string, string>> = { In: 'in', NotIn: 'notin' };
  if (sets[operator]) return `${key} ${sets[operator]} (${[...values].sort().join(',')})`;
  return operator === 'Exists' ? key : `!${key}`;
};
