import { queryOptions } from '@tanstack/react-query';
import { api, data } from '@/api/client';

/** How each budget is doing. */
export function pacingOptions(tenant: string) {
  return queryOptions({
    queryKey: ['pacing', tenant],
    queryFn: ({ signal }) => data(api.GET('/api/v1/pacing', { params: { query: { tenant } }, signal })),
    staleTime: 60_000,
  });
}
