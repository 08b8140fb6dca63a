// Calendar arithmetic on `YYYY-MM-DD` days. A day here has no zone; only `todayIn` asks where "today" is.

export type Day = string;

export interface Period {
  from: Day;
  to: Day;
}

/** `none`, `previous`, `year`, or days of the reader's choice as `A..B`, as the API takes it. */
export type Compare = string;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MS_PER_DAY = 86_400_000;

export function isDay(text: unknown): text is Day {
  if (typeof text !== 'string' || !DAY.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function toUtc(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`);
}

function fromUtc(ms: number): Day {
  return new Date(ms).toISOString().slice(0, 10);
}

export function addDays(day: Day, days: number): Day {
  return fromUtc(toUtc(day) + days * MS_PER_DAY);
}

/** How many days, both ends included. */
export function lengthOf({ from, to }: Period): number {
  return Math.round((toUtc(to) - toUtc(from)) / MS_PER_DAY) + 1;
}

export function daysOf(period: Period): Day[] {
  return Array.from({ length: Math.max(0, lengthOf(period)) }, (_, i) => addDays(period.from, i));
}

/** The day it is now in a zone. */
export function todayIn(zone: string, now: Date = new Date()): Day {
  try {
    return new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(now);
  } catch {
    return now.toISOString().slice(0, 10);
  }
}

function monthOf(day: Day, offset: number): Period {
  const [year = 0, month = 1] = day.split('-').map(Number);
  return { from: fromUtc(Date.UTC(year, month - 1 + offset, 1)), to: fromUtc(Date.UTC(year, month + offset, 0)) };
}

export interface Preset {
  id: string;
  label: string;
  of: (today: Day) => Period;
}

/** "Last n days" end yesterday, as the platforms' own screens do: today is not over. */
const last = (n: number): Preset => ({ id: `last${n}`, label: `Last ${n} days`, of: (today) => lastDays(n, today) });

export const PRESETS: readonly Preset[] = [
  { id: 'today', label: 'Today', of: (today) => ({ from: today, to: today }) },
  { id: 'yesterday', label: 'Yesterday', of: (today) => ({ from: addDays(today, -1), to: addDays(today, -1) }) },
  last(7),
  last(14),
  last(28),
  last(30),
  last(90),
  { id: 'month', label: 'This month', of: (today) => ({ from: monthOf(today, 0).from, to: today }) },
  { id: 'lastMonth', label: 'Last month', of: (today) => monthOf(today, -1) },
];

export function lastDays(count: number, today: Day): Period {
  return { from: addDays(today, -count), to: addDays(today, -1) };
}

export function presetOf(period: Period, today: Day): Preset | null {
  return (
    PRESETS.find((preset) => {
      const range = preset.of(today);
      return range.from === period.from && range.to === period.to;
    }) ?? null
  );
}

export function formatCompare(period: Period): Compare {
  return `${period.from}..${period.to}`;
}

export function parseCompare(compare: Compare): Period | null {
  const [from, to, ...rest] = compare.split('..');
  return isDay(from) && isDay(to) && rest.length === 0 && from <= to ? { from, to } : null;
}

export function isCompare(text: unknown): text is Compare {
  return typeof text === 'string' && (text === 'none' || text === 'previous' || text === 'year' || parseCompare(text) !== null);
}

/** The days a comparison means, as the server reads it; `null` for none. */
export function comparedPeriod(period: Period, compare: Compare): Period | null {
  switch (compare) {
    case 'none':
      return null;
    case 'previous':
      return { from: addDays(period.from, -lengthOf(period)), to: addDays(period.from, -1) };
    case 'year':
      return { from: yearBefore(period.from), to: yearBefore(period.to) };
    default:
      return parseCompare(compare);
  }
}

function yearBefore(day: Day): Day {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const lastOfMonth = new Date(Date.UTC(year - 1, month, 0)).getUTCDate();
  return fromUtc(Date.UTC(year - 1, month - 1, Math.min(date, lastOfMonth)));
}

/** A period somebody typed or linked: both ends days, in order. */
export function periodOf(from: unknown, to: unknown): Period | null {
  return isDay(from) && isDay(to) && from <= to ? { from, to } : null;
}
