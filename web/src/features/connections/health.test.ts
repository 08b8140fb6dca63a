import { expect, it } from 'vitest';
import { byUrgency, checkedData, expiryOf, healthOf, needsAttention } from './health';
import type { Connection } from '@/api/types';
import { formatClock, formatDay } from '@/lib/format';

const END = '2026-12-05T10:00:00Z';

function credential(told: Partial<Connection['credential']>): Connection['credential'] {
  return { set_at: '2026-11-01T00:00:00Z', expiry: 'told', access_ends_at: null, ends_at: null, days_left: null, scopes: [], missing_scopes: [], ...told };
}

function connection(health: string, days_left: number | null = null, name = health): Connection {
  return {
    id: name, source: 'meta', account: { id: '1', name, currency: 'EUR', timezone: 'UTC' }, health, detail: null, since: END, until: null, fix: null,
    expires_at: null, credential: credential({ days_left }), base_url: null, created_at: END, data_as_of: null, settled_through: null, rows: 0, last_run: null, syncing: false,
  };
}

it('puts what people must mend first, and what they need not look at last', () => {
  const states = ['ok', 'limited', 'doubtful', 'failing', 'needs_reauth', 'unsupported'].map((health) => connection(health));
  const sorted = byUrgency([...states, connection('expiring', 6, 'later'), connection('expiring', 2, 'sooner'), connection('novel')]);
  expect(sorted.map((c) => c.id)).toEqual(['needs_reauth', 'unsupported', 'failing', 'novel', 'doubtful', 'sooner', 'later', 'limited', 'ok']);
  expect(sorted.filter(needsAttention)).toHaveLength(7);
});

it('calls a limit a wait, with its end', () => {
  expect(healthOf({ ...connection('limited'), until: END })).toEqual({ tone: 'waiting', label: `Waits until ${formatClock(END)}` });
});

it.each([
  [12, 'Expires in 12 days'],
  [1, 'Expires tomorrow'],
  [0, 'Expires today'],
])('counts the days to an end: %i', (days, label) => {
  expect(healthOf(connection('expiring', days))).toEqual({ tone: 'warn', label });
});

it.each([
  [{ expiry: 'told', days_left: 52 }, END, 'Token good for 52 days'],
  [{ expiry: 'at_latest', days_left: 12 }, END, 'Token good for 12 days at most'],
  [{ expiry: 'renewed', days_left: 40 }, END, 'Token renews itself'],
  [{ expiry: 'told', days_left: 1 }, END, 'Token expires tomorrow'],
  [{ expiry: 'told', days_left: 0 }, END, 'Token expires today'],
  [{ expiry: 'told', days_left: -1 }, END, 'Token has expired'],
  [{ expiry: 'told', days_left: 9 }, '2027-01-20T00:00:00Z', 'Access to data for 9 days'],
])('says how a credential ends: %o', (told, expires_at, text) => {
  expect(expiryOf({ credential: credential({ ends_at: END, ...told }), expires_at }).text).toBe(text);
});

it('says that nothing ends, or that nobody knows', () => {
  expect(expiryOf({ credential: credential({ expiry: 'never' }), expires_at: null }).text).toBe('Token without an end date');
  expect(expiryOf({ credential: credential({ expiry: 'unknown' }), expires_at: null }).text).toBe('Token end not known');
});

it('keeps the dates for the title', () => {
  const { title } = expiryOf({ credential: credential({ ends_at: END, days_left: 9, access_ends_at: '2027-01-04T10:00:00Z' }), expires_at: END });
  const [ends, access, set] = ['2026-12-05', '2027-01-04', '2026-11-01'].map((day) => formatDay(day));
  expect(title).toBe(`Ends ${ends} · Access to data ends ${access} · Set ${set}`);
});

it('counts the failed checks of one account, by the worst of them, and leads to it', () => {
  const result = (source: string, account: string, state: 'failed' | 'passed' | 'skipped') => ({ source, account, name: '', state, message: '', days: [], checked_at: '', since: '2026-11-01T06:00:00Z' });
  const check = (id: string, name: string, severity: 'error' | 'warning', ...results: ReturnType<typeof result>[]) => ({ id, name, description: '', help: 'Do this.', severity, results });
  const checks = {
    checked_at: '2026-11-05T00:00:00Z',
    items: [
      check('volume', 'Silence', 'warning', result('meta', '1', 'failed'), result('google', '1', 'failed'), result('ga4', '1', 'passed')),
      check('continuity', 'Gaps', 'error', result('meta', '1', 'failed'), result('google', '1', 'passed'), result('ga4', '1', 'passed'), result('csv', '1', 'skipped')),
    ],
  };
  const of = (source: string, id: string) => checkedData(checks, { source, account: { id, name: '', currency: 'EUR', timezone: 'UTC' } });
  expect(of('meta', '1')).toEqual({ tone: 'bad', label: '2 failed checks', names: 'Silence, Gaps', anchor: 'check/continuity/meta/1' });
  expect(of('google', '1')).toEqual({ tone: 'warn', label: '1 warning', names: 'Silence', anchor: 'check/volume/google/1' });
  expect(of('ga4', '1')).toEqual({ tone: 'good', label: '2 checks passed', names: undefined, anchor: 'checks' });
  expect(of('csv', '1')).toBeNull();
  expect(of('meta', '2')).toBeNull();
  expect(checkedData(undefined, { source: 'meta', account: { id: '1', name: '', currency: 'EUR', timezone: 'UTC' } })).toBeNull();
});
