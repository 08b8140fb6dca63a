import { queryOptions } from '@tanstack/react-query';
import { send } from '@/api/client';
import type { Pacing } from '@/api/expected';

/** How each budget is doing. */
export function pacingOptions(tenant: string) {
  return queryOptions({
    queryKey: ['pacing', tenant],
    queryFn: async ({ signal }): Promise<Pacing> => {
      const url = new URL('/api/v1/pacing', globalThis.location.origin);
      url.searchParams.set('tenant', tenant);
      const response = await send(new Request(url, { signal }));
      // Reason for `as`: `expected` says what this answers until the document does.
      return (await response.json()) as Pacing;
    },
    staleTime: 60_000,
  });
}
