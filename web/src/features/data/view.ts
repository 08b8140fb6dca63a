// What the address holds of the page Data.
import type { Verdict } from '@/api/types';

export interface DataView {
  /** Which comparisons are listed; absent: those that differ. */
  verdict?: Verdict | 'all';
  /** An opened day: `source/account/2026-11-05`. */
  day?: string;
  /** An opened history: `check/source/account`. */
  history?: string;
}

/** The verdict to ask the server for. */
export function askedVerdict(view: DataView): Verdict | undefined {
  return view.verdict === 'all' ? undefined : (view.verdict ?? 'mismatched');
}
