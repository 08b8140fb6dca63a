// What the address holds of the page Knowledge.

export const PARTS = ['metrics', 'benchmarks', 'client'] as const;
export type Part = (typeof PARTS)[number];

export interface KnowledgeView {
  part?: Part;
  /** What is looked for in everything. */
  q?: string;
  /** The category of metrics that is shown. */
  category?: string;
  /** The metric that is opened. */
  metric?: string;
  /** Whose benchmarks. */
  industry?: string;
  platform?: string;
}

/** Names of the categories of metrics, in the order of the page. A category of a newer server keeps its own word and comes last. */
export const CATEGORIES: readonly (readonly [id: string, label: string])[] = [
  ['delivery', 'Delivery'],
  ['reach', 'Reach'],
  ['clicks', 'Clicks'],
  ['video', 'Video'],
  ['conversion', 'Conversion'],
  ['revenue', 'Revenue'],
  ['profit', 'Profit'],
  ['blended', 'Several sources'],
  ['orders', 'Orders'],
  ['customers', 'Customers'],
  ['visits', 'Visits'],
  ['mail', 'Mailings'],
  ['reported', 'As reported by sources'],
];

export const AD_PLATFORMS = ['meta', 'google', 'linkedin', 'pinterest', 'tiktok'] as const;

export function categoryName(id: string): string {
  return CATEGORIES.find(([known]) => known === id)?.[1] ?? id;
}
