// Until when a finding may be put aside.
import { isDay, type Day } from '@/lib/period';

const DAY_MS = 86_400_000;

export const SNOOZES: readonly { label: string; days: number }[] = [
  { label: 'For a day', days: 1 },
  { label: 'For a week', days: 7 },
];

export function snoozedFor(days: number, now: number): string {
  return new Date(now + days * DAY_MS).toISOString();
}

/** The moment a day begins where the reader is; `null` where that is no day to come. */
export function snoozedUntil(day: Day, now: number): string | null {
  if (!isDay(day)) return null;
  const begins = new Date(`${day}T00:00:00`);
  return begins.getTime() > now ? begins.toISOString() : null;
}
