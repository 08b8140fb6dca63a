import { describe, expect, it } from 'vitest';
import { countsOf, gistOf, groupsOf, monthsOf, moved, statesOf, tickOf } from './days';
import type { CoveredAccount, DayState } from '@/api/types';
import { daysOf } from '@/lib/period';

const account = (name: string, kind: CoveredAccount['kind'], runs: CoveredAccount['runs']): CoveredAccount => ({
  source: 'meta', account: name, name, kind, zone: 'UTC', currency: 'EUR', data_as_of: null, settled_through: null, runs,
});
const run = (from: string, to: string, state: DayState) => ({ from, to, state });

describe('coverage', () => {
  it('spreads runs over days, whatever their order', () => {
    const runs = [run('2026-11-03', '2026-11-04', 'missing'), run('2026-10-30', '2026-11-02', 'present')];
    expect(statesOf({ runs }, daysOf({ from: '2026-11-01', to: '2026-11-04' }))).toEqual(['present', 'present', 'missing', 'missing']);
  });

  it('takes a day nobody mentions for missing', () => {
    const runs = [run('2026-11-01', '2026-11-01', 'present'), run('2026-11-03', '2026-11-03', 'empty')];
    expect(statesOf({ runs }, daysOf({ from: '2026-11-01', to: '2026-11-04' }))).toEqual(['present', 'missing', 'empty', 'missing']);
  });

  it('counts days, not runs, and names what lacks', () => {
    const runs = [run('2026-11-01', '2026-11-03', 'missing'), run('2026-11-04', '2026-11-04', 'mismatched'), run('2026-11-05', '2026-11-05', 'present'), run('2026-11-06', '2026-11-06', 'missing')];
    expect(countsOf({ runs })).toEqual({ missing: 4, mismatched: 1, present: 1 });
    expect(gistOf({ runs })).toBe('4 missing, 1 differs');
    expect(gistOf({ runs: [run('2026-11-01', '2026-11-02', 'mismatched')] })).toBe('2 differ');
    expect(gistOf({ runs: [run('2026-11-01', '2026-11-02', 'empty')] })).toBe('No gap');
    expect(gistOf({ runs: [run('2026-10-01', '2026-11-02', 'before'), run('2026-11-03', '2026-11-03', 'present')] })).toBe('No gap');
  });

  it('groups by kind, what lacks most first', () => {
    const good = [run('2026-11-01', '2026-11-09', 'present')];
    const groups = groupsOf([account('shop', 'shop', good), account('b', 'ads', good), account('a', 'ads', good), account('z', 'ads', [run('2026-11-01', '2026-11-01', 'doubtful')])]);
    expect(groups.map((group) => [group.label, group.accounts.map((a) => a.name)])).toEqual([
      ['Ad platforms', ['z', 'a', 'b']],
      ['Shops', ['shop']],
    ]);
  });
});

describe('the axis', () => {
  it('names months over a year’s end', () => {
    expect(monthsOf(daysOf({ from: '2026-12-30', to: '2027-01-03' }))).toEqual([
      { label: 'Dec 2026', days: 2 },
      { label: 'Jan 2027', days: 3 },
    ]);
  });

  it('numbers every day, then Mondays, then none', () => {
    expect(tickOf('2026-11-03', 28)).toBe('3');
    expect([tickOf('2026-11-02', 90), tickOf('2026-11-03', 90)]).toEqual(['2', null]);
    expect(tickOf('2026-11-02', 180)).toBeNull();
  });
});

describe('keys', () => {
  const p = 'present';
  const states: DayState[][] = [
    [p, 'missing', p],
    [p, p, p],
    ['doubtful', 'provisional', p],
  ];
  const at = (row: number, day: number, key: string, ctrl = false) => moved({ row, day }, key, ctrl, states);

  it('move by one, and stop at the edges', () => {
    expect(at(0, 0, 'ArrowRight')).toEqual({ row: 0, day: 1 });
    expect(at(0, 2, 'ArrowRight')).toEqual({ row: 0, day: 2 });
    expect(at(0, 0, 'ArrowUp')).toEqual({ row: 0, day: 0 });
    expect(at(1, 2, 'ArrowDown')).toEqual({ row: 2, day: 2 });
    expect(at(2, 0, 'ArrowDown')).toEqual({ row: 2, day: 0 });
  });

  it('go to the ends of the row and of the map', () => {
    expect(at(1, 1, 'Home')).toEqual({ row: 1, day: 0 });
    expect(at(1, 1, 'End')).toEqual({ row: 1, day: 2 });
    expect(at(1, 1, 'Home', true)).toEqual({ row: 0, day: 0 });
    expect(at(1, 1, 'End', true)).toEqual({ row: 2, day: 2 });
  });

  it('find the next day that needs a look, over rows without one', () => {
    expect(at(0, 0, 'PageDown')).toEqual({ row: 0, day: 1 });
    expect(at(0, 1, 'PageDown')).toEqual({ row: 2, day: 0 });
    expect(at(2, 0, 'PageUp')).toEqual({ row: 0, day: 1 });
    expect(at(2, 0, 'PageDown')).toEqual({ row: 2, day: 0 });
  });

  it('leave other keys alone', () => {
    expect(at(0, 0, 'a')).toBeNull();
  });
});
