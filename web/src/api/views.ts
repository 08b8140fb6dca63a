import { queryOptions } from '@tanstack/react-query';
import { api, data } from '@/api/client';
import type { ViewFormat } from '@/api/types';
import type { Period } from '@/lib/period';

/** The tables analysts expect. They change with the server's version alone. */
export function viewsOptions() {
  return queryOptions({
    queryKey: ['views'],
    queryFn: ({ signal }) => data(api.GET('/api/v1/views', { signal })).then(({ items }) => items),
    staleTime: Infinity,
  });
}

/** Where the browser itself downloads one: its rows may be more than a page should hold. */
export function viewAddress(tenant: string, name: string, { from, to }: Period, format: ViewFormat): string {
  return `/api/v1/views/${encodeURIComponent(name)}?${new URLSearchParams({ tenant, from, to, format }).toString()}`;
}
