import type { KubeObject } from '../api.ts';
import type { PrinterColumn } from '../model/resource.ts';
import { type Cell, type Column, humanDuration, nameColumn } from './column.ts';

/** The columns of a custom resource: its `additionalPrinterColumns`, or its age when it has none. */
export const customColumns = (columns: readonly PrinterColumn[] | undefined): readonly Column[] => [
  nameColumn,
  ...(columns?.length ? columns : [ageDefault]).map(customColumn),
];

const ageDefault: PrinterColumn = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };

const columnTypes = new Set<string>(['string', 'integer', 'number', 'boolean', 'date']);

function customColumn(column: PrinterColumn): Column {
  const { name, type, jsonPath, format, description, priority } = column;
  return {
    name,
    type: (columnTypes.has(type) ? type : 'string') as Column['type'],
    format,
    description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    priority,
    cell: (object, now) => cellText(type, findPath(object, jsonPath), now),
  };
}

function cellText(type: string, value: unknown, now: Date): Cell {
  if (value === undefined || value === null) return null;
  if (type === 'date') return humanDuration((now.getTime() - Date.parse(String(value))) / 1000);
  if (typeof value === 'number' || typeof value === 'boolean')
    return type === 'string' ? String(value) : value;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * The first value that a simple JSONPath (`.spec.a.b`, `.status.conditions[?(@.type=="Ready")].status`, `[0]`) finds.
 * The rest of the language is not needed by printer columns.
 */
function findPath(object: KubeObject, path: string): unknown {
  const steps = path.matchAll(
    /\.([\w-]+)|\['?([\w./\\-]+)'?\]|\[\?\(@\.([\w.]+)\s*==\s*["']([^"']*)["']\)\]/g,
  );
  let value: unknown = object;
  for (const [, name, index, filterKey, filterValue] of steps) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = filterKey
      ? (Array.isArray(value) ? value : []).find(
          (item: Record<string, unknown>) => String(item[filterKey]) === filterValue,
        )
      : (value as Record<string, unknown>)[(name ?? index ?? '').replaceAll('\\', '')];
  }
  return value;
}
