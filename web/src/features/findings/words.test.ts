import { expect, it } from 'vitest';
import { isByDay, markedIn, questionOf, questionText } from './evidence';
import { exportOf } from './export';
import { snoozedFor, snoozedUntil } from './snooze';
import { filterOf, isNarrowed } from './view';
import { accountNames, awayOf, entityName, entityPlace, eventChange, eventWhen, intervalOf, partsOf } from './words';
import type { Entity, Evidence, KnownEvent } from '@/api/types';
import { findingsOf } from '@/test/mock/findings';
import { addDays, todayIn } from '@/lib/period';

const campaign: Entity = { level: 'ad_group', source: 'meta', account: '1', id: '9', name: 'Spring' };
const names = accountNames([{ source: 'meta', id: '1', name: 'Lumen' }]);

it('names what something is said of by the platform’s word, and where it is', () => {
  expect([entityName(campaign), entityPlace(campaign, names)]).toEqual(['Ad set Spring', 'Lumen · Meta']);
  expect(entityPlace(campaign, accountNames(undefined))).toBe('1 · Meta');
  expect(entityName({ ...campaign, name: '' })).toBe('Ad set 9');
  const account: Entity = { ...campaign, level: 'account', name: 'Lumen' };
  expect([entityName(account), entityPlace(account, names)]).toEqual(['Account Lumen', 'Meta']);
  const tenant: Entity = { level: 'tenant', id: 't', name: 'Lumen', source: null, account: null };
  expect([entityName(tenant), entityPlace(tenant, names)]).toEqual(['Lumen', '']);
});

it('tells objects from factors', () => {
  const { objects, factors } = partsOf([
    { name: 'x', entity: campaign, metric: null, change: '12.00', share: 1.2 },
    { name: 'CVR', entity: null, metric: 'cvr', change: '-2.00', share: -0.2 },
    { name: 'CPM', entity: null, metric: 'cpm', change: '0.00', share: Number.NaN },
  ]);
  expect(objects).toMatchObject([{ label: 'Spring', note: 'Ad set · Meta', share: 1.2 }]);
  expect(factors).toMatchObject([{ label: 'CVR', share: -0.2 }, { label: 'CPM', share: null }]);
});

it('tells events beside the day it began', () => {
  const event: KnownEvent = { day: '2026-11-03', entity: campaign, kind: 'budget', before: '100', after: '250', factor: 2.5, by: null };
  expect(eventChange(event)).toBe('100 → 250 (× 2.50)');
  expect(eventChange({ ...event, before: '', factor: null })).toBe('250');
  expect(['2026-11-03', '2026-11-05', '2026-11-06'].map((day) => eventWhen(day, '2026-11-05'))).toEqual(['2 days before it began', 'on the day it began', '1 day after it began']);
});

const evidence: Evidence = { shows: 's', metrics: ['cpa'], by: ['date'], from: '2026-11-01', to: '2026-11-30', where: null, compare: null, currency: null };

it('asks what the evidence asks, and nothing it leaves out', () => {
  expect(questionOf(evidence)).toEqual({ metrics: ['cpa'], by: ['date'], from: '2026-11-01', to: '2026-11-30', sort: '-date' });
  expect(questionOf({ ...evidence, by: [] })).not.toHaveProperty('sort');
  const whole = { ...evidence, where: 'campaign = "1"', compare: 'previous', currency: 'EUR' };
  expect(questionOf(whole)).toMatchObject({ where: 'campaign = "1"', compare: 'previous', currency: 'EUR' });
  expect(questionText(whole)).toBe('cpa by date from 2026-11-01 to 2026-11-30 where campaign = "1" compared with previous in EUR');
  expect([isByDay(evidence), isByDay({ ...evidence, by: ['date', 'campaign'] }), isByDay({ ...evidence, by: [] })]).toEqual([true, false, false]);
});

it('points out days only where some are not meant', () => {
  const marked = { from: '2026-11-10', to: '2026-11-12', label: 'here' };
  expect(markedIn(evidence, marked)).toBe(marked);
  expect(markedIn({ from: '2026-11-10', to: '2026-11-12' }, marked)).toBeNull();
  expect(markedIn({ from: '2026-12-01', to: '2026-12-12' }, marked)).toBeNull();
  expect(markedIn(evidence, null)).toBeNull();
});

it('snoozes to an instant that is to come', () => {
  const now = Date.parse('2026-11-26T15:00:00Z');
  expect(snoozedFor(7, now)).toBe('2026-12-03T15:00:00.000Z');
  expect(snoozedUntil('2026-11-26', now)).toBeNull();
  expect(snoozedUntil('soon', now)).toBeNull();
  expect(snoozedUntil('2026-12-01', now)).toBe(new Date('2026-12-01T00:00:00').toISOString());
});

it('asks the server for what is set alone', () => {
  expect(filterOf({ kind: undefined, severity: 'critical', account: '', state: undefined })).toEqual({ severity: 'critical' });
  expect([isNarrowed({ state: 'all' }), isNarrowed({ kind: 'pixel' })]).toEqual([false, true]);
});

it('exports raw figures, a row for each', () => {
  const today = todayIn('UTC');
  const [first] = findingsOf('north-sea-coffee', today);
  const { header, rows } = exportOf([first!]);
  const row = Object.fromEntries(header.map((name, i) => [name, rows[0]?.[i]]));
  expect(row).toMatchObject({ kind: 'anomaly', severity: 'critical', source: 'meta', account_id: '120208431', from: addDays(today, -6), value: first!.value, expected_low: first!.interval![0], ongoing: 'true' });
  expect(rows[0]).toHaveLength(header.length);
});

it('says why one is put away, and nothing of one that is not', () => {
  const finding = findingsOf('north-sea-coffee', todayIn('UTC'))[0]!;
  expect(awayOf(finding)).toBeNull();
  expect(awayOf({ ...finding, state: 'dismissed', dismissed_by: 'ada' })).toEqual({ label: 'Dismissed', by: 'ada' });
  expect(awayOf({ ...finding, state: 'snoozed', snoozed_until: '2026-12-01T08:00:00Z' })?.label).toMatch(/^Snoozed until /);
  expect(intervalOf({ ...finding, interval: null })).toBeNull();
  expect(intervalOf({ ...finding, interval: ['6.00', '8.10'] })).toBe('€6.00 to €8.10');
});
