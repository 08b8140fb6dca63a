// What the page lists, as other programs want it: raw values, one row per compared figure of a day, or per check and account.
import type { Checks, ReconciliationItem } from '@/api/types';
import type { Cell } from '@/lib/csv';

const HEADER = ['source', 'account_id', 'account', 'date', 'figure', 'currency', 'ours', 'theirs', 'difference', 'verdict', 'read_at'];

export function exportOf(items: readonly ReconciliationItem[]): { header: string[]; rows: Cell[][] } {
  return {
    header: HEADER,
    rows: items.map((item) => [
      item.source,
      item.account,
      item.name,
      item.date,
      item.figure,
      item.unit === 'money' ? item.currency : null,
      item.ours,
      item.theirs,
      item.difference,
      item.verdict,
      item.read_at,
    ]),
  };
}

const CHECKS_HEADER = ['check_id', 'check', 'description', 'what_to_do', 'severity', 'source', 'account_id', 'account', 'state', 'message', 'days', 'since', 'checked_at'];

export function exportChecks({ items }: Checks): { header: string[]; rows: Cell[][] } {
  return {
    header: CHECKS_HEADER,
    rows: items.flatMap((check) =>
      check.results.map((result) => [
        check.id,
        check.name,
        check.description,
        check.help,
        check.severity,
        result.source,
        result.account,
        result.name,
        result.state,
        result.message,
        result.days.join(' '),
        result.since,
        result.checked_at,
      ]),
    ),
  };
}
