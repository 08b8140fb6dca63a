// How patterns are told.
import type { PatternCard, PatternCell, PatternPicture } from '@/api/types';
import { formatHour, formatRatio, formatWeekday, type Shown } from '@/lib/format';
import type { HourCell } from '@/ui/HourMap';

export type HoursPicture = Extract<PatternPicture, { type: 'hours' }>;

interface Kind {
  label: string;
  /** What such a pattern is. */
  about: string;
}

const KINDS: Record<string, Kind> = {
  time_performance: { label: 'Hours and weekdays', about: 'Which hours of the week bring more for the same money or clicks.' },
  creative_fatigue: { label: 'Life of creatives', about: 'After how many days creatives of this account are tired.' },
  budget_sweet_spot: { label: 'Budget', about: 'Up to which spend per day another unit still buys as much.' },
  audience_decay: { label: 'Audiences', about: 'Which audiences answer less and less, whatever is shown to them.' },
  conversion_lag: { label: 'Delay of conversions', about: 'How many days it takes until conversions are reported.' },
  seasonal: { label: 'Seasons', about: 'Which weekdays and months are stronger.' },
};

/** A newer server may know of more. */
export function kindOf({ kind }: Pick<PatternCard, 'kind'>): Kind {
  return KINDS[kind] ?? { label: kind.replaceAll('_', ' '), about: '' };
}

/** What a card is called: patterns of campaigns name theirs. */
export function titleOf(card: Pick<PatternCard, 'kind' | 'level' | 'name' | 'id'>): string {
  const { label } = kindOf(card);
  return card.level === 'account' ? label : `${label}: ${card.name || card.id}`;
}

/** The server's reason without the words that stand before it anyway. */
export function reasonOf(because: string | null | undefined): string {
  return (because ?? '').replace(/^(cannot tell, because|there is no pattern:) /, '');
}

const UNITS: Record<string, Shown['unit']> = { cvr: 'percent', ctr: 'percent', cpa: 'money', roas: 'ratio' };

export function rateShown(rate: string, currency: string | null | undefined): Shown {
  return { unit: UNITS[rate] ?? 'number', currency };
}

/** What a figure of an hour rests on. */
export function weightShown(rate: string, currency: string | null | undefined): Shown & { of: string } {
  if (rate === 'cvr') return { unit: 'count', of: 'clicks' };
  return rate === 'ctr' ? { unit: 'count', of: 'impressions' } : { unit: 'money', currency, of: 'spend' };
}

/** "41 % better", "as the whole": by how much something is better or worse. */
export function betterWords(index: number): string {
  const apart = Math.abs(index - 1);
  if (apart < 0.005) return 'as the whole week';
  return `${formatRatio(apart, 0)} ${index > 1 ? 'better' : 'worse'} than the whole week`;
}

/** "+41", "−18": the same for a cell. */
export function apartText(index: number): string {
  const percent = Math.round((index - 1) * 100);
  return percent > 0 ? `+${percent}` : percent < 0 ? `−${-percent}` : '0';
}

export interface Place {
  id: string;
  /** "Monday 20:00", "20:00 on any day", "Mondays as a whole". */
  name: string;
  cell: PatternCell;
}

/** Every place of the map that has a figure: weekdays, hours of any day, hours of the week. */
export function placesOf({ cells, hours, weekdays }: HoursPicture): Place[] {
  return [
    ...weekdays.map((cell) => ({ id: `d${cell.weekday}`, name: `${formatWeekday(cell.weekday)}s as a whole`, cell })),
    ...hours.map((cell) => ({ id: `h${cell.hour}`, name: `${formatHour(cell.hour)} on any day`, cell })),
    ...cells.map((cell) => ({ id: `${cell.weekday}/${cell.hour}`, name: `${formatWeekday(cell.weekday)} ${formatHour(cell.hour)}`, cell })),
  ];
}

/** What is beyond chance first, then the best first. */
export function byUse(places: readonly Place[]): Place[] {
  return [...places].sort((a, b) => Number(b.cell.differs) - Number(a.cell.differs) || b.cell.index - a.cell.index);
}

/** Colours are not stretched over less than this: small differences look small. */
const SCALE_LEAST = 0.2;
/** So that what stands in a cell stays readable. */
const STRENGTH_MOST = 0.85;

/** By how much the best or worst of the map is off, for its colours. */
export function scaleOf({ cells, hours, weekdays }: HoursPicture): number {
  return [...cells, ...hours, ...weekdays].reduce((most, { index }) => Math.max(most, Math.abs(index - 1)), SCALE_LEAST);
}

export function toneOfCell({ index }: Pick<PatternCell, 'index'>, scale: number): Pick<HourCell, 'tone' | 'strength'> {
  return { tone: index < 1 ? 'bad' : 'good', strength: (Math.abs(index - 1) / scale) * STRENGTH_MOST };
}
