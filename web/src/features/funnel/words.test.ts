import { describe, expect, it } from 'vitest';
import type { FunnelGap, FunnelStage } from '@/api/types';
import { byPhase, lostText, shownOf, stepWords, yardstick } from './words';

const GAP: FunnelGap = { should: 2.6, low: 2.3, high: 2.9, probability: 0.98, confidence: 0.9, lost_conversions: 41.3, lost_revenue: '1204.10', lost_share: 0.19, significant: true };
const stage = (step: string, phase: string): FunnelStage => ({ step, phase, from: 1, into: 1, value: 1, low: 1, high: 1, bottleneck: false });

describe('a funnel', () => {
  it('tells prices as amounts and all else per hundred', () => {
    expect(yardstick(GAP, shownOf({ step: 'cvr' }, 'EUR'))).toBe('2.60% (2.30% to 2.90%)');
    expect(yardstick(GAP, shownOf({ step: 'cpm' }, 'EUR'))).toBe('€2.60 (€2.30 to €2.90)');
  });

  it('tells a loss only beyond doubt, in revenue where that is known', () => {
    expect(lostText(GAP, 'EUR')).toBe('loses €1,204.10 (19%)');
    expect(lostText({ ...GAP, lost_revenue: null }, 'EUR')).toBe('loses 41.3 conversions (19%)');
    expect(lostText({ ...GAP, significant: false }, 'EUR')).toBeNull();
  });

  it('groups stages by what people do, and keeps steps it has no word for', () => {
    const groups = byPhase([stage('cpm', 'awareness'), stage('ctr', 'consideration'), stage('cvr', 'conversion'), stage('aov', 'conversion')]);
    expect(groups.map(({ phase, stages }) => [phase, stages.length])).toEqual([['awareness', 1], ['consideration', 1], ['conversion', 2]]);
    expect(stepWords('lead_rate').label).toBe('lead rate');
  });
});
