import { expect, it } from 'vitest';
import { apart, barOf, daysLeft, spentRatio } from './pace';
import type { Pace } from '@/api/types';
import { formatDay } from '@/lib/format';

const pace = (change: Partial<Pace> = {}): Pace => ({
  from: '2026-11-01', to: '2026-11-30', as_of: '2026-11-15', days_left: 15, amount: '1000.00', rolled_over: '0.00', planned_to_date: '500.00', actual: '600.00', provisional: '0.00', variance: '100.00',
  variance_percent: 20, required_daily: '26.67', recent_daily: '40.00', projected: '1200.00', projected_low: '1100.00', projected_high: '1300.00', projected_off_percent: 20, used_up_on: null,
  tolerance_percent: 10, verdict: 'over', because: null, confidence: 0.9, notes: [], allocation: [], severity: null, ...change,
});

it('draws all marks on one length', () => {
  const { spent, planned, budget, projected, low, high } = barOf(pace());
  expect(high).toBeCloseTo(100 / 1.04);
  expect([spent, planned, budget, projected, low].map((place) => Math.round((place ?? 0) * 13.52))).toEqual([600, 500, 1000, 1200, 1100]);
});

it('draws what is known where nothing can be projected, and survives absurd amounts', () => {
  expect(barOf(pace({ projected: null, projected_low: null, projected_high: null }))).toMatchObject({ projected: null, low: null, high: null });
  const none = barOf(pace({ amount: '0.00', actual: '0.00', planned_to_date: '0.00', projected: '0.00', projected_low: '0.00', projected_high: '0.00' }));
  expect(Object.values(none).every((place) => place === 0)).toBe(true);
  expect(barOf(pace({ actual: '-50.00' })).spent).toBe(0);
  expect(spentRatio(pace({ amount: '0.00' }))).toBeNull();
  expect(spentRatio(pace())).toBe(0.6);
});

it('says differences in words', () => {
  expect([12.4, -38, 0].map((percent) => apart(percent, 'over', 'under'))).toEqual(['12.4% over', '38.0% under', '0.0% over']);
});

it('says how long there is', () => {
  expect(daysLeft(pace())).toBe(`15 days left, ends ${formatDay('2026-11-30')}`);
  expect(daysLeft(pace({ days_left: 0 }))).toBe(`ended ${formatDay('2026-11-30')}`);
});
