import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, data } from '@/api/client';
import type { KnowledgeHit, KnowledgeText } from '@/api/types';

export function knowledgeOptions(tenant: string) {
  return queryOptions({
    queryKey: ['knowledge', tenant],
    queryFn: ({ signal }) => data(api.GET('/api/v1/knowledge', { params: { query: { tenant } }, signal })),
    staleTime: 60_000,
  });
}

/** Writes what is known on top of the version that was read. A newer version on the server is a conflict, told as a `Problem` 409. */
export function saveKnowledge(tenant: string, version: number, knowledge: KnowledgeText) {
  return data(api.PUT('/api/v1/knowledge', { params: { query: { tenant } }, body: { version, knowledge } }));
}

const HITS = 40;

export function searchOptions(tenant: string, q: string) {
  return queryOptions({
    queryKey: ['knowledge', tenant, 'search', q],
    queryFn: ({ signal }): Promise<KnowledgeHit[]> => data(api.GET('/api/v1/knowledge/search', { params: { query: { tenant, q, limit: HITS } }, signal })).then((list) => list.items),
    enabled: q !== '',
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
}

export interface BenchmarksFor {
  industry?: string;
  platform?: string;
}

/** Everything known, or the closest of each metric where an industry or a platform is named. */
export function benchmarksOptions(wanted: BenchmarksFor) {
  return queryOptions({
    queryKey: ['benchmarks', wanted.industry ?? '', wanted.platform ?? ''],
    queryFn: ({ signal }) => data(api.GET('/api/v1/benchmarks', { params: { query: wanted }, signal })),
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });
}
