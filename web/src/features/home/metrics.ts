// Which figures Home asks for.
import type { HomeView } from './levels';

/** The tiles, in order. */
export const TILES = ['spend', 'revenue', 'roas', 'conversions', 'cpa', 'ctr', 'clicks', 'impressions'] as const;
/** The same for a tenant with a shop: how the store's revenue stands to all spend says more than clicks, which the table has. */
const TILES_OF_SHOPS = ['spend', 'revenue', 'roas', 'mer', 'conversions', 'cpa', 'ctr', 'impressions'] as const;
/** What the store counts beside what the platforms claim. */
export const STORE = ['spend', 'revenue', 'store_revenue', 'claimed_to_counted', 'mer', 'ncac', 'orders'] as const;
/** The table's columns, in order: what came out first, then what led there. */
export const TABLE = ['spend', 'revenue', 'roas', 'conversions', 'cpa', 'cvr', 'impressions', 'cpm', 'clicks', 'ctr', 'cpc'] as const;
export const CHART_DEFAULT = ['spend', 'revenue'] as const;
/** What a first look at the table leaves out; the column chooser brings it back. */
export const HIDDEN_DEFAULT = ['cpm', 'cvr'] as const;

/** The store's figures are of the whole tenant: where the page is narrowed to a platform or campaign they would mislead. */
export function tilesOf(view: HomeView, hasShop: boolean): readonly string[] {
  return hasShop && !view.platform && !view.campaign ? TILES_OF_SHOPS : TILES;
}
