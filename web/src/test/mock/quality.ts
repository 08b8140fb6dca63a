// What the mock says of its own data: coverage, comparisons, checks and rates. A pure function of names and days, but for the checks
// that were run. The tenant "fjord-group" has an account in every city on every platform, to see whether the page stays quick; "alder-finch" is without a fault.
import type { Check, CheckHistoryItem, Checks, Coverage, CoveredAccount, DayState, Rates, ReadyView, Reconciliation, ReconciliationItem, ReconciliationSummary, Verdict } from '@/api/types';
import { addDays, daysOf, type Day, type Period } from '@/lib/period';
import { kindOf } from '@/lib/platforms';
import { ACCOUNTS, MANY_ACCOUNTS, OTHER_ACCOUNTS, hash, type MockAccount } from '@/test/mock/world';

const SETTLES: Record<string, number> = { ads: 28, shop: 30, site: 3, mail: 7 };
export function accountsOf(tenant: string): MockAccount[] {
  return [...ACCOUNTS, ...OTHER_ACCOUNTS, ...MANY_ACCOUNTS].filter((account) => account.tenant === tenant);
}

/** The account that began while others ran. */
const BEGAN = { account: 'NSC42x', daysAgo: 48 };

function stateOf(account: MockAccount, day: Day, today: Day): DayState {
  const age = Math.round((Date.parse(today) - Date.parse(day)) / 86_400_000);
  const chance = hash(`${account.id}${day}`) % 1000;
  if (account.tenant === 'kite-cargo' && (age < 96 || age > 190)) return 'missing';
  if (account.id === '120208977' && age <= 3) return 'missing';
  if (account.id === BEGAN.account && age > BEGAN.daysAgo) return 'before';
  if (account.id === '120208431' && age >= 44 && age <= 46) return 'mismatched';
  if (account.id === '4417720931' && age === 61) return 'doubtful';
  if (account.id === '314159265' && age <= 9) return 'doubtful';
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
  if (state === 'missing' || state === 'doubtful' || state === 'before') return [];
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
      source: account.source, account: account.id, name: account.name, currency: account.currency, days: items.filter((day) => day.length > 0).length,
      equal: count('equal'), mismatched: count('mismatched'), provisional: count('provisional'), untold: items.filter((day) => day.length === 0).length,
    };
  });
  const items = all.flatMap((one) => one.items.flat()).filter((item) => !verdict || item.verdict === verdict);
  items.sort((a, b) => b.date.localeCompare(a.date) || a.name.localeCompare(b.name));
  const start = Number(cursor ?? 0);
  return { from: period.from, to: period.to, summary, items: items.slice(start, start + limit), next_cursor: start + limit < items.length ? String(start + limit) : null };
}

type Kind = ReturnType<typeof kindOf>;
const EVERY: readonly Kind[] = ['ads', 'site', 'mail', 'shop'];

/** Of the server's own checks, one for each way a check can come out. */
const ASKED: readonly (Omit<Check, 'results'> & { about: readonly Kind[] })[] = [
  { id: 'reconciled', name: 'Matches the source\'s own total', description: 'Our sum of each settled day equals what the source says of the account as a whole, spend to the cent.', help: 'Sync the days named again. If they still differ, compare them with the source\'s own screen and look there for campaigns or orders that the connected login may not see.', severity: 'error', about: EVERY },
  { id: 'unique_rows', name: 'Every row once', description: 'No ad, order, visit group or mailing stands twice on one day, and no order on two days.', help: 'Sync the days named again: reading replaces them as a whole. If rows of a file are repeated, import a file without the repetition.', severity: 'error', about: EVERY },
  { id: 'continuity', name: 'No missing days', description: 'Every day since the account\'s first was read.', help: 'Sync the missing days. If that fails, look at the connection\'s health: the sign-in may have ended.', severity: 'error', about: EVERY },
  { id: 'volume', name: 'Usual number of rows', description: 'No settled-in day has far fewer rows than the same weekday had in the four weeks before.', help: 'Look on the platform whether campaigns were paused or tracking was removed that day. If not, sync the day again.', severity: 'warning', about: ['ads', 'site', 'shop'] },
  { id: 'freshness', name: 'Read lately', description: 'Facts were read within the last day and a half.', help: 'Look at the connection\'s health, then sync. If syncing by itself is switched off, switch it on.', severity: 'warning', about: EVERY },
  { id: 'whole_answers', name: 'Nothing left out by the source', description: 'Analytics do not withhold, group or estimate a part of the visits.', help: 'Look at the property\'s reporting identity and data thresholds in Google Analytics, then sync these days again. Until then their figures are incomplete or estimated.', severity: 'warning', about: ['site'] },
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
  if (accounts.length === 0) return { checked_at: null, items: [] };
  const answer = (check: (typeof ASKED)[number], account: MockAccount): Check['results'][number] => {
    const base = { source: account.source, account: account.id, name: account.name, checked_at: at, days: [] as string[], since: '2026-11-01T06:00:00Z' };
    const since = new Date(Date.parse(at) - 3 * 86_400_000).toISOString();
    const fails = (message: string, days: string[]) => ({ ...base, state: 'failed' as const, message, days, since });
    const ago = (...days: number[]): string[] => days.map((n) => addDays(today, -n));
    if (check.id === 'continuity' && account.id === '120208977') return fails(`3 days were not read: ${ago(3, 2, 1).join(', ')}`, ago(3, 2, 1));
    if (check.id === 'continuity' && account.id === 'nsc-coffee') return fails(`a day was not read: ${addDays(today, -37)}`, ago(37));
    if (check.id === 'reconciled' && account.id === '120208431') return fails(`spend of ${addDays(today, -44)} differs: we have 434.99 EUR, the source says 431.87 EUR, and 2 more`, ago(46, 45, 44));
    if (check.id === 'whole_answers' && account.id === '314159265') return fails(`the source says that it left something out on ${ago(1, 2, 3).join(', ')} and 6 more`, ago(9, 8, 7, 6, 5, 4, 3, 2, 1));
    if (check.id === 'freshness' && account.id === '120208977') return fails(`last read ${new Date(Date.parse(at) - 60 * 3_600_000).toISOString()}`, []);
    if (check.id === 'volume' && kindOf(account.source) === 'shop') return { ...base, state: 'skipped', message: 'there is too little history to tell what is usual' };
    return { ...base, state: 'passed', message: 'nothing to say' };
  };
  return {
    checked_at: at,
    items: ASKED.map(({ about, ...check }) => ({ ...check, results: accounts.filter(({ source }) => about.includes(kindOf(source))).map((account) => answer({ about, ...check }, account)) })),
  };
}

/** A line for each time the answer changed: what fails now held before, after a time in which it failed as well. */
export function checkHistory(tenant: string, id: string, source: string, account: string, today: Day, readAt: string): CheckHistoryItem[] {
  const result = checks(tenant, today, readAt).items.find((check) => check.id === id)?.results.find((r) => r.source === source && r.account === account);
  if (!result) return [];
  if (result.state !== 'failed') return [result];
  const before = (days: number): string => new Date(Date.parse(result.checked_at) - days * 86_400_000).toISOString();
  const line = (state: 'passed' | 'failed', since: number, until: number): CheckHistoryItem => ({
    ...result, state, message: state === 'passed' ? 'nothing to say' : result.message, days: state === 'passed' ? [] : result.days, since: before(since), checked_at: before(until),
  });
  return [result, line('passed', 30, 4), line('failed', 31, 31), line('passed', 90, 32)];
}

const CURRENCIES = ['AUD', 'BGN', 'BRL', 'CAD', 'CHF', 'CNY', 'CZK', 'DKK', 'GBP', 'HKD', 'HUF', 'IDR', 'ILS', 'INR', 'ISK', 'JPY', 'KRW', 'MXN', 'MYR', 'NOK', 'NZD', 'PHP', 'PLN', 'RON', 'SEK', 'SGD', 'THB', 'TRY', 'USD', 'ZAR'];

export function rates(today: Day, readAt: string, stale = false): Rates {
  return {
    base: 'EUR', last_day: addDays(today, stale ? -8 : -1), read_at: readAt, currencies: CURRENCIES, stale,
    message: stale ? `the newest rates are of ${addDays(today, -8)}: the European Central Bank has not answered since` : null,
  };
}

const VIEWS: readonly [string, string][] = [
  ['dim_date', 'a day: year, quarter, month, ISO week, day of the week from Monday = 1'],
  ['dim_entity', 'what was known of an account, campaign, ad group or ad, and from when to when (SCD 2)'],
  ['ad_reporting__account_report', "an ad account's day"],
  ['ad_reporting__campaign_report', "a campaign's day"],
  ['ad_reporting__ad_group_report', "an ad group's day"],
  ['ad_reporting__ad_report', "an ad's day"],
  ['ad_reporting__keyword_report', "a keyword's day"],
  ['ad_reporting__search_report', "a search term's day"],
  ['campaign_daily_summary', "a campaign's day with its ratios and its place in the calendar"],
  ['platform_comparison', "a platform's day in one currency, with ratios and claimed profit"],
  ['store_daily', "a shop's day by new or returning customers and by how the visit was marked"],
];

/** The ready views, with two of their columns. */
export function readyViews(): ReadyView[] {
  return VIEWS.map(([name, description]) => ({ name, description, columns: [{ name: 'date_day', kind: 'day' }, { name: 'spend', kind: 'amount' }] }));
}
