import { describe, expect, it } from 'vitest';
import type { FunnelGap, FunnelStage } from '@/api/types';
import { byPhase, gapWords, shownOf, sourceWords, stepWords, yardstick } from './words';
import { formatDay, formatDays } from '@/lib/format';

const GAP: FunnelGap = { should: 2.6, low: 2.3, high: 2.9, probability: 0.98, confidence: 0.9, lost_conversions: 41.3, lost_revenue: '1204.10', lost_share: 0.19, significant: true };
const stage = (step: string, phase: string): FunnelStage => ({ step, phase, from: 1, into: 1, value: 1, low: 1, high: 1, bottleneck: false });

describe('a funnel', () => {
  it('tells prices as amounts and all else per hundred', () => {
    expect(yardstick(GAP, shownOf({ step: 'cvr' }, 'EUR'))).toBe('2.60% (2.30% to 2.90%)');
    expect(yardstick(GAP, shownOf({ step: 'cpm' }, 'EUR'))).toBe('€2.60 (€2.30 to €2.90)');
  });

  it('tells a fall against the past as a loss, only beyond doubt, in revenue where that is known', () => {
    const past = (gap: FunnelGap) => gapWords(gap, { step: 'cvr', value: 2.1 }, 'past', 'EUR');
    expect(past(GAP)).toEqual({ main: 'lost €1,204.10 (19%)' });
    expect(past({ ...GAP, lost_revenue: null })).toEqual({ main: 'lost 41.3 conversions (19%)' });
    expect(past({ ...GAP, significant: false })).toEqual({ main: null });
  });

  it('tells a distance from others as one, and what it is worth only as far as the account has shown', () => {
    const others = (told: Partial<FunnelGap>) => gapWords({ ...GAP, should: 3.5, ...told }, { step: 'cvr', value: 0.43 }, 'benchmark', 'EUR');
    expect(others({ limit: { kind: 'own_best', value: 0.53, first_day: '2026-03-02', last_day: '2026-03-29' } })).toEqual({
      main: '88% below what is typical',
      worth: `worth €1,204.10 (19%) at its own best, 0.53%, ${formatDays('2026-03-02', '2026-03-29')}`,
    });
    expect(others({ limit: { kind: 'doubled' } }).worth).toBe('worth €1,204.10 (19%) at twice what it is; no more is counted');
    expect(others({ limit: { kind: 'never_better' }, lost_revenue: '0.00' }).worth).toBe('no amount: the account never did better');
    expect(others({ limit: { kind: 'no_past' } }).worth).not.toContain('€');
    expect(others({}).worth).toContain('reached before');
    expect(gapWords({ ...GAP, should: 8 }, { step: 'cpm', value: 12 }, 'benchmark', 'EUR').main).toBe('50% above what is typical');
    expect([sourceWords({ source: 'A survey', as_of: '2026-01-01' }), sourceWords({})]).toEqual([`A survey, ${formatDay('2026-01-01')}`, null]);
  });

  it('groups stages by what people do, and keeps steps it has no word for', () => {
    const groups = byPhase([stage('cpm', 'awareness'), stage('ctr', 'consideration'), stage('cvr', 'conversion'), stage('aov', 'conversion')]);
    expect(groups.map(({ phase, stages }) => [phase, stages.length])).toEqual([['awareness', 1], ['consideration', 1], ['conversion', 2]]);
    expect(stepWords('lead_rate').label).toBe('lead rate');
  });
});
