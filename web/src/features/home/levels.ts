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

interface Noun {
  one: string;
  many: string;
}

const NOUNS: Record<Level, Noun> = {
  campaign: { one: 'Campaign', many: 'Campaigns' },
  ad_group: { one: 'Ad group', many: 'Ad groups' },
  ad: { one: 'Ad', many: 'Ads' },
};

/** Where a platform's users know a level by another word than ours. LinkedIn's "campaign" is the level below its campaign groups. */
const OWN_NOUNS: Record<string, Partial<Record<Level, Noun>>> = {
  meta: { ad_group: { one: 'Ad set', many: 'Ad sets' } },
  linkedin: { campaign: { one: 'Campaign group', many: 'Campaign groups' }, ad_group: { one: 'Campaign', many: 'Campaigns' } },
};

/** What a level is called on a platform; where several are shown, name none. */
export function nounOf(level: Level, platform: string): Noun {
  return OWN_NOUNS[platform]?.[level] ?? NOUNS[level];
}

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
