// What the mock says of its own data: coverage, comparisons, checks and rates. A pure function of names and days, but for the checks
// that were run. The tenant "fjord-group" has forty accounts, to see whether the page stays quick; "alder-finch" is without a fault.
import type { Check, CheckHistoryItem, Checks, Coverage, CoveredAccount, DayState, Rates, Reconciliation, ReconciliationItem, ReconciliationSummary, Verdict } from '@/api/types';
import { addDays, daysOf, type Day, type Period } from '@/lib/period';
import { kindOf } from '@/lib/platforms';
import { ACCOUNTS, OTHER_ACCOUNTS, hash, type MockAccount } from '@/test/mock/world';

const SETTLES: Record<string, number> = { ads: 28, shop: 30, site: 3, mail: 7 };
const SOURCES = ['meta', 'google', 'linkedin', 'tiktok', 'pinterest', 'shopify', 'ga4', 'klaviyo'];
const CITIES = ['Bergen', 'Oslo', 'Malmö', 'Aarhus', 'Turku'];

const FJORD: MockAccount[] = SOURCES.flatMap((source, s) =>
  CITIES.map((city, c) => ({
    tenant: 'fjord-group', source, id: String(77_000_100 + s * 10 + c), name: `Fjord ${city}`, currency: 'EUR', timezone: 'Europe/Oslo', connection: null,
  })),
);

export function accountsOf(tenant: string): MockAccount[] {
  return [...ACCOUNTS, ...OTHER_ACCOUNTS, ...FJORD].filter((account) => account.tenant === tenant);
}

function stateOf(account: MockAccount, day: Day, today: Day): DayState {
  const age = Math.round((Date.parse(today) - Date.parse(day)) / 86_400_000);
  const chance = hash(`${account.id}${day}`) % 1000;
  if (account.tenant === 'kite-cargo' && (age < 96 || age > 190)) return 'missing';
  if (account.id === '120208977' && age <= 3) return 'missing';
  if (account.id === '120208431' && age >= 44 && age <= 46) return 'mismatched';
  if (account.id === '4417720931' && age === 61) return 'doubtful';
  if (account.id === 'nsc-coffee' && age === 37) return 'missing';
  if (account.source === 'klaviyo' && chance < 550 && age > 0) return age <= 7 ? 'provisional' : 'empty';
  if (account.tenant === 'fjord-group' && chance < 4) return (['missing', 'mismatched', 'doubtful'] as const)[chance % 3] ?? 'missing';
  if (age <= (SETTLES[kindOf(account.source)] ?? 28)) return 'provisional';
  return 'present';
}

function covered(account: MockAccount, period: Period, today: Day, readAt: string): CoveredAccount {
  const runs: CoveredAccount['runs'] = [];
  for (const day of daysOf(period)) {
    const state = stateOf(account, day, today);
    const last = runs.at(-1);
    if (last?.state === state) last.to = day;
    else runs.push({ from: day, to: day, state });
  }
  return {
    source: account.source, account: account.id, name: account.name, kind: kindOf(account.source), zone: account.timezone, currency: account.currency,
    data_as_of: readAt, settled_through: addDays(today, -(SETTLES[kindOf(account.source)] ?? 28) - 1), runs,
  };
}

export function coverage(tenant: string, period: Period, today: Day, readAt: string): Coverage {
  return { ...period, accounts: accountsOf(tenant).map((account) => covered(account, period, today, readAt)) };
}

const FIGURES: Record<string, readonly ReconciliationItem['figure'][]> = {
  ads: ['spend', 'impressions'], shop: ['orders', 'revenue'], site: ['sessions'], mail: ['recipients'],
};

function compared(account: MockAccount, day: Day, today: Day, readAt: string): ReconciliationItem[] {
  const state = stateOf(account, day, today);
  if (state === 'missing' || state === 'doubtful') return [];
  const h = hash(`r${account.id}${day}`);
  return (FIGURES[kindOf(account.source)] ?? []).map((figure, i): ReconciliationItem => {
    const money = figure === 'spend' || figure === 'revenue';
    const cents = 40_000 + (h % 160_000);
    // Only the first figure of a day is off; one that settles now and then.
    const off = i > 0 ? 0 : state === 'mismatched' ? 312 : state === 'provisional' && h % 9 === 0 ? -87 : 0;
    const shown = (value: number): string | number => (money ? (value / 100).toFixed(2) : Math.round(value / 100));
    const theirs = state === 'empty' ? 0 : cents;
    const verdict: Verdict = state === 'provisional' ? 'provisional' : off === 0 ? 'equal' : 'mismatched';
    return {
      source: account.source, account: account.id, name: account.name, date: day, figure, unit: money ? 'money' : 'count', currency: money ? account.currency : null,
      ours: shown(theirs + off), theirs: shown(theirs), difference: shown(off), verdict, read_at: readAt,
    };
  });
}

interface Page {
  verdict: string | null;
  limit: number;
  cursor: string | null;
}

export function reconciliation(tenant: string, period: Period, { verdict, limit, cursor }: Page, today: Day, readAt: string): Reconciliation {
  const days = daysOf(period);
  const all = accountsOf(tenant).map((account) => ({ account, items: days.map((day) => compared(account, day, today, readAt)) }));
  const summary = all.map(({ account, items }): ReconciliationSummary => {
    const count = (is: Verdict): number => items.filter((day) => (is === 'mismatched' ? day.some((item) => item.verdict === is) : day.length > 0 && day.every((item) => item.verdict === is))).length;
    return {
      source: account.source, account: account.id, name: account.name, currency: account.currency, days: items.length,
      equal: count('equal'), mismatched: count('mismatched'), provisional: count('provisional'), untold: items.filter((day) => day.length === 0).length,
    };
  });
  const items = all.flatMap((one) => one.items.flat()).filter((item) => !verdict || item.verdict === verdict);
  items.sort((a, b) => b.date.localeCompare(a.date) || a.name.localeCompare(b.name));
  const start = Number(cursor ?? 0);
  return { from: period.from, to: period.to, summary, items: items.slice(start, start + limit), next_cursor: start + limit < items.length ? String(start + limit) : null };
}

const ASKED: readonly Omit<Check, 'results'>[] = [
  { id: 'no_gaps', name: 'No day is missing', description: 'every day since the first one that was read is there', severity: 'error' },
  { id: 'equals_source', name: 'Sums equal the source’s totals', description: 'spend and impressions of settled days equal what the source adds up itself', severity: 'error' },
  { id: 'no_duplicates', name: 'No row twice', description: 'no day holds the same ad, order or mailing twice', severity: 'error' },
  { id: 'sudden_zero', name: 'No sudden silence', description: 'an account that spent every day does not stop without a reason', severity: 'warning' },
  { id: 'untagged_orders', name: 'Orders carry a campaign', description: 'most orders that came from an ad say which', severity: 'warning' },
  { id: 'zone_agrees', name: 'Time zones agree', description: 'accounts of one tenant cut their days alike', severity: 'warning' },
];

/** How long ago each tenant's checks were run by hand, if they were. */
const ran = new Map<string, string>();

export function resetChecks(): void {
  ran.clear();
}

export function rerun(tenant: string, at: string): void {
  ran.set(tenant, at);
}

export function checks(tenant: string, today: Day, readAt: string): Checks {
  const accounts = accountsOf(tenant);
  const at = ran.get(tenant) ?? readAt;
  if (accounts.length === 0) return { checked_at: null, items: ASKED.map((check) => ({ ...check, results: [] })) };
  const answer = (check: (typeof ASKED)[number], account: MockAccount): Check['results'][number] => {
    const base = { source: account.source, account: account.id, name: account.name, checked_at: at, days: [] as string[], since: '2026-11-01T06:00:00Z' };
    const since = new Date(Date.parse(at) - 3 * 86_400_000).toISOString();
    const fails = (message: string, days: string[]) => ({ ...base, state: 'failed' as const, message, days, since });
    if (check.id === 'no_gaps' && account.id === '120208977') return fails('3 days are missing: the connection needs a new token', [3, 2, 1].map((n) => addDays(today, -n)));
    if (check.id === 'no_gaps' && account.id === 'nsc-coffee') return fails(`${addDays(today, -37)} was never read to its end`, [addDays(today, -37)]);
    if (check.id === 'equals_source' && account.id === '120208431') return fails('spend differs by 3.12 EUR on each of 3 days', [46, 45, 44].map((n) => addDays(today, -n)));
    if (check.id === 'untagged_orders' && account.id === 'nsc-coffee') return fails('41 % of the orders of the last 28 days came by a link without utm_source', Array.from({ length: 9 }, (_, n) => addDays(today, -9 + n)));
    if (check.id === 'zone_agrees' && account.id === '120208977') return fails('cuts its days in Europe/Berlin, the tenant in Europe/Amsterdam', []);
    if (check.id === 'untagged_orders' && kindOf(account.source) !== 'shop') return { ...base, state: 'skipped', message: 'not a shop' };
    return { ...base, state: 'passed', message: 'nothing to say' };
  };
  return { checked_at: at, items: ASKED.map((check) => ({ ...check, results: accounts.map((account) => answer(check, account)) })) };
}

export function checkHistory(tenant: string, id: string, source: string, account: string, today: Day, readAt: string): CheckHistoryItem[] {
  const result = checks(tenant, today, readAt).items.find((check) => check.id === id)?.results.find((r) => r.source === source && r.account === account);
  if (!result) return [];
  return Array.from({ length: 12 }, (_, i): CheckHistoryItem => {
    const failed = result.state === 'failed' && i < 4;
    return {
      ...result,
      checked_at: new Date(Date.parse(result.checked_at) - i * 86_400_000).toISOString(),
      state: failed ? 'failed' : result.state === 'skipped' ? 'skipped' : 'passed',
      message: failed ? result.message : result.state === 'skipped' ? result.message : 'nothing to say',
    };
  });
}

const CURRENCIES = ['AUD', 'BGN', 'BRL', 'CAD', 'CHF', 'CNY', 'CZK', 'DKK', 'GBP', 'HKD', 'HUF', 'IDR', 'ILS', 'INR', 'ISK', 'JPY', 'KRW', 'MXN', 'MYR', 'NOK', 'NZD', 'PHP', 'PLN', 'RON', 'SEK', 'SGD', 'THB', 'TRY', 'USD', 'ZAR'];

export function rates(today: Day, readAt: string, stale = false): Rates {
  return {
    base: 'EUR', last_day: addDays(today, stale ? -8 : -1), read_at: readAt, currencies: CURRENCIES, stale,
    message: stale ? `the newest rates are of ${addDays(today, -8)}: the European Central Bank has not answered since` : null,
  };
}
