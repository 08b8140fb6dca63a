// What is known: metrics with their details, benchmarks, a client with some knowledge and others without. Conflicts are provoked by what is
// typed: notes that hold "meanwhile" are refused once, as if somebody else had been quicker.
import type { Benchmark, Knowledge, KnowledgeHit, KnowledgeText, Metric } from '@/api/types';
import { METRIC_ITEMS } from '@/test/mock/query';

const CATEGORY: Record<string, string> = {
  spend: 'delivery', impressions: 'delivery', cpm: 'delivery', clicks: 'clicks', link_clicks: 'clicks', ctr: 'clicks', cpc: 'clicks', conversions: 'conversion', cpa: 'conversion', cvr: 'conversion',
  revenue: 'revenue', roas: 'revenue', aov: 'revenue', orders: 'orders', store_revenue: 'orders', net_store_revenue: 'orders', new_customers: 'customers', ncac: 'customers',
};

const MEANING: Record<string, string> = {
  spend: 'What the platforms charge for the ads.',
  impressions: 'How often an ad was shown.',
  cpm: 'What a thousand impressions cost.',
  clicks: 'Clicks anywhere on an ad.',
  link_clicks: 'Clicks that lead to the site.',
  ctr: 'Clicks per hundred impressions.',
  cpc: 'What a click costs.',
  conversions: 'Purchases and other results the platforms claim.',
  cvr: 'Conversions per hundred clicks.',
  revenue: 'Value of the conversions the platforms claim.',
  aov: 'Revenue per conversion.',
  orders: 'Orders the shop counts, whoever brought them.',
  store_revenue: 'Value of the orders the shop counts.',
  net_store_revenue: 'The same without what was returned.',
  new_customers: 'Customers who had never ordered before.',
  claimed_to_counted: 'Revenue the platforms claim over what the shop counts.',
  mer: 'Revenue of the shop per unit of spend on all platforms.',
  ncac: 'What a customer costs who had never ordered before.',
};

const MORE: Record<string, Partial<Metric>> = {
  roas: {
    description: 'Return on ad spend: attributed revenue per unit of spend.',
    aliases: ['return on ad spend', 'return on advertising spend'],
    formula: 'revenue / spend',
    see: 'Claimed revenue is its ground; beside it stands MER.',
    thresholds: [
      { severity: 'warning', of: 'change', comparison: '<=', than: -20, currency: null, platform: null, text: 'falls by 20 % or more' },
      { severity: 'critical', of: 'value', comparison: '<', than: 1, currency: null, platform: null, text: '< 1' },
    ],
  },
  cpa: { description: 'What a conversion costs.', aliases: ['cost per acquisition', 'cost per lead'], formula: 'spend / conversions' },
};

const PROFIT: Metric = {
  id: 'profit', name: 'Profit after ads', description: 'What attributed revenue leaves after the cost of goods and ad spend.', unit: 'money', direction: 'higher', category: 'profit',
  aliases: ['contribution after ads'], thresholds: [], see: null, additive: true, formula: 'revenue * gross_margin / 100 - spend',
  needs: [{ id: 'gross_margin', name: 'Gross margin', description: 'What is left of a sale before advertising, in percent of revenue.' }],
};

export function metricItems(): Metric[] {
  const plain = METRIC_ITEMS.map((item) => ({ ...item, description: MEANING[item.id] ?? item.description, category: CATEGORY[item.id] ?? 'blended', aliases: [], thresholds: [], see: null, needs: [], ...MORE[item.id] }));
  return [...plain, PROFIT];
}

const INDUSTRIES = [
  { id: 'ecommerce', name: 'E-commerce' },
  { id: 'food', name: 'Food & drink' },
  { id: 'travel', name: 'Travel' },
];

function benchmark(metric: string, name: string, industry: number | null, platform: string | null, figures: [number | null, number | null, number | null], more: Partial<Benchmark> = {}): Benchmark {
  const [low, typical, high] = figures;
  const of = industry === null ? null : INDUSTRIES[industry]!;
  return {
    metric, metric_name: name, unit: 'percent', direction: 'higher', industry: of, platform, network: platform === 'google' ? 'search' : 'social', low, typical, high, currency: null,
    source: 'Compilation of public reports', as_of: '2026-01-01', note: null, exact: true, about: `${of?.name ?? 'all industries'} on ${platform === 'meta' ? 'Meta Ads' : platform === 'google' ? 'Google Ads' : 'all platforms'}`, ...more,
  };
}

const BENCHMARKS: Benchmark[] = [
  benchmark('ctr', 'CTR', 0, 'meta', [0.5, 1, 2]),
  benchmark('ctr', 'CTR', 0, 'google', [2, 3.5, 6]),
  benchmark('ctr', 'CTR', 2, 'google', [null, 9.19, null], { source: 'A yearly report of search advertising', note: 'Of the United States alone.' }),
  benchmark('cpc', 'CPC', 0, 'meta', [0.3, 0.7, 1.5], { unit: 'money', direction: 'lower', currency: 'USD' }),
  benchmark('roas', 'ROAS', 0, 'meta', [1.5, 2.5, 4], { unit: 'ratio' }),
  benchmark('session_cvr', 'Conversion rate of visits', 1, null, [null, 3.1, null], { network: null }),
];

/** The closest, as far as a few lines can tell. */
export function benchmarks(industry: string | null, platform: string | null): { items: Benchmark[]; industries: typeof INDUSTRIES; next_cursor: null } {
  const close = BENCHMARKS.filter((item) => (!platform || item.platform === platform || item.platform === null) && (!industry || item.industry?.id === industry || item.industry?.id === 'ecommerce'));
  const items = close.map((item) => {
    const exact = (!industry || item.industry?.id === industry) && (!platform || item.platform === platform);
    const wanted = INDUSTRIES.find(({ id }) => id === industry)?.name ?? 'all industries';
    return exact ? item : { ...item, exact, about: `${item.about}; there is none of ${wanted}` };
  });
  return { items, industries: INDUSTRIES, next_cursor: null };
}

const COFFEE: KnowledgeText = {
  context: {
    industry: 'Food & drink', business_model: 'Roasts coffee and sells it online, half of it by subscription.', products: ['Filter coffee', 'Espresso'], customer: 'People who brew at home.',
    average_order_value: { value: 48.5, currency: 'EUR' }, gross_margin: 42, notes: 'The harvest festival in October doubles sales.',
  },
  targets: [
    { metric: 'roas', bound: 'at_least', value: 3.2, currency: null, period: 'month', platform: null },
    { metric: 'cpa', bound: 'at_most', value: 25, currency: 'EUR', period: 'week', platform: 'meta' },
  ],
  strategy: [{ platform: 'meta', objective: 'Sales', campaign_types: ['Advantage+'], notes: '' }],
  preferences: { tone: 'conversational', language: 'nl', include_benchmarks: true, highlight_creatives: false, notes: '' },
};

const NOTHING: Knowledge = { version: 0, changed_at: null, changed_by: null, industry: null, knowledge: { context: { industry: '', business_model: '', products: [], customer: '', average_order_value: null, gross_margin: null, notes: '' }, targets: [], strategy: [], preferences: { tone: 'conversational', language: 'en', include_benchmarks: true, highlight_creatives: false, notes: '' } } };

let kept = new Map<string, Knowledge>();
let refused = new Set<string>();

export function resetKnowledge(): void {
  kept = new Map([['north-sea-coffee', { version: 3, changed_at: '2026-11-02T09:30:00Z', changed_by: 'ada@example.com', industry: INDUSTRIES[1]!, knowledge: COFFEE }]]);
  refused = new Set();
}
resetKnowledge();

export function keptKnowledge(tenant: string): Knowledge {
  return kept.get(tenant) ?? NOTHING;
}

export interface Fault {
  field: string;
  detail: string;
}

/** Keeps what was sent; or the faults, or `conflict`. */
export function putKnowledge(tenant: string, sent: { version: number; knowledge: KnowledgeText }, by: string | null, now: string): Knowledge | Fault[] | 'conflict' {
  const before = keptKnowledge(tenant);
  const { knowledge } = sent;
  if (knowledge.context.notes.includes('meanwhile') && !refused.has(tenant)) {
    refused.add(tenant);
    kept.set(tenant, { ...before, version: before.version + 1, changed_by: 'bob@example.com', changed_at: now, knowledge: { ...before.knowledge, context: { ...before.knowledge.context, customer: 'Offices.' } } });
    return 'conflict';
  }
  if (sent.version !== before.version) return 'conflict';
  const faults: Fault[] = [];
  if (!/^[a-z]{2,3}(-[A-Za-z]{2,4})?$/.test(knowledge.preferences.language)) faults.push({ field: 'preferences.language', detail: `'${knowledge.preferences.language}' is not a language: use a tag such as en or de-CH` });
  knowledge.targets.forEach((target, i) => {
    const same = knowledge.targets.findIndex((other) => other.metric === target.metric && other.platform === target.platform && other.period === target.period);
    if (same < i) faults.push({ field: `targets[${i}]`, detail: 'there is one of this metric, platform and period already' });
  });
  if (faults.length > 0) return faults;
  const industry = INDUSTRIES.find(({ name }) => name === knowledge.context.industry) ?? null;
  const next: Knowledge = { version: before.version + 1, changed_at: now, changed_by: by, industry, knowledge };
  kept.set(tenant, next);
  return next;
}

/** Hits of a few letters each; the server forgives slips, this only those of its own examples. */
export function searchKnowledge(tenant: string, q: string): KnowledgeHit[] {
  const words = q.toLowerCase().replace('retrun', 'return').split(/\W+/).filter((word) => word.length > 2);
  const notes = keptKnowledge(tenant).knowledge.context.notes;
  const texts: [kind: string, id: string, title: string, names: string, body: string][] = [
    ...metricItems().map((m): [string, string, string, string, string] => ['metric', m.id, m.name, m.aliases.join(' '), m.description]),
    ...BENCHMARKS.map((b): [string, string, string, string, string] => ['benchmark', [b.metric, b.industry?.id ?? 'all', b.platform ?? 'all', b.network ?? 'all', b.as_of].join('/'), `${b.metric_name}: ${b.about}`, '', `Benchmark of ${b.metric_name}. ${b.source}, as of ${b.as_of}.`]),
    ['insight', 'cpa_rising', 'Conversions get dearer', '', 'A conversion costs a quarter more than in the period before. What to do: Find what changed.'],
    ['client', 'context', "The client's business", '', notes],
  ];
  const score = ([, , title, names, body]: (typeof texts)[number]): number =>
    words.filter((word) => `${title} ${names}`.toLowerCase().includes(word)).length * 3 + words.filter((word) => body.toLowerCase().includes(word)).length;
  const hits = texts.map((text) => ({ text, score: score(text) })).filter((hit) => hit.score > 0);
  hits.sort((a, b) => b.score - a.score);
  const marked = (body: string): KnowledgeHit['snippet'] => body.split(/(\w+)/).filter((text) => text !== '').map((text) => ({ text, hit: words.includes(text.toLowerCase()) }));
  return hits.map(({ text: [kind, id, title, , body], score }) => ({ kind, id, title, snippet: marked(body), score }));
}
