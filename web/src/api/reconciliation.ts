import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, data } from '@/api/client';
import type { ReconciliationItem, Verdict } from '@/api/types';
import type { Period } from '@/lib/period';

const LIMIT = 200;
const PAGES_MAX = 100;

function page(tenant: string, { from, to }: Period, verdict: Verdict | undefined, cursor: string | undefined, signal?: AbortSignal) {
  return data(api.GET('/api/v1/reconciliation', { params: { query: { tenant, from, to, verdict, limit: LIMIT, cursor } }, signal }));
}

/** Our sums beside the sources' own totals: per account, and day by day as far as they were asked for. */
export function reconciliationOptions(tenant: string, period: Period, verdict: Verdict | undefined) {
  return infiniteQueryOptions({
    queryKey: ['reconciliation', tenant, period.from, period.to, verdict ?? 'all'],
    queryFn: ({ signal, pageParam }) => page(tenant, period, verdict, pageParam, signal),
    // Reason for `as`: the first page has no cursor, the others do.
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    staleTime: 60_000,
    placeholderData: (previous, query) => (query?.queryKey[1] === tenant ? keepPreviousData(previous) : undefined),
  });
}

/** What the sources say of one day. */
export function reconciledDayOptions(tenant: string, day: string) {
  return queryOptions({
    queryKey: ['reconciliation', tenant, 'day', day],
    queryFn: () => reconciledItems(tenant, { from: day, to: day }, undefined),
    staleTime: 60_000,
  });
}

/** Every compared figure, for a file. */
export async function reconciledItems(tenant: string, period: Period, verdict: Verdict | undefined): Promise<ReconciliationItem[]> {
  const items: ReconciliationItem[] = [];
  let cursor: string | undefined;
  for (let i = 0; i < PAGES_MAX; i += 1) {
    const answer = await page(tenant, period, verdict, cursor);
    items.push(...answer.items);
    if (!answer.next_cursor) break;
    cursor = answer.next_cursor;
  }
  return items;
}
