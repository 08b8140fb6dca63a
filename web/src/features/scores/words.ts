// How parts of a score are told.
import type { SubScore } from '@/api/types';
import { formatFigure, formatRatio } from '@/lib/format';

const PARTS: Record<string, string> = {
  learning_health: 'Learning',
  performance: 'Performance',
  budget_efficiency: 'Budget',
  creative_health: 'Creatives',
};

export function partName(kind: string): string {
  return PARTS[kind] ?? kind.replaceAll('_', ' ');
}

interface Sub {
  label: string;
  /** What its figure is. */
  about: string;
}

const SUBS: Record<string, Sub> = {
  learning_stage: { label: 'Learning', about: 'of the way through learning is done' },
  learning_resets: { label: 'Restarted learning', about: 'restarts per ad group and week' },
  against_target: { label: 'Against the target', about: 'of the goal is reached' },
  against_past: { label: 'Against its past', about: 'of what it was' },
  pacing: { label: 'Pacing', about: 'off the budget' },
  waste: { label: 'Spend without conversions', about: 'of spend went to ads that never converted' },
  underperforming: { label: 'Poor campaigns', about: 'of spend is in campaigns clearly below the goal' },
  concentration: { label: 'Dependence on one ad', about: 'of spend hangs on one ad' },
  fatigue: { label: 'Worn ads', about: 'of judged ads are worn' },
  frequency: { label: 'Frequency', about: 'ads seen per person in a week' },
  disapproved: { label: 'Refused ads', about: 'of ads are refused' },
  ctr_trend: { label: 'Course of CTR', about: 'against the weeks before' },
};

/** A newer server may know of more. */
export function subWords(name: string): Sub {
  return SUBS[name] ?? { label: name.replaceAll('_', ' '), about: '' };
}

/** Most figures are shares; these are numbers of something. */
const NUMBERS: Record<string, 'number' | 'ratio'> = { frequency: 'number', learning_resets: 'ratio' };

export function subFigure({ name }: Pick<SubScore, 'name'>, value: number): string {
  const unit = NUMBERS[name];
  if (unit) return formatFigure(value, { unit });
  return `${value < 0 ? '−' : ''}${formatRatio(Math.abs(value), 0)}`;
}

/** Where a figure stands between what scores nothing and what scores all, 0 to 1. */
export function standing({ figure, none_at: none, full_at: full }: SubScore): number {
  if (full === none) return figure === full ? 1 : 0;
  return Math.min(1, Math.max(0, (figure - none) / (full - none)));
}

export function scoreTone(score: number): 'good' | 'warn' | 'bad' {
  if (score >= 75) return 'good';
  return score >= 50 ? 'warn' : 'bad';
}

export const TONE_WORDS = { good: 'Good', warn: 'Could be better', bad: 'Poor' } as const;
