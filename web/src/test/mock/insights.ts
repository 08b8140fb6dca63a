// Conditions that hold in the mock's world. The first is among its findings as well; the others are told here alone, so that journeys through
// findings keep their number.
import type { BlastRadius, Finding, Insight, Reached } from '@/api/types';
import { addDays, type Day } from '@/lib/period';
import { findingsOf } from '@/test/mock/findings';
import { hash } from '@/test/mock/world';

const NSC = 'north-sea-coffee';
const NL = '120208431';

const reached = (metric: string, name: string, impact: number, depth: number, way: string[], domains: string[], more: Partial<Reached> = {}): Reached => ({
  metric, name, impact, depth, domains, up: Math.max(0, impact), down: Math.min(0, impact), lag: 0, cross_domain: false, end: false, measured: true,
  paths: [{ metrics: way, impact, lag: 0 }], ...more,
});

const BLAST: BlastRadius = {
  origin: 'cpa', change: 31.4,
  reached: [
    reached('ncac', 'New-customer CAC', 25.1, 1, ['cpa', 'ncac'], ['paid_media', 'customers'], { lag: 3 }),
    reached('roas', 'ROAS', -23.9, 1, ['cpa', 'roas'], ['paid_media']),
    reached('conversions', 'Conversions', -18.2, 1, ['cpa', 'conversions'], ['paid_media']),
    reached('mer', 'MER', -14.3, 2, ['cpa', 'roas', 'mer'], ['paid_media', 'store'], { lag: 2 }),
    reached('store_revenue', 'Store revenue', -9.1, 2, ['cpa', 'conversions', 'store_revenue'], ['store'], { cross_domain: true, lag: 2, up: 1.2, down: -10.3 }),
    reached('profit_margin', 'Profit margin', -7.6, 3, ['cpa', 'roas', 'mer', 'profit_margin'], ['finance'], { cross_domain: true, end: true, measured: false, lag: 7 }),
    reached('returning_orders', 'Returning orders', -3.4, 3, ['cpa', 'conversions', 'store_revenue', 'returning_orders'], ['store', 'customers'], { cross_domain: true, end: true, lag: 30 }),
  ],
  edges: [
    { from: 'cpa', to: 'ncac', strength: 0.8, basis: 'experience' },
    { from: 'cpa', to: 'roas', strength: -1, basis: 'identity' },
    { from: 'cpa', to: 'conversions', strength: -0.7, basis: 'identity' },
    { from: 'roas', to: 'mer', strength: 0.6, basis: 'experience' },
    { from: 'conversions', to: 'store_revenue', strength: 0.5, basis: 'experience' },
    { from: 'conversions', to: 'ncac', strength: -0.2, basis: 'experience' },
    { from: 'mer', to: 'profit_margin', strength: 0.5, basis: 'identity' },
    { from: 'store_revenue', to: 'returning_orders', strength: 0.35, basis: 'experience' },
  ],
};

function ownFindings(tenant: string, today: Day): Finding[] {
  const model = findingsOf(tenant, today).find(({ kind }) => kind === 'insight');
  if (!model) return [];
  const ago = (days: number): Day => addDays(today, -days);
  const at = (days: number): string => `${ago(days)}T04:12:00Z`;
  const account = { level: 'account', source: 'meta', account: NL, id: NL, name: 'North Sea Coffee NL' };
  const where = `account = "${NL}"`;
  return [
    {
      ...model, id: hash('cpa_rising').toString(16).repeat(4), rule: 'cpa_rising', severity: 'warning', entity: account, from: ago(7), to: ago(1), found_at: at(3), seen_at: at(0), confidence: 0.88,
      metric: 'cpa', metric_name: 'CPA', unit: 'money', direction: 'lower', currency: 'EUR', value: '14.20', expected: '10.81', interval: ['9.90', '11.80'],
      headline: 'A conversion in North Sea Coffee NL costs 31 % more', detail: 'North Sea Coffee NL paid 14.20 EUR per conversion over the last 7 days, after 10.81 EUR in the 7 days before.',
      doubt: 'if orders of the shop are as many as before, conversions were lost on the way to the platform and nothing got dearer', actions: ['Find what changed'],
      evidence: [
        { shows: 'CPA by day', metrics: ['cpa', 'conversions'], by: ['date'], from: ago(35), to: ago(1), where, compare: null, currency: null },
        { shows: 'which campaigns', metrics: ['cpa', 'spend', 'conversions'], by: ['campaign'], from: ago(7), to: ago(1), where, compare: 'previous', currency: null },
      ],
    },
  ];
}

const kept = new Map<string, Finding[]>();

function own(tenant: string, today: Day): Finding[] {
  const known = kept.get(tenant) ?? (tenant === NSC ? ownFindings(tenant, today) : []);
  kept.set(tenant, known);
  return known;
}

export function insightFinding(tenant: string, id: string, today: Day): Finding | null {
  return own(tenant, today).find((finding) => finding.id === id) ?? null;
}

export function changeInsight(tenant: string, id: string, change: Partial<Finding>, today: Day): Finding | null {
  const before = insightFinding(tenant, id, today);
  if (!before) return null;
  const after = { ...before, ...change };
  kept.set(tenant, own(tenant, today).map((finding) => (finding.id === id ? after : finding)));
  return after;
}

export function resetInsights(): void {
  kept.clear();
}

const ACTIONS = [
  { name: 'Find what changed', steps: ['Open the evidence and find the day it began.', 'Look which campaigns moved most that day.', 'Hold the day against the list of edits, budgets and launches.'] },
  { name: 'Pause campaigns that do not pay', steps: ['List campaigns by CPA over the last 14 days.', 'Leave out what is still learning.', 'Pause the worst, one at a time, and look again after three days.'] },
];

function toldOf(finding: Finding): Insight {
  if (finding.rule !== 'cpa_rising') {
    return {
      definition: finding.rule, name: 'Platforms claim more than the shop counts', category: 'tracking', finding, blast_radius: null, because_of: null, may_follow: [],
      context: [{ metric: 'claimed_to_counted', now: 1.71, before: 1.62, change: 5.6 }], actions: [{ name: 'Plan by MER', steps: ['Agree with the client on a MER for the month.'] }],
    };
  }
  return {
    definition: finding.rule, name: 'Conversions get dearer', category: 'performance', finding, blast_radius: BLAST, because_of: 'Advertising loses efficiency',
    may_follow: ['An order costs more', 'New customers get dearer'], actions: ACTIONS,
    context: [
      { metric: 'spend', now: 8420.4, before: 8011.9, change: 5.1 },
      { metric: 'conversions', now: 593, before: 741.2, change: -20 },
      { metric: 'cpc', now: 0.47, before: 0.46, change: 2.2 },
      { metric: 'cvr', now: 2.1, before: 2.74, change: -23.4 },
      { metric: 'cpm', now: 7.2, before: null, change: null },
    ],
  };
}

export function insights(tenant: string, today: Day): Insight[] {
  const now = new Date().toISOString();
  const shown = ({ kind, state, snoozed_until: until }: Finding): boolean => kind === 'insight' && (state === 'open' || (state === 'snoozed' && (until ?? '') <= now));
  return [...findingsOf(tenant, today), ...own(tenant, today)].filter(shown).map(toldOf);
}
