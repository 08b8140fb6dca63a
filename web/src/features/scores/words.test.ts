import { describe, expect, it } from 'vitest';
import type { SubScore } from '@/api/types';
import { partName, scoreTone, standing, subFigure, subWords } from './words';

const sub = (figure: number, none_at: number, full_at: number): SubScore => ({ name: 'waste', figure, none_at, full_at, about: [], confidence: 1, lost_points: 0, score: 0, weight: 1 });

describe('a score', () => {
  it('stands between what scores nothing and what scores all, whichever is more', () => {
    expect(standing(sub(0.86, 0.5, 1.1))).toBeCloseTo(0.6);
    expect(standing(sub(0.22, 0.3, 0))).toBeCloseTo(0.267, 2);
    expect([standing(sub(9, 0.3, 0)), standing(sub(-9, 0.3, 0)), standing(sub(1, 1, 1))]).toEqual([0, 1, 1]);
  });

  it('tells shares as such, and numbers as numbers', () => {
    expect([subFigure({ name: 'waste' }, 0.22), subFigure({ name: 'ctr_trend' }, -0.08), subFigure({ name: 'frequency' }, 2.54), subFigure({ name: 'learning_resets' }, 0.305)]).toEqual(['22%', '−8%', '2.5', '0.31']);
  });

  it('has words for what it knows, and keeps those of a newer server', () => {
    expect([partName('creative_health'), partName('brand_safety')]).toEqual(['Creatives', 'brand safety']);
    expect(subWords('audience_overlap').label).toBe('audience overlap');
    expect([80, 60, 12].map(scoreTone)).toEqual(['good', 'warn', 'bad']);
  });
});
