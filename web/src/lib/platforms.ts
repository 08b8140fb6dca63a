/** What a source is read for. */
export type SourceKind = 'ads' | 'shop' | 'site' | 'mail';

/** What people call each source, and what it is read for. Files may hold anything; so far they hold advertising. */
const PLATFORMS: Record<string, { name: string; kind: SourceKind }> = {
  meta: { name: 'Meta', kind: 'ads' },
  google: { name: 'Google Ads', kind: 'ads' },
  linkedin: { name: 'LinkedIn', kind: 'ads' },
  pinterest: { name: 'Pinterest', kind: 'ads' },
  tiktok: { name: 'TikTok', kind: 'ads' },
  magento: { name: 'Magento', kind: 'shop' },
  shopify: { name: 'Shopify', kind: 'shop' },
  ga4: { name: 'Google Analytics', kind: 'site' },
  klaviyo: { name: 'Klaviyo', kind: 'mail' },
  csv: { name: 'File', kind: 'ads' },
};

/** The kinds in the order pages show them. */
export const KINDS: readonly { kind: SourceKind; label: string }[] = [
  { kind: 'ads', label: 'Ad platforms' },
  { kind: 'shop', label: 'Shops' },
  { kind: 'site', label: 'Site analytics' },
  { kind: 'mail', label: 'E-mail' },
];

export function platformName(id: string): string {
  return PLATFORMS[id]?.name ?? id;
}

/** An unknown source is taken for an ad platform, as most are. */
export function kindOf(id: string): SourceKind {
  return PLATFORMS[id]?.kind ?? 'ads';
}

/** One business calls its accounts alike on every platform: a name alone does not say which is meant. */
export function accountLabel(name: string, source: string): string {
  return `${name} · ${platformName(source)}`;
}
