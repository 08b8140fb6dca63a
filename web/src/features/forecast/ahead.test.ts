import { describe, expect, it } from 'vitest';
import type { ForecastDay, ForecastMetric } from '@/api/types';
import { exportOf, gainOf, holidayWords, rowsOf, sumAhead, sumOf } from './ahead';
import { horizonOf } from './view';

const day = (name: string, value: string): ForecastDay => ({ day: name, value, lo80: '8.00', hi80: '12.00', lo95: '7.00', hi95: '13.00' });
const SERIES = [day('2026-11-27', '10.10'), day('2026-11-28', '10.20'), day('2026-11-29', '10.30')];

describe('a forecast', () => {
  it('sums the middles of the days asked for, in the unit of the metric', () => {
    expect(sumAhead(SERIES, 2, 'money')).toBe('20.30');
    expect(sumAhead(SERIES, 90, 'number')).toBeCloseTo(30.6);
    expect(sumAhead([], 7, 'money')).toBeNull();
  });

  it('leaves the bounds of a sum to the server, where it tells them', () => {
    const sum = { value: '71.00', lo80: '60.00', hi80: '82.00', lo95: '55.00', hi95: '88.00' };
    expect(sumOf({ totals: [{ days: 7, sum }] }, 7)).toBe(sum);
    expect([sumOf({ totals: [{ days: 7, sum }] }, 30), sumOf({}, 7)]).toEqual([null, null]);
  });

  it('puts the days to come after those that were, and both in the file', () => {
    const rows = rowsOf(undefined, 'spend', SERIES, 2);
    expect(rows.map((row) => row.day)).toEqual(['2026-11-27', '2026-11-28']);
    const { header, rows: cells } = exportOf([{ day: '2026-11-26', actual: '9.00', ahead: null }, ...rows]);
    expect(cells[0]).toEqual(['2026-11-26', '9.00', undefined, undefined, undefined, undefined, undefined]);
    expect(cells[1]).toEqual(['2026-11-27', null, '10.10', '8.00', '12.00', '7.00', '13.00']);
    expect(header).toHaveLength(cells[1]?.length ?? 0);
  });

  it('says by how much it beats repeating the last week, or that nothing can be said', () => {
    const of = (error: number, naive_error: number) => gainOf({ backtest: { error, naive_error, horizon: 28, origins: 9 } } as ForecastMetric);
    expect(of(0.6, 0.8)).toBeCloseTo(0.25);
    expect(of(0.9, 0.6)).toBeCloseTo(-0.5);
    expect(of(0.9, 0)).toBeNull();
  });

  it('looks 30 days ahead unless another horizon there is was asked for', () => {
    expect(horizonOf({ days: '90' })).toBe(90);
    expect(horizonOf({ days: '12' })).toBe(30);
  });
});

it('says whose holidays are expected and how that is known', () => {
  const of = (holidays: { country: string; name: string; known_by: string } | null) => holidayWords({ result: { account: '1', name: '', currency: 'EUR', last_day: '', horizon: 90, metrics: [], ratios: [], holidays } });
  expect(of({ country: 'NL', name: 'the Netherlands', known_by: 'spend' })).toBe('Holidays of the Netherlands are expected, where most is spent.');
  expect(of({ country: 'GB', name: 'the United Kingdom', known_by: 'zone' })).toContain('by its time zone and currency');
  expect(of(null)).toMatch(/^No holidays are expected/);
});
