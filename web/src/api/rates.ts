import { queryOptions } from '@tanstack/react-query';
import { api, data } from '@/api/client';

/** How far the exchange rates go. */
export function ratesOptions() {
  return queryOptions({
    queryKey: ['rates'],
    queryFn: ({ signal }) => data(api.GET('/api/v1/rates', { signal })),
    staleTime: 5 * 60_000,
  });
}
