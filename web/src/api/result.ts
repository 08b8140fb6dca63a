// How the columns and rows of a metric query are read.
import type { Column, QueryResult } from '@/api/types';
import { directionOf, unitOf, type Direction, type Figure, type Unit } from '@/lib/format';

export interface MetricColumn {
  id: string;
  label: string;
  unit: Unit;
  direction: Direction;
  /** Some accounts do not report what it is computed from. */
  partial: boolean;
}

export function metricColumns(columns: readonly Column[]): MetricColumn[] {
  return columns
    .filter((column) => column.kind === 'metric')
    .map(({ key, label, unit, direction, partial }) => ({
      id: key,
      label,
      unit: unitOf(unit),
      direction: directionOf(direction),
      partial: partial ?? false,
    }));
}

export type ResultRow = QueryResult['rows'][number];

function asFigure(value: unknown): Figure {
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

export function figureOf(row: ResultRow, metric: string): Figure {
  return asFigure(row[metric]);
}

/** The comparison's figure: `undefined` when nothing was compared, `null` when the row had none then. */
export function comparedOf(row: ResultRow, metric: string, comparing: boolean): Figure {
  if (!comparing) return undefined;
  const compare = row.compare;
  if (typeof compare !== 'object' || compare === null) return null;
  // Reason for `as`: an object's keys may be looked up whatever they hold; `asFigure` checks the value.
  return asFigure((compare as Record<string, unknown>)[metric]);
}

export function textOf(row: ResultRow, key: string): string {
  const value = row[key];
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
