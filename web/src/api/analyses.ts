// What analysis worked out of each ad account, as it was kept.
import { queryOptions } from '@tanstack/react-query';
import { api, data } from '@/api/client';

const STALE_MS = 60_000;

/** What accounts will do in the coming days. */
export function forecastsOptions(tenant: string) {
  return queryOptions({
    queryKey: ['forecasts', tenant],
    queryFn: ({ signal }) => data(api.GET('/api/v1/forecasts', { params: { query: { tenant } }, signal })).then(({ items }) => items),
    staleTime: STALE_MS,
  });
}

/** How well accounts are kept, 0 to 100. */
export function scoresOptions(tenant: string) {
  return queryOptions({
    queryKey: ['scores', tenant],
    queryFn: ({ signal }) => data(api.GET('/api/v1/scores', { params: { query: { tenant } }, signal })).then(({ items }) => items),
    staleTime: STALE_MS,
  });
}

/** Which creatives people have seen too often. */
export function fatigueOptions(tenant: string) {
  return queryOptions({
    queryKey: ['fatigue', tenant],
    queryFn: ({ signal }) => data(api.GET('/api/v1/fatigue', { params: { query: { tenant } }, signal })).then(({ items }) => items),
    staleTime: STALE_MS,
  });
}

/** The way from impression to sale, and where it loses. */
export function funnelOptions(tenant: string) {
  return queryOptions({
    queryKey: ['funnel', tenant],
    queryFn: ({ signal }) => data(api.GET('/api/v1/funnel', { params: { query: { tenant } }, signal })).then(({ items }) => items),
    staleTime: STALE_MS,
  });
}

/** What was always so and can be used. Learnt once a week. */
export function patternsOptions(tenant: string) {
  return queryOptions({
    queryKey: ['patterns', tenant],
    queryFn: ({ signal }) => data(api.GET('/api/v1/patterns', { params: { query: { tenant } }, signal })).then(({ items }) => items),
    staleTime: STALE_MS,
  });
}

/** Whether what counts on the sites counts all of it. */
export function pixelsOptions(tenant: string) {
  return queryOptions({
    queryKey: ['pixels', tenant],
    queryFn: ({ signal }) => data(api.GET('/api/v1/pixels', { params: { query: { tenant } }, signal })).then(({ items }) => items),
    staleTime: STALE_MS,
  });
}
