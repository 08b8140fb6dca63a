// A small advertising world for development and journeys: everything is a pure function of names and days, so two reads agree.
import { addDays, type Day } from '@/lib/period';

export interface Ad {
  tenant: string;
  platform: string;
  account: string;
  accountName: string;
  campaign: string;
  campaignName: string;
  status: string;
  adGroup: string;
  adGroupName: string;
  ad: string;
  adName: string;
  /** Impressions on an ordinary day. */
  weight: number;
  cpm: number;
  ctr: number;
  cvr: number;
  aov: number;
}

export interface Fact {
  spend: number;
  impressions: number;
  clicks: number;
  link_clicks: number;
  conversions: number;
  revenue: number;
  orders: number;
  store_revenue: number;
  new_customers: number;
}

export const ZERO: Fact = { spend: 0, impressions: 0, clicks: 0, link_clicks: 0, conversions: 0, revenue: 0, orders: 0, store_revenue: 0, new_customers: 0 };

export function hash(text: string): number {
  let h = 2166136261;
  for (let i = 0; i < text.length; i += 1) {
    h ^= text.charCodeAt(i);
    h = Math.imul(h, 16777619);
  }
  h ^= h >>> 15;
  h = Math.imul(h, 0x2c1b3c6d);
  h ^= h >>> 12;
  return h >>> 0;
}

/** In [0, 1). */
const unit = (text: string): number => hash(text) / 4294967296;

export interface MockAccount {
  tenant: string;
  source: string;
  id: string;
  name: string;
  currency: string;
  timezone: string;
  connection: string | null;
}

export const TENANTS = [
  { id: 'north-sea-coffee', name: 'North Sea Coffee', currency: 'EUR', timezone: 'Europe/Amsterdam', industry: 'Food and drink' },
  { id: 'alder-finch', name: 'Alder & Finch', currency: 'GBP', timezone: 'Europe/London', industry: 'Fashion' },
  { id: 'juniper-sleep', name: 'Juniper Sleep', currency: 'USD', timezone: 'America/New_York', industry: 'Home' },
  { id: 'kite-cargo', name: 'Kite Cargo Bikes', currency: 'EUR', timezone: 'Europe/Berlin', industry: 'Mobility' },
  { id: 'fjord-group', name: 'Fjord Group', currency: 'EUR', timezone: 'Europe/Oslo', industry: 'Travel' },
  { id: 'harbour-yoga', name: 'Harbour Yoga', currency: 'EUR', timezone: 'Europe/Lisbon', industry: 'Fitness' },
];

export const ACCOUNTS: MockAccount[] = [
  { tenant: 'north-sea-coffee', source: 'meta', id: '120208431', name: 'North Sea Coffee NL', currency: 'EUR', timezone: 'Europe/Amsterdam', connection: 'con_nsc1' },
  { tenant: 'north-sea-coffee', source: 'meta', id: '120208977', name: 'North Sea Coffee DE', currency: 'EUR', timezone: 'Europe/Berlin', connection: 'con_nsc2' },
  { tenant: 'north-sea-coffee', source: 'google', id: '4417720931', name: 'NSC Search', currency: 'EUR', timezone: 'Europe/Amsterdam', connection: null },
  { tenant: 'alder-finch', source: 'meta', id: '120301122', name: 'Alder & Finch UK', currency: 'GBP', timezone: 'Europe/London', connection: 'con_af1' },
  { tenant: 'juniper-sleep', source: 'meta', id: '120411007', name: 'Juniper Sleep US', currency: 'USD', timezone: 'America/New_York', connection: 'con_js1' },
  { tenant: 'kite-cargo', source: 'meta', id: '120511008', name: 'Kite Cargo Bikes', currency: 'EUR', timezone: 'Europe/Berlin', connection: 'con_kc1' },
];

/** Accounts that hold no ads: shops, sites, mailings. */
export const OTHER_ACCOUNTS: MockAccount[] = [
  { tenant: 'north-sea-coffee', source: 'shopify', id: 'nsc-coffee', name: 'North Sea Coffee shop', currency: 'EUR', timezone: 'Europe/Amsterdam', connection: 'con_nsc3' },
  { tenant: 'north-sea-coffee', source: 'ga4', id: '314159265', name: 'northseacoffee.example', currency: 'EUR', timezone: 'Europe/Amsterdam', connection: 'con_nsc4' },
  { tenant: 'north-sea-coffee', source: 'klaviyo', id: 'NSC42x', name: 'North Sea Coffee letters', currency: 'USD', timezone: 'Europe/Amsterdam', connection: 'con_nsc5' },
];

const SOURCES = ['meta', 'google', 'linkedin', 'tiktok', 'pinterest', 'magento', 'shopify', 'ga4', 'klaviyo'];
const CITIES = ['Bergen', 'Oslo', 'Malmö', 'Aarhus', 'Turku'];

/** Every platform in every city, named alike, and one with a name nobody made room for. */
export const MANY_ACCOUNTS: MockAccount[] = [
  ...SOURCES.flatMap((source, s) => CITIES.map((city, c) => [source, String(77_000_100 + s * 10 + c), `Fjord ${city}`] as const)),
  ['magento', 'https://shop.fjordhospitality.example/nordics', 'shop.fjordhospitality.example (Wholesale and hospitality, Nordics)'] as const,
].map(([source, id, name]) => ({ tenant: 'fjord-group', source, id, name, currency: 'EUR', timezone: 'Europe/Oslo', connection: `con_${source}_${id}` }));

/** Whose orders the store counts. */
export const SHOPS: ReadonlySet<string> = new Set(OTHER_ACCOUNTS.filter((account) => account.source === 'shopify' || account.source === 'magento').map((account) => account.tenant));

const CAMPAIGNS = [
  ['Prospecting | Broad | Purchases', 'active', 5.2],
  ['Advantage+ Shopping | All products', 'active', 6.1],
  ['Retargeting | Viewed 14 days', 'active', 2.1],
  ['Retargeting | Cart 7 days', 'active', 1.2],
  ['Subscriptions | Lookalike 1 %', 'with_issues', 2.6],
  ['Autumn roast | Launch', 'active', 3.4],
  ['Gift boxes | Early season', 'active', 1.9],
  ['Brand film | Reach', 'paused', 1.4],
  ['Winback | Lapsed 90 days', 'active', 0.8],
  ['New visitors | Quiz funnel', 'pending', 0.5],
  ['Summer cold brew', 'ended', 0.9],
] as const;
const GROUPS = ['Broad 25–54', 'Interests | Speciality', 'Lookalike | Buyers'];
const ADS = ['Carousel | Best sellers', 'Video 15 s | Morning', 'Static | Offer', 'UGC | Unboxing'];
const FUNNEL: Record<string, readonly [number, number, number]> = {
  Retargeting: [11.5, 0.024, 0.062],
  Winback: [9.8, 0.021, 0.049],
  Prospecting: [6.4, 0.0142, 0.021],
  Brand: [3.1, 0.006, 0.008],
};

export const WORLD_ADS: Ad[] = ACCOUNTS.flatMap((account) =>
  CAMPAIGNS.filter((_, i) => (account.source === 'google' ? i < 3 : unit(`${account.id}/${i}`) > 0.12)).flatMap(([name, status, size], c) => {
    const campaign = `${account.id}${String(100 + c)}`;
    const [cpm, ctr, cvr] = FUNNEL[name.split(' ')[0] ?? ''] ?? [7.2, 0.0155, 0.026];
    const label = account.source === 'google' ? name.replace('Prospecting | Broad', 'Search | Generic').replace('Advantage+ Shopping', 'Performance Max') : name;
    return GROUPS.flatMap((groupName, g) =>
      ADS.map((adName, a): Ad => {
        const adId = `${campaign}${g}${a}`;
        const jitter = 0.7 + unit(`w${adId}`) * 0.6;
        return {
          tenant: account.tenant,
          platform: account.source,
          account: account.id,
          accountName: account.name,
          campaign,
          campaignName: label,
          status,
          adGroup: `${campaign}${g}`,
          adGroupName: groupName,
          ad: adId,
          adName,
          weight: size * 620 * jitter * (g === 0 ? 1.6 : 0.8),
          cpm: cpm * (0.85 + unit(`c${adId}`) * 0.3),
          ctr: ctr * (0.8 + unit(`t${adId}`) * 0.4),
          cvr: cvr * (0.75 + unit(`v${adId}`) * 0.5),
          aov: 34 + unit(`o${account.id}`) * 30 + unit(`o${adId}`) * 12,
        };
      }),
    );
  }),
);

/** Orders no ad platform's click brought. */
export const UNPAID: Ad[] = [...SHOPS].map((tenant) => ({
  tenant, platform: '', account: 'nsc-coffee', accountName: 'North Sea Coffee shop', campaign: '', campaignName: '', status: '', adGroup: '', adGroupName: '', ad: `${tenant}-unpaid`, adName: '',
  weight: 42_000, cpm: 0, ctr: 0.021, cvr: 0.03, aov: 51,
}));

/** What went wrong in the last days of the world: a landing page that sells no more, and a budget somebody raised. */
export const INCIDENTS = {
  page: { campaign: '120208431100', days: 6 },
  budget: { campaign: '120208431102', days: 9 },
} as const;

function incident(ad: Ad, age: number): { volume: number; cvr: number } {
  return {
    volume: ad.campaign === INCIDENTS.budget.campaign && age < INCIDENTS.budget.days ? 2.4 : 1,
    cvr: ad.campaign === INCIDENTS.page.campaign && age < INCIDENTS.page.days ? 0.28 : 1,
  };
}

const WEEKDAY = [1.12, 0.94, 0.92, 0.97, 1.02, 1.08, 1.16];

/** What one ad did on one day; micros for money. */
export function factOf(ad: Ad, day: Day, firstDay: Day, lastDay: Day): Fact | null {
  if (day < firstDay || day > lastDay) return null;
  const n = Math.round(Date.parse(day) / 86_400_000);
  if (ad.status === 'ended' && n % 400 > 330) return null;
  const season = 1 + 0.16 * Math.sin((n / 365) * 2 * Math.PI + 1.2) + 0.1 * Math.sin(n / 9 + unit(ad.campaign) * 6);
  const noise = 0.82 + unit(`${ad.ad}${day}`) * 0.36;
  const wave = 1 + 0.28 * Math.sin(n / 17 + unit(`x${ad.campaign}`) * 6.28);
  const age = Math.round((Date.parse(lastDay) - Date.parse(day)) / 86_400_000);
  const { volume, cvr } = incident(ad, age);
  const impressions = Math.round(volume * ad.weight * (WEEKDAY[n % 7] ?? 1) * season * noise * wave);
  const clicks = Math.round(impressions * ad.ctr * (0.86 + unit(`k${ad.ad}${day}`) * 0.28));
  const spend = Math.round((impressions * ad.cpm * (0.93 + unit(`p${ad.campaign}${day}`) * 0.14)) / 10) * 10_000;
  // Conversions arrive late: the newest days look worse than they will.
  const ripe = Math.min(1, 0.72 + age * 0.045);
  const conversions = Math.round(clicks * ad.cvr * cvr * ripe * (0.7 + unit(`q${ad.ad}${day}`) * 0.75) * 100) / 100;
  const revenue = Math.round(conversions * ad.aov * 100) * 10_000;
  // The store credits the last click alone, and knows nothing of views: platforms claim more than it counts.
  const counted = SHOPS.has(ad.tenant) ? (ad.platform === 'meta' ? 0.58 : 0.81) : 0;
  const orders = conversions * counted;
  const store = { orders, store_revenue: Math.round(orders * ad.aov * 100) * 10_000, new_customers: orders * 0.46 };
  // What no ad brought costs nothing and is claimed by nobody.
  if (ad.platform === '') return { ...ZERO, ...store };
  return { ...ZERO, spend, impressions, clicks, link_clicks: Math.round(clicks * 0.82), conversions, revenue, ...store };
}

export function coverageOf(account: MockAccount, today: Day): { first: Day; last: Day } {
  if (account.tenant === 'kite-cargo') return { first: addDays(today, -190), last: addDays(today, -96) };
  return { first: addDays(today, -400), last: addDays(today, -1) };
}
