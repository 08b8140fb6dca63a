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

/** "3 hours ago", with the exact time as title. */
export function Ago({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={formatInstant(at)}>
      {formatAgo(at, now)}
    </time>
  );
}
