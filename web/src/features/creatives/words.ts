// How the wear of a creative is told.
import type { FatigueAd } from '@/api/types';
import { formatCount, formatRatio, plural, type Figure } from '@/lib/format';
import type { StatusTone } from '@/ui/StatusBadge';

const VERDICTS: readonly (readonly [id: string, label: string, tone: StatusTone])[] = [
  ['fatigued', 'Worn out', 'bad'],
  ['wearing', 'Wearing', 'warn'],
  ['not_established', 'Not established', 'muted'],
  ['fresh', 'Fresh', 'good'],
  ['cannot_tell', 'Cannot tell', 'muted'],
];

export function verdictWords(verdict: string): { label: string; tone: StatusTone } {
  const [, label, tone] = VERDICTS.find(([id]) => id === verdict) ?? [verdict, verdict.replaceAll('_', ' '), 'muted' as const];
  return { label, tone };
}

/** What is worn most comes first. */
export function byWear(ads: readonly FatigueAd[]): FatigueAd[] {
  const rank = ({ verdict }: FatigueAd): number => {
    const place = VERDICTS.findIndex(([id]) => id === verdict);
    return place < 0 ? VERDICTS.length : place;
  };
  return [...ads].sort((a, b) => rank(a) - rank(b) || (b.loss ?? 0) - (a.loss ?? 0));
}

const CONFOUNDERS: Record<string, string> = {
  budget: 'A changed budget',
  learning: 'Learning',
  edit: 'An edit',
  step: 'A sudden step',
  auction: 'A dearer auction',
  campaign: 'The whole campaign',
  account: 'The whole account',
  tracking: 'Clicks not counted',
  placement: 'Other placements',
};

export function confounderName(id: string): string {
  return CONFOUNDERS[id] ?? id.replaceAll('_', ' ');
}

const RULED: Record<string, { label: string; tone: StatusTone }> = {
  out: { label: 'Ruled out', tone: 'good' },
  explains: { label: 'Explains it', tone: 'warn' },
  unknown: { label: 'Not known', tone: 'muted' },
};

export function ruledWords(ruled: string): { label: string; tone: StatusTone } {
  return RULED[ruled] ?? { label: ruled, tone: 'muted' };
}

/** "38%"; what was gained has a plus: "+4%". */
export function lossText(loss: Figure): string {
  if (typeof loss !== 'number') return '–';
  return `${loss < 0 ? '+' : ''}${formatRatio(Math.abs(loss), 0)}`;
}

/** "31% to 44%". */
export function lossRange({ loss_low: low, loss_high: high }: FatigueAd): string | null {
  return low == null || high == null ? null : `${lossText(low)} to ${lossText(high)}`;
}

/** "9 days", "9 days (5 to 20)", "9 days (5 or more)". */
export function daysLeft({ days_left: left, days_left_from: from, days_left_to: to }: FatigueAd): string {
  if (left == null) return '–';
  const days = plural(Math.round(left), 'day');
  if (from == null) return days;
  const least = formatCount(from);
  return to == null ? `${days} (${least} or more)` : `${days} (${least} to ${formatCount(to)})`;
}
