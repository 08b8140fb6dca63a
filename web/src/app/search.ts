// What the address bar holds. Everything a page shows can be linked to, reloaded and gone back from.
import { isCompare, isDay, lastDays, periodOf, type Compare, type Day, type Period } from '@/lib/period';

export interface ScopeSearch {
  tenant?: string;
  from?: Day;
  to?: Day;
  compare?: Compare;
}

export interface HomeSearch {
  campaign?: string;
  ad_group?: string;
  platform?: string;
  sort?: string;
  q?: string;
  chart?: string;
}

export interface ConnectionsSearch {
  panel?: 'connect' | 'import';
}

export interface DataSearch {
  verdict?: 'equal' | 'mismatched' | 'provisional' | 'all';
  day?: string;
  history?: string;
}

export interface FindingsSearch {
  kind?: string;
  severity?: 'warning' | 'critical';
  account?: string;
  state?: 'put_away' | 'all';
}

export interface FindingSearch {
  /** The opened evidence, by place. */
  show?: string;
}

export interface PacingSearch {
  /** The budget whose days are shown. */
  budget?: string;
  /** An open form: `new`, or the budget that is changed. */
  edit?: string;
}

export interface ForecastSearch {
  account?: string;
  metric?: string;
  days?: string;
}

export interface InsightsSearch {
  insight?: string;
  show?: string;
}

export interface ScoresSearch {
  account?: string;
}

export interface CreativesSearch {
  account?: string;
  ad?: string;
}

export interface FunnelSearch {
  account?: string;
}

export interface PatternsSearch {
  account?: string;
}

export interface PixelsSearch {
  /** The opened one, by account and pixel. */
  pixel?: string;
}

export interface KnowledgeSearch {
  part?: 'metrics' | 'benchmarks' | 'client';
  q?: string;
  category?: string;
  metric?: string;
  industry?: string;
  platform?: string;
}

export interface SettingsSearch {
  part?: 'people' | 'roles' | 'keys' | 'security' | 'client' | 'audit';
  of?: 'agency';
  by?: string;
  action?: string;
  outcome?: 'ok' | 'refused' | 'failed';
  since?: Day;
  until?: Day;
}

export interface SignInSearch {
  next?: string;
  /** What went wrong at a provider. */
  error?: string;
}

/** Values stay text: an account id of digits is no number. */
export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const pairs = Object.entries(search).flatMap(([key, value]) => (typeof value === 'string' && value !== '' ? [[key, value]] : []));
  const text = new URLSearchParams(pairs).toString();
  return text ? `?${text}` : '';
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

export function scopeSearch(search: Record<string, unknown>): ScopeSearch {
  const period = periodOf(search.from, search.to);
  return {
    tenant: text(search.tenant),
    from: period?.from,
    to: period?.to,
    compare: isCompare(search.compare) ? search.compare : undefined,
  };
}

export function homeSearch(search: Record<string, unknown>): HomeSearch {
  return {
    campaign: text(search.campaign),
    ad_group: text(search.campaign) ? text(search.ad_group) : undefined,
    platform: text(search.platform),
    sort: text(search.sort),
    q: text(search.q),
    chart: text(search.chart),
  };
}

export function connectionsSearch(search: Record<string, unknown>): ConnectionsSearch {
  return { panel: search.panel === 'connect' || search.panel === 'import' ? search.panel : undefined };
}

const VERDICTS = ['equal', 'mismatched', 'provisional', 'all'] as const;

export function dataSearch(search: Record<string, unknown>): DataSearch {
  return { verdict: VERDICTS.find((verdict) => verdict === search.verdict), day: text(search.day), history: text(search.history) };
}

export function findingsSearch(search: Record<string, unknown>): FindingsSearch {
  return {
    kind: text(search.kind),
    severity: search.severity === 'warning' || search.severity === 'critical' ? search.severity : undefined,
    account: text(search.account),
    state: search.state === 'put_away' || search.state === 'all' ? search.state : undefined,
  };
}

export function findingSearch(search: Record<string, unknown>): FindingSearch {
  const show = text(search.show);
  return { show: show && /^\d{1,2}$/.test(show) ? show : undefined };
}

export function pacingSearch(search: Record<string, unknown>): PacingSearch {
  return { budget: text(search.budget), edit: text(search.edit) };
}

export function forecastSearch(search: Record<string, unknown>): ForecastSearch {
  return { account: text(search.account), metric: text(search.metric), days: text(search.days) };
}

export function insightsSearch(search: Record<string, unknown>): InsightsSearch {
  return { insight: text(search.insight), ...findingSearch(search) };
}

export function scoresSearch(search: Record<string, unknown>): ScoresSearch {
  return { account: text(search.account) };
}

export function creativesSearch(search: Record<string, unknown>): CreativesSearch {
  return { account: text(search.account), ad: text(search.ad) };
}

export function funnelSearch(search: Record<string, unknown>): FunnelSearch {
  return { account: text(search.account) };
}

export function patternsSearch(search: Record<string, unknown>): PatternsSearch {
  return { account: text(search.account) };
}

export function pixelsSearch(search: Record<string, unknown>): PixelsSearch {
  return { pixel: text(search.pixel) };
}

const PARTS = ['metrics', 'benchmarks', 'client'] as const;

export function knowledgeSearch(search: Record<string, unknown>): KnowledgeSearch {
  return {
    part: PARTS.find((part) => part === search.part),
    q: text(search.q),
    category: text(search.category),
    metric: text(search.metric),
    industry: text(search.industry),
    platform: text(search.platform),
  };
}

const SETTINGS = ['people', 'roles', 'keys', 'security', 'client', 'audit'] as const;
const OUTCOMES = ['ok', 'refused', 'failed'] as const;

export function settingsSearch(search: Record<string, unknown>): SettingsSearch {
  return {
    part: SETTINGS.find((part) => part === search.part),
    of: search.of === 'agency' ? 'agency' : undefined,
    by: text(search.by),
    action: text(search.action),
    outcome: OUTCOMES.find((outcome) => outcome === search.outcome),
    since: isDay(search.since) ? search.since : undefined,
    until: isDay(search.until) ? search.until : undefined,
  };
}

/** Only a path of our own: a link must not lead a signed-in person elsewhere. */
export function signInSearch(search: Record<string, unknown>): SignInSearch {
  const next = text(search.next);
  return { next: next && /^\/(?![/\\])/.test(next) ? next : undefined, error: text(search.error) };
}

export const DEFAULT_COMPARE: Compare = 'previous';

/** Days a page shows before anybody chooses: figures of four weeks, gaps of three months. */
const DEFAULT_DAYS = 28;
const DEFAULT_DAYS_OF: Record<string, number> = { '/data': 90 };

export function scopeOf(search: ScopeSearch, today: Day, path = '/'): { period: Period; compare: Compare } {
  const chosen = isDay(search.from) && isDay(search.to) ? { from: search.from, to: search.to } : null;
  const period = chosen ?? lastDays(DEFAULT_DAYS_OF[path] ?? DEFAULT_DAYS, today);
  return { period, compare: search.compare ?? DEFAULT_COMPARE };
}
