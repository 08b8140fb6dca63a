import { expect, it } from 'vitest';
import { findingNeeds, needsOf, type Known } from './attention';
import type { Check, CheckResult, Connection, Finding, ReconciliationItem } from '@/api/types';
import { formatDay } from '@/lib/format';

const NOW = Date.parse('2026-11-26T08:00:00Z');
const hoursAgo = (hours: number): string => new Date(NOW - hours * 3_600_000).toISOString();

function connection(name: string, health: string): Connection {
  return {
    id: name, source: 'meta', account: { id: name, name, currency: 'EUR', timezone: 'UTC' }, health, detail: 'the token expired', since: hoursAgo(9), until: null, fix: null, expires_at: null,
    credential: { set_at: hoursAgo(900), expiry: 'never', access_ends_at: null, ends_at: null, days_left: null, scopes: [], missing_scopes: [] },
    base_url: null, created_at: hoursAgo(900), data_as_of: null, settled_through: null, rows: 0, last_run: null, syncing: false,
  };
}

const result = (source: string, account: string, state: CheckResult['state'], days: string[] = []): CheckResult => ({
  source, account, name: 'Lumen', state, message: 'spend of 2026-10-11 differs', days, since: hoursAgo(3), checked_at: hoursAgo(3),
});
const check = (id: string, severity: Check['severity'], ...results: CheckResult[]): Check => ({ id, name: `Check ${id}`, description: '', help: 'Do this.', severity, results });

const differs = (account: string, date: string, figure: ReconciliationItem['figure'] = 'spend', difference = '-12.34'): ReconciliationItem => ({
  source: 'pinterest', account, name: 'Lumen', date, figure, unit: 'money', currency: 'USD', ours: '1', theirs: '2', difference, verdict: 'mismatched', read_at: hoursAgo(3),
});

const needs = (known: Partial<Known>, items: Check[] = [], checkedAt: string | null = hoursAgo(3)) =>
  needsOf({ connections: [], differing: [], now: NOW, checks: { checked_at: checkedAt, items }, ...known });

it('is silent where all is well, and where nothing is known', () => {
  expect(needs({ connections: [connection('a', 'ok'), connection('b', 'limited')] }, [check('x', 'error', result('meta', '1', 'passed'), result('csv', '1', 'skipped'))])).toEqual([]);
  expect(needsOf({ connections: [], checks: undefined, differing: [], now: NOW })).toEqual([]);
});

it('puts connections first, then errors, differences, old news and warnings', () => {
  const items = [check('warn', 'warning', result('ga4', '1', 'failed')), check('err', 'error', result('meta', '1', 'failed'))];
  const found = needs({ connections: [connection('a', 'failing')], differing: [differs('9', '2026-10-11')] }, items, hoursAgo(37));
  expect(found.map(({ id, tone }) => [id, tone])).toEqual([
    ['connections', 'bad'],
    ['err', 'bad'],
    ['pinterest/9', 'bad'],
    ['stale', 'warn'],
    ['warn', 'warn'],
  ]);
});

it('says which account of which platform, and leads to its answer', () => {
  const [need] = needs({}, [check('reconciled', 'error', result('pinterest', 'a/b', 'failed', ['2026-10-11']), result('meta', '1', 'passed'))]);
  expect(need).toMatchObject({ who: 'Lumen · Pinterest', says: `Spend of ${formatDay('2026-10-11')} differs.`, leads: { to: 'data', hash: 'check/reconciled/pinterest/a/b' } });
});

it('tells a check that fails for several accounts once', () => {
  const [need, ...others] = needs({}, [check('continuity', 'error', ...['meta', 'google', 'tiktok', 'ga4'].map((source) => result(source, '1', 'failed')))]);
  expect(others).toEqual([]);
  expect(need).toMatchObject({ who: 'Check continuity', says: 'fails for 4 accounts: Lumen · Meta, Lumen · Google Ads and 2 more.', leads: { to: 'data', hash: 'check/continuity' } });
});

it('names a day that differs, unless a failed check names it', () => {
  const told = [check('reconciled', 'error', result('pinterest', '1', 'failed', ['2026-10-11']))];
  expect(needs({ differing: [differs('1', '2026-10-11')] }, told).map(({ id }) => id)).toEqual(['reconciled']);
  const [day] = needs({ differing: [differs('2', '2026-10-11'), differs('2', '2026-10-11', 'impressions')] });
  expect(day).toMatchObject({ says: `${formatDay('2026-10-11')} differs from the source’s own total by -$12.34.`, leads: { to: 'data', day: 'pinterest/2/2026-10-11' } });
  const [days] = needs({ differing: [differs('2', '2026-10-10'), differs('2', '2026-10-12')] });
  expect(days).toMatchObject({ says: `2 days differ from the source’s own totals, the newest is ${formatDay('2026-10-12')}.`, leads: { to: 'data', day: 'pinterest/2/2026-10-12' } });
});

it('calls checks old where accounts are connected and none ran lately', () => {
  const connections = [connection('a', 'ok')];
  expect(needs({ connections }, [], hoursAgo(36))).toEqual([]);
  expect(needs({ connections }, [], hoursAgo(72))).toMatchObject([{ id: 'stale', says: 'were last compared and checked 3 days ago. Later faults would not show.', leads: { to: 'data', hash: 'checks' } }]);
  expect(needs({ connections }, [], null)).toEqual([]);
  expect(needs({}, [], hoursAgo(72))).toEqual([]);
});

it('takes several connections together, and is calmer where they are still read', () => {
  expect(needs({ connections: [connection('a', 'expiring'), connection('b', 'doubtful')] })).toMatchObject([{ tone: 'warn', who: '2 connections', says: 'need your attention.' }]);
  expect(needs({ connections: [connection('a', 'needs_reauth')] })).toMatchObject([{ tone: 'bad', who: 'a · Meta', says: 'The token expired.', leads: { to: 'connections' } }]);
});

const finding = (id: string, severity: string, rule: string, entity: Partial<Finding['entity']> = {}): Finding => ({
  id, severity, rule, kind: 'anomaly', state: 'open', entity: { level: 'campaign', source: 'meta', account: '1', id: 'c', name: `Campaign ${id}`, ...entity }, from: '2026-11-20', to: '2026-11-25', ongoing: true,
  headline: `${rule} of ${id}`, detail: '', confidence: 1, contributions: [], doubt: '', actions: [], evidence: [], source_hash: '', found_at: '', seen_at: '',
});

it('puts critical findings first, and says in one line what is so of several', () => {
  const needs = findingNeeds([finding('a', 'warning', 'cpa'), finding('b', 'warning', 'ctr'), finding('c', 'critical', 'spend'), finding('d', 'warning', 'cpa'), finding('e', 'critical', 'cpa')]);
  expect(needs.map(({ who, tone, count }) => [who, tone, count])).toEqual([
    ['spend of c', 'bad', 1],
    ['cpa of e', 'bad', 3],
    ['ctr of b', 'warn', 1],
  ]);
  expect(needs[0]).toMatchObject({ says: `Campaign c · Meta, since ${formatDay('2026-11-20')}`, leads: { to: 'finding', id: 'c' } });
  expect(needs[1]).toMatchObject({ says: `Campaign e · Meta, since ${formatDay('2026-11-20')} and 2 more like it`, leads: { to: 'findings', kind: 'anomaly' } });
});

it('calls a platform by its name', () => {
  const [need] = findingNeeds([{ ...finding('a', 'warning', 'pace', { level: 'platform', source: 'google', account: null, id: 'google', name: 'google' }), headline: 'google will overspend its budget' }]);
  expect(need).toMatchObject({ who: 'Google Ads will overspend its budget', says: `Google Ads, since ${formatDay('2026-11-20')}` });
});
