import { queryOptions } from '@tanstack/react-query';
import { all, api, data } from '@/api/client';
import type { NewConnection } from '@/api/types';

const LIMIT = 200;

export const sourcesOptions = queryOptions({
  queryKey: ['sources'],
  queryFn: ({ signal }) => data(api.GET('/api/v1/sources', { signal })).then((list) => list.items),
  staleTime: Infinity,
});

export function connectionsOptions(tenant: string) {
  return queryOptions({
    queryKey: ['connections', tenant],
    queryFn: ({ signal }) =>
      all((cursor) => api.GET('/api/v1/connections', { params: { query: { tenant, limit: LIMIT, cursor } }, signal })),
    staleTime: 30_000,
  });
}

export function addConnection(tenant: string, connection: NewConnection) {
  return data(api.POST('/api/v1/connections', { params: { query: { tenant } }, body: connection }));
}

export async function removeConnection(tenant: string, id: string): Promise<void> {
  await api.DELETE('/api/v1/connections/{id}', { params: { path: { id }, query: { tenant } } });
}
