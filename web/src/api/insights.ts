import { queryOptions } from '@tanstack/react-query';
import { api, data } from '@/api/client';

/** Named conditions that hold, with what moves along and what to do. */
export function insightsOptions(tenant: string) {
  return queryOptions({
    queryKey: ['insights', tenant],
    queryFn: ({ signal }) => data(api.GET('/api/v1/insights', { params: { query: { tenant } }, signal })).then(({ items }) => items),
    staleTime: 60_000,
  });
}
