// Home's questions to the one metric query.
import { metricQueryOptions } from '@/api/query';
import type { QueryRequest } from '@/api/types';
import { DIMENSIONS, levelOf, scopeFilter, type HomeView } from './levels';
import { STORE, TABLE, tilesOf } from './metrics';
import { allOf, contains } from '@/lib/filter';
import type { Compare, Period } from '@/lib/period';

export interface HomeScope {
  tenant: { id: string; name: string; timezone: string };
  today: string;
  period: Period;
  compare: Compare;
}

const ROWS_MAX = 5_000;

function base({ period, compare }: HomeScope): Pick<QueryRequest, 'from' | 'to' | 'compare'> {
  return { ...period, ...(compare === 'none' ? {} : { compare }) };
}

function where(text: string | undefined): Pick<QueryRequest, 'where'> {
  return text === undefined ? {} : { where: text };
}

/** The tiles, their sparklines and the chart, in one answer. */
export function dailyOptions(scope: HomeScope, view: HomeView, hasShop: boolean) {
  return metricQueryOptions(scope.tenant.id, { metrics: [...tilesOf(view, hasShop)], by: ['date'], ...base(scope), ...where(scopeFilter(view)) });
}

export function tableOptions(scope: HomeScope, view: HomeView) {
  const level = levelOf(view);
  return metricQueryOptions(scope.tenant.id, {
    metrics: [...TABLE],
    by: [...DIMENSIONS[level]],
    ...base(scope),
    ...where(allOf([scopeFilter(view), view.q ? contains(level, view.q) : null])),
    sort: view.sort ?? '-spend',
    limit: ROWS_MAX,
  });
}

export function platformsOptions(scope: HomeScope) {
  return metricQueryOptions(scope.tenant.id, { metrics: ['spend', 'revenue', 'roas', 'conversions', 'cpa'], by: ['platform'], ...base(scope) });
}

/** What the platforms claim beside what the store counted. Of an order, the platform is the one whose click brought it; the empty one: none. */
export function storeOptions(scope: HomeScope) {
  return metricQueryOptions(scope.tenant.id, { metrics: [...STORE], by: ['platform'], ...base(scope), sort: '-spend' });
}

/** The names of the objects the address leads through. */
export function pathOptions(scope: HomeScope, view: HomeView) {
  const by = view.ad_group ? ['platform', 'campaign', 'ad_group'] : ['platform', 'campaign'];
  return metricQueryOptions(scope.tenant.id, { metrics: ['spend'], by, ...scope.period, ...where(scopeFilter(view)), limit: 1 });
}
