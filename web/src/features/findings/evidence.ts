// The metric query a piece of evidence stands for, and how its answer is best shown.
import type { Evidence, QueryRequest, QueryResult } from '@/api/types';
import { comparedOf, figureOf, metricColumns, textOf, type ResultRow } from '@/api/result';
import type { Figure } from '@/lib/format';
import { daysOf } from '@/lib/period';
import type { ChartLine, Marked } from '@/ui/TimeChart';

/** Days come newest first: what is found is mostly new. */
export function questionOf(evidence: Evidence): QueryRequest {
  const { metrics, by, from, to, where, compare, currency } = evidence;
  return { metrics, by, from, to, ...(where && { where }), ...(compare && { compare }), ...(currency && { currency }), ...(isByDay(evidence) && { sort: '-date' }) };
}

/** The same for people who know the query language. */
export function questionText(evidence: Evidence): string {
  const { metrics, by, from, to, where, compare, currency } = evidence;
  return [
    metrics.join(', '),
    by.length > 0 && `by ${by.join(', ')}`,
    `from ${from} to ${to}`,
    where && `where ${where}`,
    compare && `compared with ${compare}`,
    currency && `in ${currency}`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** Lines are for days alone: rows of two dimensions are told apart better in a table. */
export function isByDay({ by }: Evidence): boolean {
  return by.length === 1 && by[0] === 'date';
}

const LINES_MAX = 2;

export interface DayLines {
  days: string[];
  comparedDays: string[] | null;
  lines: ChartLine[];
  settling: string | null;
}

export function dayLines(result: QueryResult): DayLines {
  const days = daysOf(result);
  const comparedDays = result.compare ? daysOf(result.compare) : null;
  const rows = new Map(result.rows.map((row) => [textOf(row, 'date'), row]));
  const along = (read: (row: ResultRow) => Figure): Figure[] =>
    days.map((day) => {
      const row = rows.get(day);
      return row ? read(row) : null;
    });
  const lines = metricColumns(result.columns)
    .slice(0, LINES_MAX)
    .map(({ id, label, unit }) => ({
      id,
      label,
      unit,
      values: along((row) => figureOf(row, id)),
      compared: comparedDays ? along((row) => comparedOf(row, id, true)) : null,
    }));
  const provisional = result.provisional_from ?? null;
  return { days, comparedDays, lines, settling: provisional !== null && provisional <= result.to ? provisional : null };
}

/** What to point out of the days shown; nothing where that would be all of them. */
export function markedIn(result: { from: string; to: string }, marked: Marked | null): Marked | null {
  if (!marked || marked.to < result.from || result.to < marked.from) return null;
  return marked.from <= result.from && result.to <= marked.to ? null : marked;
}
