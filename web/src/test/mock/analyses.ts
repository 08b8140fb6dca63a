// What analysis worked out of the mock's ad accounts. Forecasts go on from the mock's own figures.
import type { FatigueAd, FatigueOfAccount, ForecastMetric, ForecastOfAccount, FunnelGap, FunnelOfAccount, FunnelStage, ScoreOfAccount, SubScore } from '@/api/types';
import { addDays, type Day } from '@/lib/period';
import { runQuery } from '@/test/mock/query';
import { ACCOUNTS, hash, type MockAccount } from '@/test/mock/world';

const NSC = 'north-sea-coffee';
const HORIZON = 90;

interface Kept {
  source: string;
  account: string;
  name: string;
  currency: string;
  made_at: string;
  source_hash: string;
}

export function keptOf({ source, id, name, currency }: MockAccount, at: string): Kept {
  return { source, account: id, name, currency, made_at: at, source_hash: hash(id).toString(16).padStart(8, '0').repeat(4) };
}

/** The accounts analysis has looked at. */
export function analysedAccounts(tenant: string): MockAccount[] {
  return tenant === NSC ? ACCOUNTS.filter((account) => account.tenant === NSC) : [];
}

function metricAhead(account: MockAccount, metric: string, today: Day): ForecastMetric {
  const past = runQuery(account.tenant, { metrics: [metric], by: ['date'], from: addDays(today, -28), to: addDays(today, -1), where: `account = "${account.id}"` }, today, '');
  const values = past.rows.map((row) => Number(row[metric]));
  const isMoney = metric === 'spend' || metric === 'revenue';
  const figure = (value: number): string | number => (isMoney ? value.toFixed(2) : Math.round(value * 10) / 10);
  const around = (value: number, spread: number) => ({
    value: figure(value), lo80: figure(value * (1 - 1.28 * spread)), hi80: figure(value * (1 + 1.28 * spread)), lo95: figure(value * (1 - 1.96 * spread)), hi95: figure(value * (1 + 1.96 * spread)),
  });
  const middles = Array.from({ length: HORIZON }, (_, i) => [0, 1, 2, 3].reduce((sum, week) => sum + values[(i % 7) + week * 7]! / 4, 0) * (1 + i * 0.0012));
  return {
    metric,
    because: null,
    model: [
      { model: 'theta, season 7', weight: 0.46, error: 0.61 },
      { model: 'exponential smoothing, season 7', weight: 0.38, error: 0.64 },
      { model: 'calendar regression (2 of 365)', weight: 0.16, error: 0.72 },
    ],
    backtest: { error: 0.6, naive_error: 0.82, horizon: 28, origins: 12 },
    notes: metric === 'spend' ? [] : [`${metric} of the last 9 days is still growing; what is yet to come was added`],
    series: middles.map((value, i) => ({ day: addDays(today, i), ...around(value, 0.09 + i * 0.0016) })),
    totals: [7, 14, 30, 60].map((days) => ({ days, sum: around(middles.slice(0, days).reduce((a, b) => a + b, 0), 0.12 - days * 0.001) })),
    total: around(middles.reduce((a, b) => a + b, 0), 0.06),
  };
}

/** The search account is too young for its conversions to be told. */
export function forecasts(tenant: string, today: Day, at: string): ForecastOfAccount[] {
  return analysedAccounts(tenant).map((account) => {
    const metrics = ['spend', 'clicks', 'conversions', 'revenue'].map((metric): ForecastMetric => {
      const young = account.source === 'google' && (metric === 'conversions' || metric === 'revenue');
      if (!young) return metricAhead(account, metric, today);
      return { metric, because: '11 days have conversions and a forecast takes 28', model: [], backtest: null, notes: [], series: [], total: null };
    });
    const sum = (id: string): number => Number(metrics.find(({ metric }) => metric === id)?.total?.value ?? 0);
    const ratio = (metric: string, value: number) => ({ metric, value: value > 0 ? value : null, days: [] });
    return {
      ...keptOf(account, at),
      result: {
        account: account.id, name: account.name, currency: account.currency, last_day: addDays(today, -1), horizon: HORIZON, metrics,
        ratios: [ratio('cpc', sum('spend') / sum('clicks')), ratio('cpa', sum('conversions') && sum('spend') / sum('conversions')), ratio('roas', sum('revenue') / sum('spend'))],
      },
    };
  });
}

const sub = (name: string, figure: number, full_at: number, none_at: number, weight: number, lost_points: number, about: string[] = []): SubScore => ({
  name, figure, full_at, none_at, weight, lost_points, about, confidence: 0.8, score: Math.min(100, Math.max(0, ((figure - none_at) / (full_at - none_at)) * 100)),
});

/** Of the search account too little is known for a total. */
export function scores(tenant: string, today: Day, at: string): ScoreOfAccount[] {
  return analysedAccounts(tenant).map((account) => {
    const days = { from: addDays(today, -28), to: addDays(today, -1), spend: '31204.18' };
    if (account.source === 'google') {
      const parts = ['learning_health', 'performance', 'budget_efficiency', 'creative_health'].map((kind) => ({ kind, score: null, subs: [] }));
      return { ...keptOf(account, at), result: { ...days, total: null, coverage: 0.14, parts, recommendations: [], untold: ['the platform tells no stages of learning', 'it takes 30 conversions and there are 11'] } };
    }
    return {
      ...keptOf(account, at),
      result: {
        ...days, total: 63.4, coverage: 0.86,
        parts: [
          { kind: 'learning_health', score: 71.2, subs: [sub('learning_stage', 0.71, 1, 0, 0.6, 4.4, ['Subscriptions | Lookalike 1 %']), sub('learning_resets', 0.31, 0, 1, 0.4, 2.9)] },
          { kind: 'performance', score: 58, subs: [sub('against_past', 0.86, 1.1, 0.5, 1, 11.3)] },
          { kind: 'budget_efficiency', score: 49.1, subs: [sub('pacing', 0.12, 0.05, 0.3, 0.3, 2.1), sub('waste', 0.22, 0, 0.3, 0.4, 7.4, ['Static | Offer', 'Carousel | Best sellers'])] },
          { kind: 'creative_health', score: 76.5, subs: [sub('fatigue', 0.14, 0, 0.6, 0.4, 2.2, ['Video 15 s | Morning']), sub('ctr_trend', -0.08, 0, -0.4, 0.2, 1)] },
        ],
        recommendations: [
          { id: '1202084311', level: 'campaign', name: 'Prospecting | Broad | Purchases', action: 'lower its cost cap by 10 %, and leave it alone for a week', reason: 'against_past', points: 11.3 },
          { id: '12020843110012', level: 'ad', name: 'Static | Offer', action: 'pause it: it spent 1,204 EUR and should have converted nine times', reason: 'waste', points: 5.1 },
        ],
        untold: ['no target is set', 'people reached in seven days are not read for the account as a whole'],
      },
    };
  });
}

function adOf(id: string, name: string, verdict: string, told: Partial<FatigueAd>, today: Day): FatigueAd {
  return {
    ad: id, name, verdict, because: null, confidence: 0.8, since: null, days_before: [addDays(today, -60), addDays(today, -47)], days_after: [addDays(today, -14), addDays(today, -1)],
    ctr_before: 1.52, ctr_after: 1.5, frequency_before: 1.12, frequency_after: 1.3, loss: 0.01, loss_low: -0.06, loss_high: 0.07, days_left: null, days_left_from: null, days_left_to: null,
    rulings: [
      { confounder: 'budget', ruled: 'out', text: 'no day with a changed budget is known.' },
      { confounder: 'campaign', ruled: 'out', text: '1 of 5 other ads of its campaign fell over the same days, the best of them not at all.' },
      { confounder: 'placement', ruled: 'unknown', text: 'its figures by placement are not known.' },
    ],
    ...told,
  };
}

export function fatigue(tenant: string, today: Day, at: string): FatigueOfAccount[] {
  return analysedAccounts(tenant).map((account) => {
    if (account.source === 'google') return { ...keptOf(account, at), result: { ads: [], cannot_tell: 12 } };
    const ads = [
      adOf('9984', 'UGC | Unboxing', 'fresh', {}, today),
      adOf('9981', 'Video 15 s | Morning', 'fatigued', { ctr_after: 0.94, frequency_after: 4.8, loss: 0.36, loss_low: 0.29, loss_high: 0.43, since: addDays(today, -18), confidence: 0.91, days_left: 0, days_left_from: 0, days_left_to: 3 }, today),
      adOf('9982', 'Carousel | Best sellers', 'wearing', { ctr_after: 1.31, frequency_after: 2.4, loss: 0.14, loss_low: 0.08, loss_high: 0.2, confidence: 0.77, days_left: 11, days_left_from: 6 }, today),
      adOf('9983', 'Static | Offer', 'not_established', {
        ctr_after: 1.12, loss: 0.24, loss_low: 0.15, loss_high: 0.33, confidence: 0.4, because: 'a changed budget explains it as well',
        rulings: [{ confounder: 'budget', ruled: 'explains', text: `its click rate moved −21 % with a changed budget on ${addDays(today, -12)}, in steps rather than between such days.` }],
      }, today),
    ];
    return { ...keptOf(account, at), result: { ads, cannot_tell: 38 } };
  });
}

function stageOf(step: string, phase: string, from: number, into: number, value: number, told: Partial<FunnelStage> = {}): FunnelStage {
  return { step, phase, from, into, value, low: value * 0.93, high: value * 1.07, benchmark: null, past: null, bottleneck: false, ...told };
}

function gapOf(should: number, told: Partial<FunnelGap> = {}): FunnelGap {
  return { should, low: should * 0.85, high: should * 1.15, probability: 0.4, confidence: 0.3, lost_conversions: 0, lost_revenue: null, lost_share: 0, significant: false, ...told };
}

/** The search account has too few clicks. */
export function funnel(tenant: string, today: Day, at: string): FunnelOfAccount[] {
  return analysedAccounts(tenant).map((account) => {
    const days = { from: addDays(today, -28), to: addDays(today, -1) };
    if (account.source === 'google') return { ...keptOf(account, at), result: { ...days, stages: [], untold: ['it takes 300 clicks and there are 212'] } };
    const lost = gapOf(2.6, { probability: 0.98, confidence: 0.91, lost_conversions: 214, lost_revenue: '3204.10', lost_share: 0.19, significant: true });
    const others = gapOf(3.5, {
      low: 2.4, high: 6, probability: 0.99, confidence: 0.9, lost_conversions: 281, lost_revenue: '13620.00', lost_share: 0.16, significant: true, source: 'WordStream by LocaliQ', as_of: '2025-03-31',
      limit: { kind: 'own_best', value: 2.5, first_day: addDays(today, -120), last_day: addDays(today, -93) },
    });
    const stages = [
      stageOf('cpm', 'awareness', 31_204.18, 4_412_093, 7.07, { benchmark: gapOf(8.2), past: gapOf(7.2) }),
      stageOf('ctr', 'consideration', 4_412_093, 68_387, 1.55, { benchmark: gapOf(1.2), past: gapOf(1.57) }),
      stageOf('cvr', 'conversion', 68_387, 1_436, 2.1, { low: 1.95, high: 2.26, benchmark: others, past: lost, bottleneck: true }),
      stageOf('aov', 'conversion', 1_436, 69_520, 48.41, { past: gapOf(49.1) }),
    ];
    return { ...keptOf(account, at), result: { ...days, stages, untold: ['carts and checkouts are not read for this account'] } };
  });
}
