// How pixels are told.
import type { Pixel, PixelsOfAccount } from '@/api/types';
import { NONE, formatCount, formatDay, formatDuration, formatFigure, formatRatio, plural } from '@/lib/format';
import { platformName } from '@/lib/platforms';

interface Verdict {
  label: string;
  tone: 'good' | 'warn' | 'bad' | 'muted';
  says: string;
}

const VERDICTS: Record<string, Verdict> = {
  silent: { label: 'Silent', tone: 'bad', says: 'It tells nothing where it should.' },
  degraded: { label: 'Degraded', tone: 'warn', says: 'It tells something else than it did: an event is lost, doubled or out of proportion.' },
  unknown: { label: 'Not known', tone: 'muted', says: 'There is too little to know what is usual of it.' },
  healthy: { label: 'Healthy', tone: 'good', says: 'It tells what it always did.' },
};
const WORST_FIRST = Object.keys(VERDICTS);

/** A newer server may know of more. */
export function verdictWords(verdict: string): Verdict {
  return VERDICTS[verdict] ?? { label: verdict, tone: 'muted', says: '' };
}

export interface Owned {
  /** By account and pixel: accounts may share one. */
  id: string;
  account: PixelsOfAccount;
  pixel: Pixel;
}

/** The pixels of all accounts, those that need somebody first. */
export function pixelsOf(accounts: readonly PixelsOfAccount[]): Owned[] {
  const rank = ({ pixel }: Owned): number => (pixel.unavailable ? -1 : WORST_FIRST.indexOf(pixel.verdict));
  return accounts
    .flatMap((account) => account.result.pixels.map((pixel) => ({ id: `${account.account}/${pixel.id}`, account, pixel })))
    .sort((a, b) => rank(a) - rank(b) || b.pixel.confidence - a.pixel.confidence);
}

/** "12 h", "3 days": hours as long as people count them. */
export function hoursText(hours: number): string {
  if (hours < 1) return formatDuration(hours * 3600);
  return hours < 72 ? `${formatCount(hours)} h` : plural(Math.floor(hours / 24), 'day');
}

/** How long nothing has come. */
export function silentText({ hours_since_event: hours, by }: Pick<Pixel, 'hours_since_event' | 'by'>): string {
  if (hours == null) return 'no event yet';
  if (hours < 1) return by === 'day' ? 'last whole day' : 'in the last hour';
  return `${by === 'day' ? plural(Math.floor(hours / 24), 'day') : hoursText(hours)} before`;
}

const QUALITIES: Record<string, string> = { GOOD: 'Good', FAIR: 'Fair', NEEDS_IMPROVEMENT: 'Needs improvement' };

/** How well what it tells is matched to people, by the platform's score or word. */
export function qualityWords({ match_quality: score, event_quality: word, by }: Pick<Pixel, 'match_quality' | 'event_quality' | 'by'>, source: string): { value: string; notes: string[] } {
  if (score != null) return { value: `${formatFigure(score, { unit: 'number' })} of 10`, notes: ['of the event the site is after'] };
  if (word) return { value: QUALITIES[word] ?? word, notes: [`${platformName(source)}’s word for the last 14 days`] };
  return { value: NONE, notes: [by === 'day' ? `${platformName(source)} tells none` : 'the platform’s is not read'] };
}

/** What platforms do not tell, each once: of those that told of a pixel it stands beside that. */
export function silentPlatforms(accounts: readonly PixelsOfAccount[]): string[] {
  const said = new Map(accounts.flatMap(({ source, result: { about, pixels } }) => (about && pixels.length === 0 ? [[source, about] as const] : [])));
  return [...said].map(([source, about]) => `${platformName(source)}: ${about}`);
}

const RARITY_MOST = 9;

/** "one in 10,000". */
export function oneIn(rarity: number): string {
  if (rarity >= RARITY_MOST) return 'less than one in a billion';
  return `one in ${formatCount(Number((10 ** rarity).toPrecision(1)))}`;
}

type Shift = Pixel['shifts'][number];

export interface ShiftWords {
  tone: 'bad' | 'warn';
  label: string;
  says: string;
}

/** What became of a ratio. */
export function shiftWords({ event, over, under, factor, count, expected, from, whole, also }: Shift): ShiftWords {
  const gone = factor === 0;
  const label = gone ? 'Stopped' : factor < 1 ? `Fell to ${formatRatio(factor, 0)}` : `${formatFigure(factor, { unit: 'ratio' })} times as many`;
  const what = whole ? `The whole pixel, by ${over} per ${under}` : event === over ? `${over} per ${under}` : `${event}, by ${over} per ${under}`;
  const others = whole ? ' All events of the pixel went the same way.' : also.length > 0 ? ` ${also.join(', ')} went the same way.` : '';
  return { tone: gone || whole ? 'bad' : 'warn', label, says: `${what}: ${formatCount(count)} came since ${formatDay(from)} where ${formatCount(expected)} were due.${others}` };
}

/** A step that is counted more often than what leads to it. */
export function isBeyond({ rate }: Pixel['rates'][number]): boolean {
  return rate > 100;
}

/** What stands below that. */
export function endWords({ hours_since_event: hours }: Pick<Pixel, 'hours_since_event'>, end: string): string {
  if (hours == null) return `the counts end ${end}`;
  return hours < 1 ? `of the counts, which end ${end}` : `the end of the counts, ${end}`;
}

/** The server's "match_quality: the platform's match quality is not read" with its part in words. */
export function untoldText(untold: string): string {
  return untold.replace(/^[a-z_]+: /, (part) => part.replaceAll('_', ' '));
}
