import { metricQueryOptions } from '@/api/query';
import { textOf } from '@/api/result';
import type { QueryResult } from '@/api/types';
import { allOf, equals } from '@/lib/filter';
import { addDays } from '@/lib/period';

const DAYS = 180;
const CAMPAIGNS_MAX = 2_000;

/** Campaigns that had figures of late, most spent first: of one account, or of all. */
export function campaignsOptions(tenant: string, today: string, of: { source: string | null; account: string | null } = { source: null, account: null }) {
  const where = allOf([of.source && equals('platform', of.source), of.account && equals('account', of.account)]);
  return {
    ...metricQueryOptions(tenant, { metrics: ['spend'], by: ['campaign'], from: addDays(today, -DAYS), to: today, ...(where && { where }), sort: '-spend', limit: CAMPAIGNS_MAX }),
    // Another account's campaigns would be wrong ones to choose from.
    placeholderData: undefined,
  };
}

/** Names by id. */
export function campaignNames(result: QueryResult | undefined): Map<string, string> {
  return new Map((result?.rows ?? []).map((row) => [textOf(row, 'campaign_id'), textOf(row, 'campaign')]));
}
