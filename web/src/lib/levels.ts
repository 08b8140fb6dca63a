// What people call the levels things are told of, from the tenant down.

export type Level = 'tenant' | 'platform' | 'account' | 'campaign' | 'ad_group' | 'ad' | 'creative' | 'pixel';

interface Noun {
  one: string;
  many: string;
}

const NOUNS: Record<Level, Noun> = {
  tenant: { one: 'Tenant', many: 'Tenants' },
  platform: { one: 'Platform', many: 'Platforms' },
  account: { one: 'Account', many: 'Accounts' },
  campaign: { one: 'Campaign', many: 'Campaigns' },
  ad_group: { one: 'Ad group', many: 'Ad groups' },
  ad: { one: 'Ad', many: 'Ads' },
  creative: { one: 'Creative', many: 'Creatives' },
  pixel: { one: 'Pixel', many: 'Pixels' },
};

/** Where a platform's users know a level by another word than ours. LinkedIn's "campaign" is the level below its campaign groups. */
const OWN_NOUNS: Record<string, Partial<Record<string, Noun>>> = {
  meta: { ad_group: { one: 'Ad set', many: 'Ad sets' } },
  linkedin: { campaign: { one: 'Campaign group', many: 'Campaign groups' }, ad_group: { one: 'Campaign', many: 'Campaigns' } },
};

/** What a level is called on a platform; where several are shown, name none. A level of a newer server keeps its own word. */
export function nounOf(level: string, platform: string): Noun {
  return OWN_NOUNS[platform]?.[level] ?? (NOUNS as Record<string, Noun | undefined>)[level] ?? { one: level, many: level };
}
