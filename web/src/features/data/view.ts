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

export interface Place {
  source: string;
  account: string;
  day: string;
}

export function placeText({ source, account, day }: Place): string {
  return [source, account, day].join('/');
}

/** An account's own id may hold slashes; a source and a day hold none. */
export function placeOf(text: string | undefined): Place | null {
  const [, source, account, day] = /^([^/]+)\/(.+)\/(\d{4}-\d{2}-\d{2})$/.exec(text ?? '') ?? [];
  return source && account && day ? { source, account, day } : null;
}

export interface HistoryPlace {
  check: string;
  source: string;
  account: string;
}

export function historyText({ check, source, account }: HistoryPlace): string {
  return [check, source, account].join('/');
}

export function historyOf(text: string | undefined): HistoryPlace | null {
  const [, check, source, account] = /^([^/]+)\/([^/]+)\/(.+)$/.exec(text ?? '') ?? [];
  return check && source && account ? { check, source, account } : null;
}

/** The verdict to ask the server for. */
export function askedVerdict(view: DataView): Verdict | undefined {
  return view.verdict === 'all' ? undefined : (view.verdict ?? 'mismatched');
}
