// The only place where figures and days become text. Amounts arrive as decimal strings and are handed to Intl as they are: no
// arithmetic touches them, so what is shown is what the server said, to the cent.

/** A figure as the API gives it: money as a decimal string, counts and ratios as numbers, `null` where there is none. */
export type Figure = string | number | null | undefined;
export type Unit = 'count' | 'number' | 'money' | 'percent' | 'ratio';
export type Direction = 'higher' | 'lower' | 'neutral';

/** Shown where a figure does not exist. Zero is a value and never shown so. */
export const NONE = '–';

/** English words with the digits and date order of the reader's region. */
export const LOCALE = ((): string => {
  const asked = globalThis.navigator.language;
  if (asked.startsWith('en')) return asked;
  try {
    const region = new Intl.Locale(asked).maximize().region;
    return region ? `en-${region}` : 'en';
  } catch {
    return 'en';
  }
})();

const formats = new Map<string, Intl.NumberFormat>();

function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(LOCALE, options);
    formats.set(key, format);
  }
  return format;
}

export function unitOf(name: string | null | undefined): Unit {
  return name === 'count' || name === 'money' || name === 'percent' || name === 'ratio' ? name : 'number';
}

export function directionOf(name: string | null | undefined): Direction {
  return name === 'higher' || name === 'lower' ? name : 'neutral';
}

export interface Shown {
  unit: Unit;
  /** ISO 4217; needed for money. */
  currency?: string | null;
  /** Short form for tiles and axes: 12.3K. */
  compact?: boolean;
  /** A difference: what is more has its sign too. */
  signed?: boolean;
}

function optionsFor({ unit, currency, compact, signed }: Shown): Intl.NumberFormatOptions {
  const sign: Intl.NumberFormatOptions = signed ? { signDisplay: 'exceptZero' } : {};
  const short: Intl.NumberFormatOptions = { ...(compact ? { notation: 'compact', maximumFractionDigits: 1 } : {}), ...sign };
  switch (unit) {
    case 'money':
      return currency
        ? { style: 'currency', currency, currencyDisplay: 'narrowSymbol', ...short }
        : { minimumFractionDigits: 2, maximumFractionDigits: 2, ...short };
    case 'percent':
      return { style: 'unit', unit: 'percent', minimumFractionDigits: 2, maximumFractionDigits: 2, ...sign };
    case 'ratio':
      return { minimumFractionDigits: 2, maximumFractionDigits: 2, ...sign };
    case 'count':
      return { maximumFractionDigits: 0, ...short };
    case 'number':
      return { maximumFractionDigits: 1, ...short };
  }
}

const DECIMAL = /^-?\d+(\.\d+)?$/;

/** A figure as people read it. */
export function formatFigure(value: Figure, shown: Shown): string {
  if (value === null || value === undefined || value === '') return NONE;
  if (typeof value === 'string') {
    if (!DECIMAL.test(value)) return NONE;
    // Small amounts are short enough in full; a tile saying "€184" hides more than it helps.
    const compact = shown.compact === true && magnitude(value) >= 10_000;
    // Reason for `as`: the pattern above is exactly what Intl accepts as a decimal string.
    return numberFormat(optionsFor({ ...shown, compact })).format(value as Intl.StringNumericLiteral);
  }
  if (!Number.isFinite(value)) return NONE;
  const compact = shown.compact === true && Math.abs(value) >= 10_000;
  return numberFormat(optionsFor({ ...shown, compact })).format(value);
}

/** A figure for drawing and ordering only, never for showing: `null` where there is none. */
export function magnitude(value: string): number;
export function magnitude(value: Figure): number | null;
export function magnitude(value: Figure): number | null {
  if (value === null || value === undefined || value === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** A number on a chart's axis. */
export function formatAxis(value: number, unit: Unit, currency: string | null | undefined): string {
  const base: Intl.NumberFormatOptions = { notation: 'compact', maximumFractionDigits: 1 };
  if (unit === 'money' && currency) {
    return numberFormat({ ...base, style: 'currency', currency, currencyDisplay: 'narrowSymbol', minimumFractionDigits: 0 }).format(value);
  }
  if (unit === 'percent') return numberFormat({ style: 'unit', unit: 'percent', maximumFractionDigits: 2 }).format(value);
  return numberFormat(base).format(value);
}

export type Tone = 'good' | 'bad' | 'neutral';

export interface Change {
  /** −0.12 is twelve percent less; `null` when there is nothing to compare with. */
  ratio: number | null;
  text: string;
  /** By the metric's direction. */
  tone: Tone;
  trend: 'up' | 'down' | 'flat' | 'none';
}

const FLAT_BELOW = 0.0005;

/** How a figure moved against its comparison. Growth from zero has no percentage. */
export function changeOf(value: Figure, compared: Figure, direction: Direction): Change {
  const now = magnitude(value);
  const then = magnitude(compared);
  if (now === null || then === null) return { ratio: null, text: NONE, tone: 'neutral', trend: 'none' };
  if (then === 0) {
    if (now === 0) return { ratio: 0, text: formatRatio(0), tone: 'neutral', trend: 'flat' };
    return { ratio: null, text: 'new', tone: toneOf(now, direction), trend: now > 0 ? 'up' : 'down' };
  }
  const ratio = (now - then) / Math.abs(then);
  if (Math.abs(ratio) < FLAT_BELOW) return { ratio: 0, text: formatRatio(0), tone: 'neutral', trend: 'flat' };
  return { ratio, text: formatRatio(Math.abs(ratio)), tone: toneOf(ratio, direction), trend: ratio > 0 ? 'up' : 'down' };
}

/** Whether a move of this sign is good. */
export function toneOf(sign: number, direction: Direction): Tone {
  if (direction === 'neutral' || sign === 0) return 'neutral';
  return sign > 0 === (direction === 'higher') ? 'good' : 'bad';
}

/** 0.123 → "12.3 %". */
export function formatRatio(ratio: number, digits = ratio >= 1 ? 0 : 1): string {
  return numberFormat({ style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(ratio);
}

/** "up 12.0 %, better": the change in words, for titles and screen readers. */
export function describeChange(change: Change): string {
  if (change.trend === 'none') return 'nothing to compare with';
  if (change.trend === 'flat') return 'unchanged';
  const judged = change.tone === 'good' ? ', better' : change.tone === 'bad' ? ', worse' : '';
  return change.ratio === null ? `new${judged}` : `${change.trend} ${change.text}${judged}`;
}

// Days and instants ------------------------------------------------------------------------------------------------------------------

const dates = new Map<string, Intl.DateTimeFormat>();

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  let format = dates.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(LOCALE, options);
    dates.set(key, format);
  }
  return format;
}

/** A calendar day is no instant: it is shown as it is, whatever zone the reader is in. */
function utc(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

export type DayStyle = 'short' | 'long' | 'weekday' | 'month';

const DAY_STYLES: Record<DayStyle, Intl.DateTimeFormatOptions> = {
  short: { day: 'numeric', month: 'short' },
  long: { day: 'numeric', month: 'short', year: 'numeric' },
  weekday: { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
  month: { month: 'short', year: 'numeric' },
};

/** `2026-11-05` → "5 Nov 2026". */
export function formatDay(day: string, style: DayStyle = 'long'): string {
  const date = utc(day);
  return Number.isNaN(date.getTime()) ? day : dateFormat({ ...DAY_STYLES[style], timeZone: 'UTC' }).format(date);
}

/** "24 Oct – 20 Nov 2026". */
export function formatDays(from: string, to: string): string {
  const [start, end] = [utc(from), utc(to)];
  if (Number.isNaN(start.getTime()) || Number.isNaN(end.getTime()) || start > end) return `${from} – ${to}`;
  return dateFormat({ ...DAY_STYLES.long, timeZone: 'UTC' }).formatRange(start, end);
}

/** 0 is Monday: "Monday", "Mon". */
export function formatWeekday(place: number, style: 'long' | 'short' = 'long'): string {
  return dateFormat({ weekday: style, timeZone: 'UTC' }).format(new Date(Date.UTC(2024, 0, 1 + place)));
}

/** 0 is January: "January", "Jan". */
export function formatMonth(place: number, style: 'long' | 'short' = 'long'): string {
  return dateFormat({ month: style, timeZone: 'UTC' }).format(new Date(Date.UTC(2024, place, 1)));
}

/** "20:00": an hour by the clock on the wall. */
export function formatHour(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`;
}

/** An instant in the reader's own zone: "21 Nov, 04:10". */
export function formatInstant(instant: string): string {
  const date = new Date(instant);
  return Number.isNaN(date.getTime()) ? instant : dateFormat({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }).format(date);
}

/** An instant to the second, with its year, in the reader's own zone: "21 Nov 2026, 04:10:09". */
export function formatExact(instant: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  return dateFormat({ day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(date);
}

/** The time of day of an instant in the reader's own zone, with its day where that is not today: "14:30", "26 Nov, 04:10". */
export function formatClock(instant: string, now = new Date()): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  return date.toDateString() === now.toDateString() ? dateFormat({ hour: '2-digit', minute: '2-digit' }).format(date) : formatInstant(instant);
}

const INSTANTS_AND_DAYS = /\b\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?Z)?/g;

/** The server's prose with its instants and days as the reader writes them. */
export function localized(text: string): string {
  return text.replace(INSTANTS_AND_DAYS, (found, time?: string) => (time ? formatInstant(found) : formatDay(found)));
}

const AGO: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** "3 hours ago", "in 12 days". `now` in milliseconds since the epoch. */
export function formatAgo(instant: string, now: number): string {
  const seconds = (new Date(instant).getTime() - now) / 1000;
  if (Number.isNaN(seconds)) return instant;
  const words = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' });
  for (const [unit, size] of AGO) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  }
  return 'just now';
}

/** "2 min 5 s", "40 s": how long something takes. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return NONE;
  if (seconds < 1) return '< 1 s';
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function formatCount(value: number): string {
  return numberFormat({ maximumFractionDigits: 0 }).format(value);
}

/** "1 row", "2 rows". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

export function formatBytes(bytes: number): string {
  const [value, unit] = bytes >= 1_000_000 ? ([bytes / 1_000_000, 'megabyte'] as const) : ([bytes / 1_000, 'kilobyte'] as const);
  return numberFormat({ style: 'unit', unit, maximumFractionDigits: 1 }).format(value);
}

/** The server speaks in lower case without a full stop; people read sentences. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (!trimmed) return '';
  const start = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?…]$/.test(start) ? start : `${start}.`;
}
