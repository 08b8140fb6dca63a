import { describe, expect, it } from 'vitest';
import { PRESETS, addDays, comparedPeriod, daysOf, isCompare, isDay, lengthOf, parseCompare, periodOf, presetOf, todayIn } from '@/lib/period';

const preset = (id: string) => PRESETS.find((p) => p.id === id)!.of('2026-03-01');

describe('presets', () => {
  it('ends "last n days" yesterday, across a month’s edge', () => {
    expect(preset('last7')).toEqual({ from: '2026-02-22', to: '2026-02-28' });
    expect(lengthOf(preset('last28'))).toBe(28);
    expect(lengthOf(preset('last90'))).toBe(90);
  });

  it('knows months', () => {
    expect(preset('month')).toEqual({ from: '2026-03-01', to: '2026-03-01' });
    expect(preset('lastMonth')).toEqual({ from: '2026-02-01', to: '2026-02-28' });
  });

  it('recognises a preset in days that were linked to', () => {
    expect(presetOf({ from: '2026-02-22', to: '2026-02-28' }, '2026-03-01')?.id).toBe('last7');
    expect(presetOf({ from: '2026-02-21', to: '2026-02-28' }, '2026-03-01')).toBeNull();
  });
});

describe('comparison', () => {
  const period = { from: '2024-02-20', to: '2024-02-29' };

  it('is as long as the period and ends the day before it', () => {
    expect(comparedPeriod(period, 'previous')).toEqual({ from: '2024-02-10', to: '2024-02-19' });
  });

  it('goes a year back; 29 February becomes the 28th', () => {
    expect(comparedPeriod(period, 'year')).toEqual({ from: '2023-02-20', to: '2023-02-28' });
  });

  it('may be other days, or none', () => {
    expect(comparedPeriod(period, '2023-12-01..2023-12-10')).toEqual({ from: '2023-12-01', to: '2023-12-10' });
    expect(comparedPeriod(period, 'none')).toBeNull();
    expect(parseCompare('2023-12-10..2023-12-01')).toBeNull();
    expect(isCompare('tomorrow')).toBe(false);
  });
});

describe('days', () => {
  it('are real days only', () => {
    expect(isDay('2024-02-29')).toBe(true);
    expect(isDay('2023-02-29')).toBe(false);
    expect(isDay('2023-2-9')).toBe(false);
    expect(isDay(20230209)).toBe(false);
  });

  it('step over the change to summer time', () => {
    expect(addDays('2026-03-28', 2)).toBe('2026-03-30');
    expect(daysOf({ from: '2026-10-24', to: '2026-10-26' })).toEqual(['2026-10-24', '2026-10-25', '2026-10-26']);
  });

  it('depend on the zone', () => {
    const now = new Date('2026-11-21T02:00:00Z');
    expect(todayIn('America/New_York', now)).toBe('2026-11-20');
    expect(todayIn('Pacific/Auckland', now)).toBe('2026-11-21');
    expect(todayIn('No/Where', now)).toBe('2026-11-21');
  });

  it('must be in order', () => {
    expect(periodOf('2026-01-02', '2026-01-01')).toBeNull();
    expect(periodOf('2026-01-01', '2026-01-01')).toEqual({ from: '2026-01-01', to: '2026-01-01' });
  });
});
