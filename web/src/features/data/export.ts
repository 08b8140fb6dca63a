// Compared figures as other programs want them: raw values, one row per figure of a day.
import type { ReconciliationItem } from '@/api/types';
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
