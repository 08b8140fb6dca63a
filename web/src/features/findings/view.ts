// What the address holds of the page Findings.
import type { FindingFilter } from '@/api/findings';

export interface FindingsView {
  kind?: string;
  severity?: 'warning' | 'critical';
  /** The platform's id. */
  account?: string;
  state?: 'put_away' | 'all';
}

export const NO_FILTER: FindingsView = { kind: undefined, severity: undefined, account: undefined, state: undefined };

/** What to ask the server for; only what is set, so that equal questions are equal. */
export function filterOf({ kind, severity, account, state }: FindingsView): FindingFilter {
  return { ...(kind && { kind }), ...(severity && { severity }), ...(account && { account }), ...(state && { state }) };
}

/** Whether findings are left out that would ask for somebody. */
export function isNarrowed({ kind, severity, account }: FindingsView): boolean {
  return kind !== undefined || severity !== undefined || account !== undefined;
}
