// How a finding's parts are told.
import type { Contribution, Entity, Finding, KnownEvent } from '@/api/types';
import { directionOf, formatDay, formatFigure, formatInstant, plural, unitOf, type Direction, type Shown } from '@/lib/format';
import { nounOf } from '@/lib/levels';
import { lengthOf } from '@/lib/period';
import { accountLabel, platformName } from '@/lib/platforms';
import type { SignedBar } from '@/ui/SignedBars';

/** Names of accounts by source and id, as far as they are known. */
export type AccountNames = ReadonlyMap<string, string>;

export function accountNames(accounts: readonly { source: string; id: string; name: string }[] | undefined): AccountNames {
  return new Map((accounts ?? []).map(({ source, id, name }) => [`${source}/${id}`, name]));
}

/** "Campaign Spring", "Account Lumen", "All platforms": what something is said of. */
export function entityName({ level, source, id, name }: Entity): string {
  const called = name || id;
  if (level === 'tenant') return called;
  if (level === 'platform') return platformName(source ?? id);
  return `${nounOf(level, source ?? '').one} ${called}`;
}

/** Where that is: "Lumen · Meta"; empty for a tenant or platform, which say so themselves. */
export function entityPlace({ level, source, account }: Entity, names: AccountNames): string {
  if (!source || level === 'tenant' || level === 'platform') return '';
  if (level === 'account') return platformName(source);
  return accountLabel(names.get(`${source}/${account ?? ''}`) ?? account ?? '', source);
}

export function shownOf({ unit, currency }: Pick<Finding, 'unit' | 'currency'>): Shown {
  return { unit: unitOf(unit), currency };
}

/** "€6.00 to €8.10"; `null` where there is none. */
export function intervalOf(finding: Finding): string | null {
  const [low, high] = finding.interval ?? [];
  if (low === undefined || high === undefined) return null;
  return `${formatFigure(low, shownOf(finding))} to ${formatFigure(high, shownOf(finding))}`;
}

/** What the figure is held against. */
export function expectedWord({ kind }: Pick<Finding, 'kind'>): string {
  return kind === 'pacing' ? 'budget' : 'expected';
}

/** A pace's interval is about where it will end; every other one is about what was to be expected. */
export function isIntervalOfValue({ kind }: Pick<Finding, 'kind'>): boolean {
  return kind === 'pacing';
}

export interface Put {
  label: string;
  by: string | null;
}

/** Why a finding is not among the open ones. */
export function awayOf({ state, snoozed_until: until, dismissed_by: by, gone_at: gone }: Finding): Put | null {
  switch (state) {
    case 'open':
      return null;
    case 'snoozed':
      return { label: until ? `Snoozed until ${formatInstant(until)}` : 'Snoozed', by: null };
    case 'dismissed':
      return { label: 'Dismissed', by: by ?? null };
    case 'gone':
      return { label: gone ? `Gone since ${formatInstant(gone)}` : 'Gone', by: null };
    default:
      return { label: state, by: null };
  }
}

export interface Parts {
  objects: SignedBar[];
  factors: SignedBar[];
}

/** What moved it, objects and factors apart: each kind adds up to the whole by itself. */
export function partsOf(contributions: readonly Contribution[]): Parts {
  const bar = (part: Contribution, i: number): SignedBar => ({
    id: `${i}`,
    label: part.entity ? part.entity.name || part.entity.id : part.name,
    note: part.entity ? entityNote(part.entity) : undefined,
    change: part.change,
    share: Number.isFinite(part.share) ? part.share : null,
  });
  const objects: SignedBar[] = [];
  const factors: SignedBar[] = [];
  contributions.forEach((part, i) => (part.entity ? objects : factors).push(bar(part, i)));
  return { objects, factors };
}

function entityNote({ level, source }: Entity): string {
  const noun = nounOf(level, source ?? '').one;
  return source ? `${noun} · ${platformName(source)}` : noun;
}

export function directionOfFinding(finding: Finding): Direction {
  return directionOf(finding.direction);
}

const EVENTS: Record<string, string> = {
  budget: 'Budget changed',
  status: 'Status changed',
  disapproved: 'Ad refused',
  learning: 'Learning phase',
  created: 'Created',
  edited: 'Edited',
  connection: 'Connection',
};

export function eventName(kind: string): string {
  return EVENTS[kind] ?? kind.replaceAll('_', ' ');
}

/** "100.00 → 250.00 (× 2.5)". */
export function eventChange({ before, after, factor }: KnownEvent): string {
  const times = factor != null && Number.isFinite(factor) ? ` (× ${formatFigure(factor, { unit: 'ratio' })})` : '';
  return before ? `${before} → ${after}${times}` : `${after}${times}`;
}

/** How an event lies to the day a finding begins: "2 days before it began". */
export function eventWhen(day: string, from: string): string {
  if (day === from) return 'on the day it began';
  const apart = lengthOf(day < from ? { from: day, to: from } : { from, to: day }) - 1;
  return `${plural(apart, 'day')} ${day < from ? 'before' : 'after'} it began`;
}

export function sinceWords({ found_at: found, seen_at: seen }: Pick<Finding, 'found_at' | 'seen_at'>): string {
  return found === seen ? `First found ${formatInstant(found)}` : `First found ${formatInstant(found)}, last seen ${formatInstant(seen)}`;
}

/** What the days of the finding are called where they are pointed out. */
export function markLabel({ from, to }: Pick<Finding, 'from' | 'to'>): string {
  return from === to ? `It shows on ${formatDay(from, 'short')}` : 'It shows here';
}
