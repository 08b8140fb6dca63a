import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, data } from '@/api/client';
import type { Period } from '@/lib/period';

/** How each day of each account stands. */
export function coverageOptions(tenant: string, { from, to }: Period) {
  return queryOptions({
    queryKey: ['coverage', tenant, from, to],
    queryFn: ({ signal }) => data(api.GET('/api/v1/coverage', { params: { query: { tenant, from, to } }, signal })),
    staleTime: 60_000,
    placeholderData: (previous, query) => (query?.queryKey[1] === tenant ? keepPreviousData(previous) : undefined),
  });
}
