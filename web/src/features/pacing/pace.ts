// How a pace is drawn and told.
import type { Pace, PaceDay } from '@/api/types';
import { formatDay, formatDays, formatRatio, magnitude, plural, type Figure } from '@/lib/format';
import type { StatusTone } from '@/ui/StatusBadge';

export function verdictWords(verdict: string): { label: string; tone: StatusTone } {
  switch (verdict) {
    case 'on_track':
      return { label: 'On track', tone: 'good' };
    case 'over':
      return { label: 'Will overspend', tone: 'bad' };
    case 'under':
      return { label: 'Will underspend', tone: 'warn' };
    case 'cannot_tell':
      return { label: 'Cannot tell', tone: 'muted' };
    default:
      return { label: verdict, tone: 'muted' };
  }
}

/** Places on the bar, in percent of its length. */
export interface Bar {
  spent: number;
  planned: number;
  budget: number;
  projected: number | null;
  low: number | null;
  high: number | null;
}

/** A little room behind what is furthest, so that its mark is seen. */
const ROOM = 1.04;

export function barOf(pace: Pace): Bar {
  const of = (figure: Figure): number => Math.max(0, magnitude(figure) ?? 0);
  const furthest = Math.max(of(pace.amount), of(pace.actual), of(pace.projected_high), of(pace.projected), of(pace.planned_to_date)) * ROOM || 1;
  const place = (figure: Figure): number => (of(figure) / furthest) * 100;
  const maybe = (figure: Figure): number | null => (magnitude(figure) === null ? null : place(figure));
  return {
    spent: place(pace.actual),
    planned: place(pace.planned_to_date),
    budget: place(pace.amount),
    projected: maybe(pace.projected),
    low: maybe(pace.projected_low),
    high: maybe(pace.projected_high),
  };
}

/** Spent over budget; `null` without a budget. */
export function spentRatio({ actual, amount }: Pace): number | null {
  const whole = magnitude(amount);
  return whole ? magnitude(actual) / whole : null;
}

/** "12.4 % more than planned": a difference in words. */
export function apart(percent: number, more: string, less: string): string {
  const text = formatRatio(Math.abs(percent) / 100, 1);
  return `${text} ${percent < 0 ? less : more}`;
}

export function daysLeft({ days_left: left, to }: Pace): string {
  return left === 0 ? `ended ${formatDay(to)}` : `${plural(left, 'day')} left, ends ${formatDay(to)}`;
}

export function periodWords(budget: { from?: string | null; to?: string | null; roll_over: boolean }): string {
  if (budget.from && budget.to) return `for ${formatDays(budget.from, budget.to)}`;
  return budget.roll_over ? 'every month, what is left is added to the next' : 'every month';
}

/** The figures of each day, for lines. */
export function courseOf(days: readonly PaceDay[]): { days: string[]; actual: Figure[]; planned: Figure[] } {
  return { days: days.map((day) => day.day), actual: days.map((day) => day.actual_to_date), planned: days.map((day) => day.planned_to_date) };
}
