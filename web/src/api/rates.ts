import { queryOptions } from '@tanstack/react-query';
import { api, data } from '@/api/client';

/** How far the exchange rates go. */
export function ratesOptions(tenant: string) {
  return queryOptions({
    queryKey: ['rates', tenant],
    queryFn: ({ signal }) => data(api.GET('/api/v1/rates', { params: { query: { tenant } }, signal })),
    staleTime: 5 * 60_000,
  });
}
