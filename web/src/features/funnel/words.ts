// How the stages of a funnel are told.
import type { FunnelGap, FunnelStage } from '@/api/types';
import { formatFigure, formatRatio, type Shown } from '@/lib/format';

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

/** What is lost by it; `null` where it is not below beyond doubt. */
export function lostText(gap: FunnelGap, currency: string | null | undefined): string | null {
  if (!gap.significant) return null;
  const share = formatRatio(Math.max(0, gap.lost_share), 0);
  const lost = gap.lost_revenue == null ? `${formatFigure(gap.lost_conversions, { unit: 'number' })} conversions` : formatFigure(gap.lost_revenue, { unit: 'money', currency });
  return `loses ${lost} (${share})`;
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
