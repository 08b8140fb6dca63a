import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, data } from '@/api/client';
import type { QueryRequest, QueryResult } from '@/api/types';

/** The one metric query. Every figure on a page comes from a result of this. */
export function metricQueryOptions(tenant: string, request: QueryRequest) {
  return queryOptions({
    queryKey: ['query', tenant, request],
    queryFn: ({ signal }) => data(api.POST('/api/v1/query', { params: { query: { tenant } }, body: request, signal })).then((answer): QueryResult => answer),
    staleTime: 5 * 60_000,
    // While the next answer is on its way the last one stays, of the same tenant only.
    placeholderData: (previous, query) => (query?.queryKey[1] === tenant ? keepPreviousData(previous) : undefined),
  });
}
