import { useSyncExternalStore } from 'react';
import { formatAgo, formatInstant } from '@/lib/format';

const TICK_MS = 30_000;

/** Rounded to the tick, so that asking twice in one render answers the same. */
const read = (): number => Math.floor(Date.now() / TICK_MS) * TICK_MS;

function subscribe(changed: () => void): () => void {
  const timer = setInterval(changed, TICK_MS);
  return () => clearInterval(timer);
}

/** The time, to half a minute; what shows it keeps up with it. In milliseconds since the epoch. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, read);
}

/** Clocks of two machines differ by less; a time further ahead is shown as it is. */
const SKEW_MS = 120_000;

/** "3 hours ago", with the exact time as title. For times that have passed. */
export function Ago({ at }: { at: string }) {
  const now = useNow();
  const then = Date.parse(at);
  return (
    <time dateTime={at} title={formatInstant(at)}>
      {then > now + SKEW_MS ? formatInstant(at) : formatAgo(new Date(Math.min(then, now)).toISOString(), now)}
    </time>
  );
}
