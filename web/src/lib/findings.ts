// Words for what analysis says: kinds, severities, how sure it is, when it shows.
import { formatDay, formatDays, formatRatio, localized } from './format';
import { platformName } from './platforms';

export interface Kind {
  id: string;
  label: string;
  /** What such a finding is, in a line. */
  about: string;
}

export const FINDING_KINDS: readonly Kind[] = [
  { id: 'anomaly', label: 'Anomaly', about: 'A figure left the range it normally keeps to.' },
  { id: 'funnel', label: 'Funnel', about: 'A step between impression and purchase loses more than it should.' },
  { id: 'pacing', label: 'Pacing', about: 'A budget will be overspent, or not spent.' },
  { id: 'fatigue', label: 'Fatigue', about: 'People have seen a creative too often.' },
  { id: 'pattern', label: 'Pattern', about: 'Something that comes back by hour, weekday or place.' },
  { id: 'score', label: 'Account score', about: 'Something in how an account is set up.' },
  { id: 'pixel', label: 'Pixel', about: 'A counter on the site stopped, doubled or lost something.' },
  { id: 'insight', label: 'Insight', about: 'Several figures that together say something.' },
];

export function kindName(id: string): string {
  return FINDING_KINDS.find((kind) => kind.id === id)?.label ?? id;
}

export const SEVERITIES = ['critical', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

const SEVERITY_WORDS: Record<Severity, { label: string; tone: 'bad' | 'warn' | 'muted' }> = {
  critical: { label: 'Critical', tone: 'bad' },
  warning: { label: 'Warning', tone: 'warn' },
  info: { label: 'Good to know', tone: 'muted' },
};

export function severityOf(id: string): { label: string; tone: 'bad' | 'warn' | 'muted' } {
  return (SEVERITY_WORDS as Record<string, (typeof SEVERITY_WORDS)[Severity] | undefined>)[id] ?? { label: id, tone: 'muted' };
}

const SURE: readonly (readonly [least: number, words: string])[] = [
  [0.95, 'Almost certain'],
  [0.85, 'Very likely'],
  [0.65, 'Likely'],
  [0.4, 'Possible'],
  [0, 'Unlikely'],
];

/** How sure something is, in words. */
export function sureWords(confidence: number): string {
  return SURE.find(([least]) => confidence >= least)?.[1] ?? 'Not known';
}

/** The same as a percentage; certainty is never claimed by rounding. */
export function surePercent(confidence: number): string {
  const bounded = Math.min(1, Math.max(0, confidence));
  if (bounded < 1 && bounded >= 0.995) return `over ${formatRatio(0.99, 0)}`;
  return formatRatio(bounded, 0);
}

interface Shows {
  from: string;
  to: string;
  ongoing: boolean;
}

/** "since 12 Nov 2026", "9 – 12 Nov 2026", "on 9 Nov 2026". */
export function showsWhen({ from, to, ongoing }: Shows): string {
  if (ongoing) return `since ${formatDay(from)}`;
  return from === to ? `on ${formatDay(from)}` : formatDays(from, to);
}

/** The server's prose of something: days as the reader writes them, and a platform by its name where it is what the prose is of. */
export function proseOf(text: string, { level, id }: { level: string; id: string }): string {
  const told = localized(text);
  return level === 'platform' && /^\w+$/.test(id) ? told.replaceAll(new RegExp(`\\b${id}\\b`, 'g'), platformName(id)) : told;
}
