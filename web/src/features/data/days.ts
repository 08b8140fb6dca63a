// The heat map without its drawing: runs of days as days, what an account lacks, the axis, and where a key leads.
import type { CoveredAccount, DayState } from '@/api/types';
import { dayWords } from './states';
import { formatCount, formatDay } from '@/lib/format';
import { lengthOf, type Day } from '@/lib/period';
import { KINDS, type SourceKind } from '@/lib/platforms';

/** The state of each of `days`. A day no run covers was never read: the server covers all, so this is a guard. */
export function statesOf(account: Pick<CoveredAccount, 'runs'>, days: readonly Day[]): DayState[] {
  const runs = [...account.runs].sort((a, b) => a.from.localeCompare(b.from));
  let at = 0;
  return days.map((day) => {
    let run = runs[at];
    while (run && run.to < day) {
      at += 1;
      run = runs[at];
    }
    return run && run.from <= day ? run.state : 'missing';
  });
}

/** How many days of an account are in each state, within the days asked for. */
export function countsOf(account: Pick<CoveredAccount, 'runs'>): Partial<Record<DayState, number>> {
  const counts: Partial<Record<DayState, number>> = {};
  for (const run of account.runs) counts[run.state] = (counts[run.state] ?? 0) + lengthOf(run);
  return counts;
}

export function troubleOf(account: Pick<CoveredAccount, 'runs'>): number {
  return account.runs.reduce((sum, run) => sum + (dayWords(run.state).trouble ? lengthOf(run) : 0), 0);
}

/** "3 missing, 1 in doubt", or that there is nothing to look at. */
export function gistOf(account: Pick<CoveredAccount, 'runs'>): string {
  const counts = countsOf(account);
  const parts = (['missing', 'mismatched', 'doubtful'] as const).flatMap((state) => {
    const count = counts[state] ?? 0;
    return count > 0 ? [`${formatCount(count)} ${state === 'mismatched' && count > 1 ? 'differ' : dayWords(state).label.toLowerCase()}`] : [];
  });
  return parts.length > 0 ? parts.join(', ') : 'No gap';
}

export interface Group {
  kind: SourceKind;
  label: string;
  accounts: CoveredAccount[];
}

/** By kind; within one, what lacks most first, then by name. */
export function groupsOf(accounts: readonly CoveredAccount[]): Group[] {
  return KINDS.flatMap(({ kind, label }) => {
    const mine = accounts.filter((account) => account.kind === kind);
    mine.sort((a, b) => troubleOf(b) - troubleOf(a) || a.name.localeCompare(b.name));
    return mine.length > 0 ? [{ kind, label, accounts: mine }] : [];
  });
}

export interface Span {
  label: string;
  days: number;
}

/** The months above the days. One of a day or two has no room for a name. */
export function monthsOf(days: readonly Day[]): Span[] {
  const spans = new Map<string, Span>();
  for (const day of days) {
    const month = day.slice(0, 7);
    const span = spans.get(month);
    if (span) span.days += 1;
    else spans.set(month, { label: formatDay(`${month}-01`, 'month'), days: 1 });
  }
  return [...spans.values()];
}

const EVERY_DAY_MAX = 35;
/** With more days than this there is room for months alone, and cells stand closer. */
export const TICKS_MAX = 120;

/** The number under which a day stands on the axis: every day's where there is room, else Mondays', else none. */
export function tickOf(day: Day, count: number): string | null {
  const number = String(Number(day.slice(8)));
  if (count <= EVERY_DAY_MAX) return number;
  return count <= TICKS_MAX && new Date(`${day}T00:00:00Z`).getUTCDay() === 1 ? number : null;
}

export interface Cursor {
  row: number;
  day: number;
}

/** Where a key leads from a cell; `null` for keys that lead nowhere. Page Up and Down go to the row's next day that needs a look. */
export function moved(at: Cursor, key: string, ctrl: boolean, states: readonly (readonly DayState[])[]): Cursor | null {
  const rows = states.length;
  const days = states[at.row]?.length ?? 0;
  const within = (value: number, count: number): number => Math.min(Math.max(value, 0), Math.max(count - 1, 0));
  switch (key) {
    case 'ArrowLeft':
      return { ...at, day: within(at.day - 1, days) };
    case 'ArrowRight':
      return { ...at, day: within(at.day + 1, days) };
    case 'ArrowUp':
      return { ...at, row: within(at.row - 1, rows) };
    case 'ArrowDown':
      return { ...at, row: within(at.row + 1, rows) };
    case 'Home':
      return { row: ctrl ? 0 : at.row, day: 0 };
    case 'End':
      return { row: ctrl ? within(rows, rows) : at.row, day: within(days, days) };
    case 'PageDown':
    case 'PageUp':
      return nextTrouble(at, key === 'PageDown' ? 1 : -1, states);
    default:
      return null;
  }
}

/** The next day to look at, row by row; where there is none, the same cell. */
function nextTrouble(at: Cursor, step: 1 | -1, states: readonly (readonly DayState[])[]): Cursor {
  let { row, day } = at;
  for (;;) {
    day += step;
    const length = states[row]?.length ?? 0;
    if (day < 0 || day >= length) {
      row += step;
      const next = states[row];
      if (!next) return at;
      day = step > 0 ? -1 : next.length;
      continue;
    }
    const state = states[row]?.[day];
    if (state && dayWords(state).trouble) return { row, day };
  }
}
