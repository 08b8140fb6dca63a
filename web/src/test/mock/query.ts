// The mock's metric query: the subset the client asks for, with the answers' real shape.
import type { QueryRequest, QueryResult } from '@/api/types';
import { addDays, comparedPeriod, daysOf, lengthOf, type Day, type Period } from '@/lib/period';
import { ACCOUNTS, OTHER_ACCOUNTS, SHOPS, UNPAID, WORLD_ADS, ZERO, coverageOf, factOf, hash, type Ad, type Fact } from '@/test/mock/world';

const METRICS: Record<string, { label: string; unit: string; direction: string; of: (f: Fact) => number | null }> = {
  spend: { label: 'Spend', unit: 'money', direction: 'neutral', of: (f) => f.spend },
  impressions: { label: 'Impressions', unit: 'count', direction: 'neutral', of: (f) => f.impressions },
  clicks: { label: 'Clicks', unit: 'count', direction: 'higher', of: (f) => f.clicks },
  link_clicks: { label: 'Link clicks', unit: 'count', direction: 'higher', of: (f) => f.link_clicks },
  conversions: { label: 'Conversions', unit: 'number', direction: 'higher', of: (f) => Math.round(f.conversions * 100) / 100 },
  revenue: { label: 'Revenue', unit: 'money', direction: 'higher', of: (f) => f.revenue },
  ctr: { label: 'CTR', unit: 'percent', direction: 'higher', of: (f) => over(f.clicks * 100, f.impressions) },
  cpc: { label: 'CPC', unit: 'money', direction: 'lower', of: (f) => over(f.spend, f.clicks) },
  cpm: { label: 'CPM', unit: 'money', direction: 'lower', of: (f) => over(f.spend * 1000, f.impressions) },
  cvr: { label: 'CVR', unit: 'percent', direction: 'higher', of: (f) => over(f.conversions * 100, f.clicks) },
  cpa: { label: 'CPA', unit: 'money', direction: 'lower', of: (f) => over(f.spend, f.conversions) },
  roas: { label: 'ROAS', unit: 'ratio', direction: 'higher', of: (f) => over(f.revenue, f.spend) },
  aov: { label: 'AOV', unit: 'money', direction: 'higher', of: (f) => over(f.revenue, f.conversions) },
  orders: { label: 'Orders', unit: 'count', direction: 'higher', of: (f) => Math.round(f.orders) },
  store_revenue: { label: 'Store revenue', unit: 'money', direction: 'higher', of: (f) => f.store_revenue },
  net_store_revenue: { label: 'Net store revenue', unit: 'money', direction: 'higher', of: (f) => f.store_revenue * 0.93 },
  new_customers: { label: 'New customers', unit: 'count', direction: 'higher', of: (f) => Math.round(f.new_customers) },
  claimed_to_counted: { label: 'Claimed ÷ counted', unit: 'ratio', direction: 'neutral', of: (f) => (f.revenue === 0 ? null : over(f.revenue, f.store_revenue)) },
  mer: { label: 'MER', unit: 'ratio', direction: 'higher', of: (f) => over(f.store_revenue, f.spend) },
  ncac: { label: 'New-customer CAC', unit: 'money', direction: 'lower', of: (f) => (f.spend === 0 ? null : over(f.spend, f.new_customers)) },
};

/** Figures that count the store's orders, whoever brought them. */
const OF_STORES = new Set(['orders', 'store_revenue', 'net_store_revenue', 'new_customers', 'claimed_to_counted', 'mer', 'ncac']);

const over = (a: number, b: number): number | null => (b === 0 ? null : a / b);

const LABELS: Record<string, string> = {
  date: 'Date', platform: 'Platform', account: 'Account', campaign: 'Campaign', ad_group: 'Ad group', ad: 'Ad', status: 'Status',
};
const ENTITIES = new Set(['account', 'campaign', 'ad_group', 'ad']);

function keyOf(ad: Ad, day: Day, dimension: string): { id: string; name: string } {
  switch (dimension) {
    case 'date':
      return { id: day, name: day };
    case 'platform':
      return { id: ad.platform, name: ad.platform };
    case 'account':
      return { id: ad.account, name: ad.accountName };
    case 'campaign':
      return { id: ad.campaign, name: ad.campaignName };
    case 'ad_group':
      return { id: ad.adGroup, name: ad.adGroupName };
    case 'ad':
      return { id: ad.ad, name: ad.adName };
    default:
      return { id: ad.status, name: ad.status };
  }
}

type Test = (ad: Ad) => boolean;

function testsOf(where: string | null | undefined): Test[] {
  return [...(where ?? '').matchAll(/(\w+) (=|~) "((?:[^"\\]|\\.)*)"/g)].map(([, dimension = '', sign, raw = '']) => {
    const value = raw.replaceAll(/\\(.)/g, '$1');
    return (ad) => {
      const { id, name } = keyOf(ad, '', dimension);
      return sign === '=' ? id === value || name === value : name.toLowerCase().includes(value.toLowerCase());
    };
  });
}

const plus = (a: Fact, b: Fact): Fact => ({
  spend: a.spend + b.spend,
  impressions: a.impressions + b.impressions,
  clicks: a.clicks + b.clicks,
  link_clicks: a.link_clicks + b.link_clicks,
  conversions: a.conversions + b.conversions,
  revenue: a.revenue + b.revenue,
  orders: a.orders + b.orders,
  store_revenue: a.store_revenue + b.store_revenue,
  new_customers: a.new_customers + b.new_customers,
});

interface Group {
  keys: { id: string; name: string }[];
  sum: Fact;
}

function sums(ads: Ad[], by: string[], period: Period, anchor: Day, today: Day): { groups: Map<string, Group>; total: Fact | null } {
  const groups = new Map<string, Group>();
  let total: Fact | null = null;
  for (const ad of ads) {
    const account = [...ACCOUNTS, ...OTHER_ACCOUNTS].find((a) => a.id === ad.account)!;
    const { first, last } = coverageOf(account, today);
    daysOf(period).forEach((day, i) => {
      const fact = factOf(ad, day, first, last);
      if (!fact) return;
      total = plus(total ?? ZERO, fact);
      const keys = by.map((dimension) => keyOf(ad, addDays(anchor, i), dimension));
      const id = keys.map((key) => key.id).join('\u0000');
      const group = groups.get(id);
      if (group) group.sum = plus(group.sum, fact);
      else groups.set(id, { keys, sum: fact });
    });
  }
  return { groups, total };
}

function cells(metrics: string[], sum: Fact | null | undefined): Record<string, string | number | null> {
  return Object.fromEntries(
    metrics.map((id) => {
      const metric = METRICS[id]!;
      const value = sum ? metric.of(sum) : null;
      return [id, value === null ? null : metric.unit === 'money' ? (value / 1_000_000).toFixed(2) : value];
    }),
  );
}

export function unknownMetric(request: QueryRequest): string | null {
  return request.metrics.find((id) => !METRICS[id]) ?? null;
}

export function runQuery(tenant: string, request: QueryRequest, today: Day, now: string): QueryResult {
  const by = request.by ?? [];
  const { metrics, from, to } = request;
  const period = { from, to };
  const compared = comparedPeriod(period, request.compare ?? 'none');
  const tests = testsOf(request.where);
  const ads = [...WORLD_ADS, ...(metrics.some((id) => OF_STORES.has(id)) ? UNPAID : [])].filter((ad) => ad.tenant === tenant && tests.every((test) => test(ad)));
  const mine = ACCOUNTS.filter((a) => a.tenant === tenant);
  const now_ = sums(ads, by, period, from, today);
  const then = compared ? sums(ads, by, compared, from, today) : null;
  const rows = [...now_.groups].map(([id, { keys, sum }]) => {
    const row: Record<string, unknown> = { ...cells(metrics, sum) };
    by.forEach((dimension, i) => {
      row[dimension] = keys[i]!.name;
      if (ENTITIES.has(dimension)) row[`${dimension}_id`] = keys[i]!.id;
    });
    // What no ad brought has no spend and no claim, rather than none of them.
    if (row.platform === '') metrics.filter((id) => id === 'spend' || id === 'revenue').forEach((id) => (row[id] = null));
    if (then) row.compare = cells(metrics, then.groups.get(id)?.sum);
    return row;
  });
  const sort = request.sort ?? (by.includes('date') ? 'date' : `-${metrics[0] ?? ''}`);
  const key = sort.replace(/^-/, '');
  const sign = sort.startsWith('-') ? -1 : 1;
  const isText = Boolean(LABELS[key]);
  rows.sort((a, b) => {
    const [x, y] = [a[key], b[key]];
    if (isText) return sign * String(x).localeCompare(String(y));
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    return sign * (Number(x) - Number(y));
  });
  const limit = request.limit ?? 100_000;
  const settled = addDays(today, -29);
  return {
    columns: [
      ...by.map((d) => ({ key: d, kind: 'dimension' as const, label: LABELS[d] ?? d })),
      ...metrics.map((id) => ({ key: id, kind: 'metric' as const, label: METRICS[id]!.label, unit: METRICS[id]!.unit, direction: METRICS[id]!.direction })),
    ],
    rows: rows.slice(0, limit),
    totals: cells(metrics, now_.total),
    compare: compared && then ? { ...compared, totals: cells(metrics, then.total) } : null,
    from,
    to,
    currency: mine[0]?.currency ?? null,
    timezones: [...new Set(mine.map((a) => a.timezone))],
    freshness: mine.length > 0 ? now : null,
    provisional_from: mine.length > 0 && to > settled ? addDays(settled, 1) : null,
    source_hash: hash(JSON.stringify([tenant, request])).toString(16).padStart(8, '0').repeat(4),
    notes: lengthOf(period) === 1 ? ['Figures of a single day may still grow.'] : [],
    truncated: rows.length > limit,
    ...(SHOPS.has(tenant) ? { rates: { to: 'EUR', from: ['USD'], first: from, last: to, carried_days: Math.floor((lengthOf(period) * 2) / 7) } } : {}),
  };
}

export const METRIC_ITEMS = Object.entries(METRICS).map(([id, m]) => ({
  id,
  name: m.label,
  description: `${m.label}.`,
  unit: m.unit,
  direction: m.direction,
  additive: true,
  formula: null,
}));
