import { expect, it } from 'vitest';
import { failures, groupChecks } from './checks';
import { exportChecks, exportOf } from './export';
import { checksAnswer, coverageAnswer, ratesAnswer, reconciliationAnswer } from './Overview';
import { askedVerdict } from './view';
import type { Check, ReconciliationItem } from '@/api/types';

it('asks for what differs unless told otherwise', () => {
  expect(askedVerdict({})).toBe('mismatched');
  expect(askedVerdict({ verdict: 'equal' })).toBe('equal');
  expect(askedVerdict({ verdict: 'all' })).toBeUndefined();
});

const check = (id: string, severity: Check['severity'], states: readonly ('passed' | 'failed' | 'skipped')[]): Check => ({
  id, name: id, description: '', help: 'Do this.', severity,
  results: states.map((state, i) => ({ source: 'meta', account: String(i), name: String(i), state, message: '', days: [], checked_at: '2026-11-05T00:00:00Z', since: '2026-11-01T06:00:00Z' })),
});

it('shows errors first, and of each what fails most', () => {
  const items = [check('warn', 'warning', ['failed']), check('a', 'error', ['passed', 'failed']), check('b', 'error', ['failed', 'failed']), check('c', 'error', ['skipped'])];
  expect(groupChecks(items).map((group) => [group.severity, group.checks.map((c) => c.id)])).toEqual([
    ['error', ['b', 'a', 'c']],
    ['warning', ['warn']],
  ]);
  expect(failures({ checked_at: null, items })).toEqual({ errors: 3, warnings: 1 });
});

it('sums a tenant up without overlooking anything', () => {
  const runs = [{ from: '2026-11-01', to: '2026-11-09', state: 'present' as const }, { from: '2026-11-10', to: '2026-11-10', state: 'missing' as const }];
  const account = { source: 'meta', account: '1', name: 'A', kind: 'ads' as const, zone: 'UTC', currency: 'EUR', data_as_of: null, settled_through: null, runs };
  expect(coverageAnswer({ accounts: [account] })).toEqual({ tone: 'bad', says: '1 day missing', more: '9 of 10 days read, 1 account' });
  expect(coverageAnswer({ accounts: [{ ...account, runs: [{ from: '2026-11-01', to: '2026-11-02', state: 'doubtful' }] }] }).tone).toBe('warn');
  const summary = { source: 'meta', account: '1', name: 'A', currency: 'EUR', days: 10, equal: 8, mismatched: 1, provisional: 1, untold: 0 };
  expect(reconciliationAnswer([summary])).toEqual({ tone: 'bad', says: '1 day differs', more: '8 of 10 days equal, 1 settling' });
  expect(reconciliationAnswer([{ ...summary, mismatched: 0, provisional: 0, equal: 10 }])).toEqual({ tone: 'good', says: 'Equal to the cent', more: '10 of 10 days equal' });
  expect(reconciliationAnswer([{ ...summary, mismatched: 0, provisional: 10, equal: 0 }])).toMatchObject({ tone: 'waiting', says: 'All settling' });
  expect(reconciliationAnswer([{ ...summary, days: 0, mismatched: 0, provisional: 0, equal: 0, untold: 10 }]).says).toBe('Nothing compared');
  expect(reconciliationAnswer([]).says).toBe('Nothing compared');
  expect(checksAnswer({ checked_at: null, items: [] }).says).toBe('Not run yet');
  expect(checksAnswer({ checked_at: '2026-11-05T00:00:00Z', items: [check('w', 'warning', ['failed'])] }).tone).toBe('warn');
  const rates = { base: 'EUR', last_day: '2026-11-05', read_at: null, currencies: ['USD'], stale: true, message: null };
  expect(ratesAnswer(rates)).toMatchObject({ tone: 'warn', says: 'Late' });
  expect(ratesAnswer({ ...rates, last_day: null }).says).toBe('Not read yet');
});

it('exports figures as they were told, to the cent', () => {
  const item: ReconciliationItem = {
    source: 'meta', account: '1', name: 'A', date: '2026-11-05', figure: 'spend', unit: 'money', currency: 'EUR', ours: '1480.43', theirs: '1477.31', difference: '3.12',
    verdict: 'mismatched', read_at: '2026-11-06T00:00:00Z',
  };
  const { header, rows } = exportOf([item]);
  expect(Object.fromEntries(header.map((name, i) => [name, rows[0]?.[i]]))).toMatchObject({ account_id: '1', currency: 'EUR', ours: '1480.43', theirs: '1477.31', difference: '3.12' });
});

it('exports every check’s answer for every account', () => {
  const item = check('continuity', 'error', ['failed', 'passed']);
  item.results[0]!.days = ['2026-11-04', '2026-11-05'];
  const { header, rows } = exportChecks({ checked_at: '2026-11-05T00:00:00Z', items: [item, check('volume', 'warning', ['skipped'])] });
  const read = rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
  expect(read.map((row) => [row.check_id, row.severity, row.account_id, row.state, row.days])).toEqual([
    ['continuity', 'error', '0', 'failed', '2026-11-04 2026-11-05'],
    ['continuity', 'error', '1', 'passed', ''],
    ['volume', 'warning', '0', 'skipped', ''],
  ]);
});
