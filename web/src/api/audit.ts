// What was done by whom. `tenant`: to it; `undefined`: in the whole installation.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ask } from '@/api/identity';
import type { Within } from '@/api/people';

export interface AuditRow {
  /** Its number, from 1, without gaps. */
  seq: number;
  at: string;
  /** The id of a person or key, `operator`, `system` or `anonymous`. */
  actor: string;
  /** What they were known by then. */
  actor_name: string | null;
  tenant: string | null;
  /** As `noun:verb`. */
  action: string;
  /** As `noun:id`. */
  resource: string;
  ip: string | null;
  agent: string | null;
  /** `ok`, `refused` or `failed`. */
  outcome: string;
  before: unknown;
  after: unknown;
  request_id: string | null;
  prev_hash: string;
  hash: string;
}

export interface Verification {
  /** Every row is there and as it was. */
  sound: boolean;
  rows: number;
  first: number | null;
  /** The last row that retention cut off; 0: none. */
  cut_through: number;
  /** The newest row that was verified. */
  head: { seq: number; hash: string } | null;
  fault: { seq: number; why: string } | null;
  at: string;
}

/** A type, not an interface: it is sent as it is, as a record of texts. */
export type AuditFilter = {
  /** An id, `operator`, `system`, `anonymous`, or a person's address. */
  actor?: string;
  /** An action, or all of a noun. */
  action?: string;
  outcome?: string;
  /** From this instant on. */
  from?: string;
  /** Before this instant. */
  to?: string;
};

interface Page {
  items: AuditRow[];
  next_cursor?: string | null;
}

const LIMIT = 50;
const LIMIT_MAX = 200;
const PAGES_MAX = 50;

function pageOf(tenant: Within, filter: AuditFilter, limit: number, cursor: string | undefined, signal?: AbortSignal): Promise<Page> {
  return ask('GET', '/audit', { query: { tenant, ...filter, limit: String(limit), cursor }, signal });
}

/** Newest first. */
export function auditOptions(tenant: Within, filter: AuditFilter) {
  return infiniteQueryOptions({
    queryKey: ['audit', tenant ?? null, filter],
    queryFn: ({ signal, pageParam }) => pageOf(tenant, filter, LIMIT, pageParam, signal),
    // Reason for `as`: the first page has no cursor, the others do.
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: (previous, query) => (query?.queryKey[1] === (tenant ?? null) ? keepPreviousData(previous) : undefined),
  });
}

/** For a file: the newest 10 000 rows, and whether there are more. */
export async function auditFile(tenant: Within, filter: AuditFilter): Promise<{ rows: AuditRow[]; more: boolean }> {
  const rows: AuditRow[] = [];
  let cursor: string | undefined;
  for (let i = 0; i < PAGES_MAX; i += 1) {
    const page = await pageOf(tenant, filter, LIMIT_MAX, cursor);
    rows.push(...page.items);
    cursor = page.next_cursor ?? undefined;
    if (cursor === undefined) break;
  }
  return { rows, more: cursor !== undefined };
}

/** Walks the whole chain. */
export const verificationOptions = queryOptions({
  queryKey: ['audit-verification'],
  queryFn: ({ signal }) => ask<Verification>('GET', '/audit/verification', { signal }),
  staleTime: 5 * 60_000,
  refetchOnWindowFocus: false,
});
