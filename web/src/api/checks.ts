import { queryOptions } from '@tanstack/react-query';
import { api, data } from '@/api/client';

/** What is asked of the stored data, and how each account answered last. */
export function checksOptions(tenant: string) {
  return queryOptions({
    queryKey: ['checks', tenant],
    queryFn: ({ signal }) => data(api.GET('/api/v1/checks', { params: { query: { tenant } }, signal })),
    staleTime: 60_000,
  });
}

/** How one account answered one check over time, newest first. */
export function checkHistoryOptions(tenant: string, id: string, source: string, account: string) {
  return queryOptions({
    queryKey: ['checks', tenant, id, source, account],
    queryFn: ({ signal }) =>
      data(api.GET('/api/v1/checks/{id}/history', { params: { path: { id }, query: { tenant, source, account } }, signal })).then(({ items }) =>
        [...items].sort((a, b) => b.checked_at.localeCompare(a.checked_at)),
      ),
    staleTime: 60_000,
  });
}

export function runChecks(tenant: string) {
  return data(api.POST('/api/v1/checks/run', { params: { query: { tenant } } }));
}
