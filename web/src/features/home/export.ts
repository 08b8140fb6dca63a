// The table as other programs want it: raw figures, ids beside names, the comparison in columns of its own, totals last.
import { comparedOf, figureOf, metricColumns, textOf, type ResultRow } from '@/api/result';
import type { Level } from './levels';
import type { QueryResult } from '@/api/types';

type Cell = string | number | null;

export function exportOf(result: QueryResult, level: Level): { header: string[]; rows: Cell[][] } {
  const dimensions = result.columns.filter((column) => column.kind === 'dimension');
  const metrics = metricColumns(result.columns);
  const comparing = Boolean(result.compare);
  const header = [
    `${level}_id`,
    ...dimensions.map((d) => d.key),
    'from',
    'to',
    'currency',
    ...metrics.map((m) => m.id),
    ...(comparing ? metrics.map((m) => `${m.id}_before`) : []),
  ];
  const figures = (row: ResultRow): Cell[] => [
    result.from,
    result.to,
    result.currency ?? null,
    ...metrics.map((m) => figureOf(row, m.id) ?? null),
    ...(comparing ? metrics.map((m) => comparedOf(row, m.id, true) ?? null) : []),
  ];
  const rows = result.rows.map((row): Cell[] => [textOf(row, `${level}_id`), ...dimensions.map((d) => textOf(row, d.key)), ...figures(row)]);
  const totals: ResultRow = { ...result.totals, compare: result.compare?.totals };
  rows.push(['', 'Total', ...dimensions.slice(1).map(() => ''), ...figures(totals)]);
  return { header, rows };
}
