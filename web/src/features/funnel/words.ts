// How the stages of a funnel are told.
import type { FunnelGap, FunnelStage } from '@/api/types';
import { formatDay, formatDays, formatFigure, formatRatio, type Shown } from '@/lib/format';

const STEPS: Record<string, { label: string; way: string }> = {
  cpm: { label: 'CPM', way: 'spend to impressions' },
  ctr: { label: 'CTR', way: 'impressions to clicks' },
  cvr: { label: 'CVR', way: 'clicks to conversions' },
  link_share: { label: 'Link share', way: 'clicks to link clicks' },
  landing_rate: { label: 'Landing rate', way: 'link clicks to landings' },
  cart_rate: { label: 'Cart rate', way: 'landings to carts' },
  checkout_rate: { label: 'Checkout rate', way: 'carts to checkouts' },
  purchase_rate: { label: 'Purchase rate', way: 'the last known step to conversions' },
  aov: { label: 'AOV', way: 'conversions to revenue' },
};

/** A newer server may know finer steps. */
export function stepWords(step: string): { label: string; way: string } {
  return STEPS[step] ?? { label: step.replaceAll('_', ' '), way: '' };
}

const PHASES: Record<string, string> = { awareness: 'They see', consideration: 'They click', conversion: 'They buy' };

export function phaseName(phase: string): string {
  return PHASES[phase] ?? phase;
}

const MONEY = ['cpm', 'aov'];

/** Prices and values are amounts; all else is per hundred. */
export function shownOf({ step }: Pick<FunnelStage, 'step'>, currency: string | null | undefined): Shown {
  return MONEY.includes(step) ? { unit: 'money', currency } : { unit: 'percent' };
}

/** "1.52% (1.40% to 1.70%)". */
export function yardstick({ should, low, high }: FunnelGap, shown: Shown): string {
  return `${formatFigure(should, shown)} (${formatFigure(low, shown)} to ${formatFigure(high, shown)})`;
}

/** What stands below a gap. */
export interface GapWords {
  /** How far it is off, or what it lost; `null`: not below beyond doubt. */
  main: string | null;
  /** What reaching it is worth and how far that is counted. */
  worth?: string;
}

/** A fall against the own past is a loss; a distance from others is a distance, and worth only as much as the account has shown. */
export function gapWords(gap: FunnelGap, stage: Pick<FunnelStage, 'step' | 'value'>, against: 'benchmark' | 'past', currency: string | null | undefined): GapWords {
  if (!gap.significant) return { main: null };
  const share = formatRatio(Math.max(0, gap.lost_share), 0);
  const amount = gap.lost_revenue == null ? `${formatFigure(gap.lost_conversions, { unit: 'number' })} conversions` : formatFigure(gap.lost_revenue, { unit: 'money', currency, compact: true });
  if (against === 'past') return { main: `lost ${amount} (${share})` };
  const apart = gap.should > 0 ? Math.abs(stage.value / gap.should - 1) : 0;
  return { main: `${formatRatio(apart, 0)} ${stage.value < gap.should ? 'below' : 'above'} what is typical`, worth: worthWords(gap, stage, amount, share, currency) };
}

function worthWords({ limit }: FunnelGap, stage: Pick<FunnelStage, 'step'>, amount: string, share: string, currency: string | null | undefined): string {
  switch (limit?.kind) {
    case 'own_best': {
      const when = limit.first_day && limit.last_day ? `, ${formatDays(limit.first_day, limit.last_day)}` : '';
      return `worth ${amount} (${share}) at its own best, ${formatFigure(limit.value, shownOf(stage, currency))}${when}`;
    }
    case 'doubled':
      return `worth ${amount} (${share}) at twice what it is; no more is counted`;
    case 'never_better':
      return 'no amount: the account never did better';
    case 'no_past':
      return 'no amount: too short a past to tell what it can reach';
    default:
      return `worth ${amount} (${share}), which it has reached before`;
  }
}

/** "WordStream …, as of Jan 2026": who says what is typical. */
export function sourceWords({ source, as_of: asOf }: Pick<FunnelGap, 'source' | 'as_of'>): string | null {
  if (!source) return null;
  return asOf ? `${source}, ${formatDay(asOf)}` : source;
}

export interface Group {
  phase: string;
  stages: FunnelStage[];
}

/** Stages by what people do in them, in their order. */
export function byPhase(stages: readonly FunnelStage[]): Group[] {
  const groups: Group[] = [];
  for (const stage of stages) {
    const last = groups.at(-1);
    if (last?.phase === stage.phase) last.stages.push(stage);
    else groups.push({ phase: stage.phase, stages: [stage] });
  }
  return groups;
}
