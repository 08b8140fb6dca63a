// What is drawn and told of a forecast: the last days as they were, then the days to come.
import type { ForecastDay, ForecastMetric, ForecastOfAccount, ForecastSum, QueryRequest, QueryResult } from '@/api/types';
import { figureOf, textOf } from '@/api/result';
import type { Cell } from '@/lib/csv';
import { equals } from '@/lib/filter';
import { magnitude, type Figure, type Unit } from '@/lib/format';
import { addDays } from '@/lib/period';

/** Days of the past beside so many to come: enough to see what it goes on from. */
const PAST_LEAST = 28;

export function pastQuestion({ account, result }: ForecastOfAccount, metric: string, horizon: number): QueryRequest {
  const days = Math.max(PAST_LEAST, horizon);
  return {
    metrics: [metric],
    by: ['date'],
    from: addDays(result.last_day, 1 - days),
    to: result.last_day,
    where: equals('account', account),
    currency: result.currency,
    sort: 'date',
  };
}

export interface AheadRow {
  day: string;
  actual: Figure;
  ahead: ForecastDay | null;
}

/** Days of both, oldest first. */
export function rowsOf(past: QueryResult | undefined, metric: string, series: readonly ForecastDay[], horizon: number): AheadRow[] {
  const before = (past?.rows ?? []).map((row): AheadRow => ({ day: textOf(row, 'date'), actual: figureOf(row, metric), ahead: null }));
  return [...before, ...series.slice(0, horizon).map((ahead): AheadRow => ({ day: ahead.day, actual: null, ahead }))];
}

/** The middles of some days together. A sum's bounds are no sum of bounds, so those are the server's to tell. */
export function sumAhead(series: readonly ForecastDay[], horizon: number, unit: Unit): Figure {
  if (series.length === 0) return null;
  const sum = series.slice(0, horizon).reduce((total, { value }) => total + (magnitude(value) ?? 0), 0);
  return unit === 'money' ? sum.toFixed(2) : sum;
}

/** What the server says of some first days together; `null` where it says nothing of so many. */
export function sumOf({ totals }: Pick<ForecastMetric, 'totals'>, days: number): ForecastSum | null {
  return totals?.find((first) => first.days === days)?.sum ?? null;
}

/** By how much it beat repeating the last week, as a share of that one's error; `null` where that has none. */
export function gainOf({ backtest }: ForecastMetric): number | null {
  if (!backtest || backtest.naive_error <= 0) return null;
  return 1 - backtest.error / backtest.naive_error;
}

/** The metric that was asked for, or the first there is. */
export function chosenMetric({ result }: ForecastOfAccount, asked: string | undefined): ForecastMetric | null {
  return result.metrics.find(({ metric }) => metric === asked) ?? result.metrics[0] ?? null;
}

const HEADER = ['day', 'actual', 'forecast', 'low_80', 'high_80', 'low_95', 'high_95'];

export function exportOf(rows: readonly AheadRow[]): { header: string[]; rows: Cell[][] } {
  return {
    header: HEADER,
    rows: rows.map(({ day, actual, ahead }): Cell[] => [day, actual, ahead?.value, ahead?.lo80, ahead?.hi80, ahead?.lo95, ahead?.hi95]),
  };
}

/** Whose holidays are expected, and how that is known. */
export function holidayWords({ result: { holidays } }: Pick<ForecastOfAccount, 'result'>): string {
  if (!holidays) return 'No holidays are expected: the account spends in several countries, or its country is not known.';
  const why = holidays.known_by === 'spend' ? 'where most is spent' : 'by its time zone and currency';
  return `Holidays of ${holidays.name} are expected, ${why}.`;
}
