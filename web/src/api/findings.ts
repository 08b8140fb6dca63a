import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { all, api, data } from '@/api/client';
import type { Finding } from '@/api/types';

export interface FindingFilter {
  kind?: string;
  /** At least so severe. */
  severity?: string;
  account?: string;
  /** Absent: those that are open. */
  state?: 'put_away' | 'all';
}

const LIMIT = 100;
const LIMIT_MAX = 1_000;

/** In the server's order: what goes on first, then the most severe, then the newest. */
export function findingsOptions(tenant: string, filter: FindingFilter) {
  return infiniteQueryOptions({
    queryKey: ['findings', tenant, filter],
    queryFn: ({ signal, pageParam }) => data(api.GET('/api/v1/findings', { params: { query: { tenant, ...filter, limit: LIMIT, cursor: pageParam } }, signal })),
    // Reason for `as`: the first page has no cursor, the others do.
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    staleTime: 60_000,
    placeholderData: (previous, query) => (query?.queryKey[1] === tenant ? keepPreviousData(previous) : undefined),
  });
}

/** Every finding, for a file. */
export function allFindings(tenant: string, filter: FindingFilter): Promise<Finding[]> {
  return all((cursor) => api.GET('/api/v1/findings', { params: { query: { tenant, ...filter, limit: LIMIT_MAX, cursor } } }));
}

/** Open findings that ask for somebody. */
export function urgentFindingsOptions(tenant: string) {
  return queryOptions({
    queryKey: ['findings', tenant, 'urgent'],
    queryFn: ({ signal }) => data(api.GET('/api/v1/findings', { params: { query: { tenant, severity: 'warning', limit: LIMIT_MAX } }, signal })),
    staleTime: 60_000,
  });
}

export function findingOptions(tenant: string, id: string) {
  return queryOptions({
    queryKey: ['finding', tenant, id],
    queryFn: ({ signal }) => data(api.GET('/api/v1/findings/{id}', { params: { path: { id }, query: { tenant } }, signal })),
    staleTime: 60_000,
  });
}

const at = (tenant: string, id: string) => ({ path: { id }, query: { tenant } });

export function dismissFinding(tenant: string, id: string) {
  return data(api.POST('/api/v1/findings/{id}/dismiss', { params: at(tenant, id) }));
}

/** `until`: the instant from which it is shown again. */
export function snoozeFinding(tenant: string, id: string, until: string) {
  return data(api.POST('/api/v1/findings/{id}/snooze', { params: at(tenant, id), body: { until } }));
}

export function restoreFinding(tenant: string, id: string) {
  return data(api.POST('/api/v1/findings/{id}/restore', { params: at(tenant, id) }));
}

/** Answers when every analysis was made. */
export function runAnalyses(tenant: string) {
  return data(api.POST('/api/v1/analyses/run', { params: { query: { tenant } } }));
}
