// The drill-down: campaign → ad group → ad, and what the address holds of it.
import { allOf, equals } from '@/lib/filter';

export interface HomeView {
  platform?: string;
  campaign?: string;
  ad_group?: string;
  sort?: string;
  q?: string;
  chart?: string;
}

export type Level = 'campaign' | 'ad_group' | 'ad';

/** A status is known of campaigns only; platform and account tell campaigns of one name apart. */
export const DIMENSIONS: Record<Level, readonly string[]> = {
  campaign: ['campaign', 'status', 'platform', 'account'],
  ad_group: ['ad_group'],
  ad: ['ad'],
};

export function levelOf(view: HomeView): Level {
  if (view.ad_group) return 'ad';
  return view.campaign ? 'ad_group' : 'campaign';
}

/** What the tiles, the chart and the table are narrowed to. */
export function scopeFilter(view: HomeView): string | undefined {
  return allOf([
    view.platform ? equals('platform', view.platform) : null,
    view.campaign ? equals('campaign', view.campaign) : null,
    view.ad_group ? equals('ad_group', view.ad_group) : null,
  ]);
}
