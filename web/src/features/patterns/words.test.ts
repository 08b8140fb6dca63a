import { describe, expect, it } from 'vitest';
import type { PatternCell } from '@/api/types';
import { bandPath, linePath, scaleOf as pixels, stepsOf, ticksOf } from './plot';
import { apartText, betterWords, byUse, kindOf, placesOf, rateShown, reasonOf, scaleOf, titleOf, toneOfCell, weightShown, type HoursPicture } from './words';

const cell = (weekday: number, hour: number, index: number, differs = false): PatternCell => ({ weekday, hour, value: 2 * index, low: 1, high: 3, index, weight: 100, differs });
const picture: HoursPicture = { type: 'hours', rate: 'cvr', overall: 2, cells: [cell(0, 0, 1.4), cell(6, 23, 0.7, true)], hours: [cell(0, 20, 1.3, true)], weekdays: [cell(6, 0, 1.1)] };

describe('hours of the week', () => {
  it('have names, and what is beyond chance comes first', () => {
    expect(byUse(placesOf(picture)).map(({ name }) => name)).toEqual(['20:00 on any day', 'Sunday 23:00', 'Monday 00:00', 'Sundays as a whole']);
  });

  it('are coloured by the farthest, and not stretched where all are alike', () => {
    expect(scaleOf(picture)).toBeCloseTo(0.4);
    expect(scaleOf({ ...picture, cells: [], hours: [cell(0, 1, 1.02)], weekdays: [] })).toBe(0.2);
    expect(toneOfCell({ index: 1.4 }, 0.4)).toMatchObject({ tone: 'good', strength: expect.closeTo(0.85) as number });
    expect(toneOfCell({ index: 0.8 }, 0.4)).toMatchObject({ tone: 'bad', strength: expect.closeTo(0.425) as number });
  });

  it('are better above one, whichever rate', () => {
    expect([1.414, 0.82, 1.001].map(betterWords)).toEqual(['41% better than the whole week', '18% worse than the whole week', 'as the whole week']);
    expect([1.414, 0.82, 1.001].map(apartText)).toEqual(['+41', '−18', '0']);
  });

  it('are in the unit of their rate', () => {
    expect(['cvr', 'cpa', 'roas', 'ctr'].map((rate) => rateShown(rate, 'EUR').unit)).toEqual(['percent', 'money', 'ratio', 'percent']);
    expect(['cvr', 'cpa', 'ctr'].map((rate) => weightShown(rate, 'EUR').of)).toEqual(['clicks', 'spend', 'impressions']);
  });
});

it('names a campaign where a pattern is of one, and keeps kinds of a newer server', () => {
  expect(titleOf({ kind: 'budget_sweet_spot', level: 'campaign', id: '1', name: 'Spring' })).toBe('Budget: Spring');
  expect(titleOf({ kind: 'seasonal', level: 'account', id: '1', name: 'Lumen' })).toBe('Seasons');
  expect(kindOf({ kind: 'weather_effect' }).label).toBe('weather effect');
});

it('says a reason without what stands before it anyway', () => {
  expect(reasonOf('cannot tell, because there are 2 ads and it takes 5')).toBe('there are 2 ads and it takes 5');
  expect(reasonOf('there is no pattern: chance shows as much in 34 of 100 cases')).toBe('chance shows as much in 34 of 100 cases');
  expect(reasonOf(null)).toBe('');
});

describe('a plot', () => {
  it('marks round numbers within its range', () => {
    expect(ticksOf(0, 1)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticksOf(83, 317, 5)).toEqual([100, 150, 200, 250, 300]);
    expect(ticksOf(0.82, 1.24)).toEqual([0.9, 1, 1.1, 1.2]);
    expect(ticksOf(3, 3)).toEqual([3]);
  });

  it('puts values where they belong', () => {
    expect(pixels([0, 10], [40, 240])(5)).toBe(140);
    expect(pixels([2, 2], [0, 100])(2)).toBe(0);
    expect(linePath([[0, 1], [2, 3]])).toBe('M0.0 1.0L2.0 3.0');
    expect(stepsOf([[0, 1], [2, 3]])).toEqual([[0, 1], [2, 1], [2, 3]]);
    expect(bandPath([[0, 1], [2, 1]], [[0, 3], [2, 3]])).toBe('M0.0 1.0L2.0 1.0L2.0 3.0L0.0 3.0Z');
  });
});
