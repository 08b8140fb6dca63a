import { describe, expect, it } from 'vitest';
import type { FatigueAd } from '@/api/types';
import { byWear, daysLeft, lossRange, lossText, verdictWords } from './words';

const ad = (told: Partial<FatigueAd>): FatigueAd => ({ ad: '1', name: 'One', verdict: 'fresh', confidence: 1, rulings: [], ...told });

describe('wear', () => {
  it('lists what is worn most first, then by what was lost, what is not known of last', () => {
    const ads = [ad({ ad: 'a' }), ad({ ad: 'b', verdict: 'wearing', loss: 0.1 }), ad({ ad: 'c', verdict: 'new_word' }), ad({ ad: 'd', verdict: 'wearing', loss: 0.2 }), ad({ ad: 'e', verdict: 'fatigued' })];
    expect(byWear(ads).map((one) => one.ad)).toEqual(['e', 'd', 'b', 'a', 'c']);
    expect(verdictWords('new_word').label).toBe('new word');
  });

  it('tells a loss with its range, and a gain as one', () => {
    expect([lossText(0.36), lossText(-0.04), lossText(null)]).toEqual(['36%', '+4%', '–']);
    expect(lossRange(ad({ loss_low: -0.06, loss_high: 0.07 }))).toBe('+6% to 7%');
    expect(lossRange(ad({ loss_low: 0.1 }))).toBeNull();
  });

  it('tells the days left, which may have no end', () => {
    expect(daysLeft(ad({}))).toBe('–');
    expect(daysLeft(ad({ days_left: 1, days_left_from: 0, days_left_to: 3 }))).toBe('1 day (0 to 3)');
    expect(daysLeft(ad({ days_left: 11.2, days_left_from: 6 }))).toBe('11 days (6 or more)');
  });
});
