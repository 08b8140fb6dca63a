// What the states of days, comparisons and checks mean to people, and what they can do about each.
import type { CheckState, DayState, ReconciliationItem, Verdict } from '@/api/types';
import type { StatusTone } from '@/ui/StatusBadge';

export interface DayWords {
  label: string;
  /** What it means and what to do. */
  help: string;
  /** Somebody should look at it. */
  trouble: boolean;
}

/** In the order the legend shows them. */
export const DAY_STATES: Record<DayState, DayWords> = {
  before: { label: 'Before its first day', help: 'Nothing is known of the account this early, so nothing is missed here. It begins earlier once earlier days are read or imported.', trouble: false },
  present: { label: 'Complete', help: 'Read and final. Nothing to do.', trouble: false },
  provisional: { label: 'Still settling', help: 'Read, and may still change: it is read again until the platform no longer restates it. Nothing to do.', trouble: false },
  empty: { label: 'Nothing happened', help: 'Read: the platform says that nothing happened on this day. Nothing to do.', trouble: false },
  missing: { label: 'Missing', help: 'Never read, or not to its end. Read this day again; if that fails, look at the connection.', trouble: true },
  mismatched: { label: 'Differs', help: 'Our sum differs from the platform’s own total. Read this day again; if the difference stays, compare it with the platform’s own screen.', trouble: true },
  doubtful: { label: 'In doubt', help: 'The platform’s answer contradicted itself or an earlier one, so the earlier figures were kept. The next sync asks again; if it stays, look at the account on the platform.', trouble: true },
};

export const LEGEND = Object.keys(DAY_STATES) as DayState[]; // Reason for `as`: the record has exactly these keys.

export function dayWords(state: string): DayWords {
  return (DAY_STATES as Record<string, DayWords | undefined>)[state] ?? { label: state, help: 'This version does not know this state.', trouble: false };
}

export interface Shown {
  tone: StatusTone;
  label: string;
}

export function verdictOf(verdict: Verdict): Shown {
  switch (verdict) {
    case 'equal':
      return { tone: 'good', label: 'Equal' };
    case 'mismatched':
      return { tone: 'bad', label: 'Differs' };
    case 'provisional':
      return { tone: 'waiting', label: 'Still settling' };
    default:
      return { tone: 'muted', label: verdict };
  }
}

export function checkStateOf(state: CheckState, severity: 'error' | 'warning'): Shown {
  switch (state) {
    case 'passed':
      return { tone: 'good', label: 'Passed' };
    case 'failed':
      return severity === 'error' ? { tone: 'bad', label: 'Failed' } : { tone: 'warn', label: 'Warning' };
    case 'skipped':
      return { tone: 'muted', label: 'Not applicable' };
    default:
      return { tone: 'muted', label: state };
  }
}

const FIGURES: Record<ReconciliationItem['figure'], string> = {
  spend: 'Spend',
  impressions: 'Impressions',
  sessions: 'Sessions',
  orders: 'Orders',
  revenue: 'Revenue',
  recipients: 'Recipients',
};

export function figureName(figure: string): string {
  return (FIGURES as Record<string, string | undefined>)[figure] ?? figure;
}
