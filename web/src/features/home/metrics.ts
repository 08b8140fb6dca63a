// Which figures Home asks for, and how its result columns are read.
import { directionOf, unitOf, type Direction, type Figure, type Unit } from '@/lib/format';
import type { Column, QueryResult } from '@/api/types';
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

export interface MetricColumn {
  id: string;
  label: string;
  unit: Unit;
  direction: Direction;
  /** Some accounts do not report what it is computed from. */
  partial: boolean;
}

export function metricColumns(columns: readonly Column[]): MetricColumn[] {
  return columns
    .filter((column) => column.kind === 'metric')
    .map(({ key, label, unit, direction, partial }) => ({
      id: key,
      label,
      unit: unitOf(unit),
      direction: directionOf(direction),
      partial: partial ?? false,
    }));
}

export type ResultRow = QueryResult['rows'][number];

function asFigure(value: unknown): Figure {
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

export function figureOf(row: ResultRow, metric: string): Figure {
  return asFigure(row[metric]);
}

/** The comparison's figure: `undefined` when nothing was compared, `null` when the row had none then. */
export function comparedOf(row: ResultRow, metric: string, comparing: boolean): Figure {
  if (!comparing) return undefined;
  const compare = row.compare;
  if (typeof compare !== 'object' || compare === null) return null;
  // Reason for `as`: an object's keys may be looked up whatever they hold; `asFigure` checks the value.
  return asFigure((compare as Record<string, unknown>)[metric]);
}

export function textOf(row: ResultRow, key: string): string {
  const value = row[key];
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
