// Pixels of the mock's Meta accounts: one that lost its purchases, one that is silent, one that is well, and one nobody can tell of.
import type { Pixel, PixelsOfAccount } from '@/api/types';
import { addDays, type Day } from '@/lib/period';
import { analysedAccounts, keptOf } from '@/test/mock/analyses';
import { hash } from '@/test/mock/world';

/** By what a day's hour has of its events. */
const RHYTHM = [8, 5, 3, 2, 3, 7, 16, 30, 38, 42, 45, 47, 48, 46, 45, 47, 52, 58, 66, 78, 88, 82, 54, 24];
const DAYS = 14;
const HOUR_MS = 3_600_000;

/** The two weeks up to the last whole hour, with the last `silent` of them silent. */
function hourly(pixel: string, size: number, silent: number, now: number): Pixel['hourly'] {
  const today = new Date(now).toISOString().slice(0, 10);
  return Array.from({ length: DAYS }, (_, i) => {
    const day = addDays(today, i - DAYS + 1);
    const counts = RHYTHM.map((usual, hour) => {
      const end = Date.parse(`${day}T00:00:00Z`) + (hour + 1) * HOUR_MS;
      if (end > now) return null;
      if (end > now - silent * HOUR_MS) return 0;
      return Math.round(usual * size * (0.75 + (hash(`${pixel}/${day}/${hour}`) / 4294967296) * 0.5));
    });
    return { day, counts };
  });
}

function pixelOf(told: Partial<Pixel> & Pick<Pixel, 'id' | 'name' | 'verdict' | 'confidence'>, size: number, silent: number, now: number): Pixel {
  const today = new Date(now).toISOString().slice(0, 10);
  const at = (hours: number): string => new Date(Math.floor(now / HOUR_MS) * HOUR_MS - hours * HOUR_MS).toISOString();
  const of = (event: string, daily: number): Pixel['totals'][number] => ({ event, today: Math.round(daily * size * 0.6), days_7: Math.round(daily * size * 7), days_30: Math.round(daily * size * 30.4) });
  return {
    unavailable: false, last_fired_at: at(silent), counted_from: addDays(today, -70), counted_until: at(0), hours_since_event: silent, noticed_after_hours: 5,
    totals: [of('PageView', 640), of('ViewContent', 262), of('AddToCart', 48), of('InitiateCheckout', 26), of('Purchase', 14), of('Search', 21)],
    rates: [
      { from: 'PageView', into: 'ViewContent', rate: 40.9, low: 40.1, high: 41.8 },
      { from: 'ViewContent', into: 'AddToCart', rate: 18.3, low: 17.4, high: 19.2 },
      { from: 'AddToCart', into: 'InitiateCheckout', rate: 54.2, low: 51, high: 57.3 },
      { from: 'InitiateCheckout', into: 'Purchase', rate: 53.8, low: 50.2, high: 57.5 },
    ],
    silences: [], shifts: [], match_quality: null, event_quality: null, by: 'hour', hourly: hourly(told.id, size, silent, now), findings: [], untold: ["match_quality: the platform's match quality is not read"], ...told,
  };
}

/** `found`: ids of what was found of the silent one. */
export function pixels(tenant: string, today: Day, now: number, found: readonly string[]): PixelsOfAccount[] {
  const at = new Date(now - 2.2 * HOUR_MS).toISOString();
  const hour = (ago: number): string => new Date(Math.floor(now / HOUR_MS) * HOUR_MS - ago * HOUR_MS).toISOString();
  return analysedAccounts(tenant).flatMap((account) => {
    if (account.source === 'google') return [{ ...keptOf(account, at), result: { pixels: [], about: 'It tells nothing of its tags: what it counts is judged with the account\'s conversions.' } }];
    if (account.source !== 'meta') return [];
    if (account.name.endsWith('DE')) {
      const silent = pixelOf(
        {
          id: '431200977', name: 'North Sea Coffee DE shop', verdict: 'silent', confidence: 0.994, findings: [...found],
          silences: [{ from: hour(9), to: hour(0), hours: 9, expected: 214.6, rarity: 6.2, ongoing: true, alarm: true }],
        },
        0.55, 9, now,
      );
      return [{ ...keptOf(account, at), result: { pixels: [silent] } }];
    }
    const lost = pixelOf(
      {
        id: '431200431', name: 'North Sea Coffee shop', verdict: 'degraded', confidence: 0.987, match_quality: 6.4, untold: [],
        shifts: [
          { event: 'Purchase', over: 'Purchase', under: 'InitiateCheckout', from: addDays(today, -6), to: addDays(today, -1), factor: 0, count: 0, expected: 84.2, rarity: 9.3, also: [], whole: false },
          { event: 'AddToCart', over: 'AddToCart', under: 'ViewContent', from: addDays(today, -12), to: addDays(today, -1), factor: 2.04, count: 1_172, expected: 574.5, rarity: 5.6, also: ['InitiateCheckout'], whole: false },
        ],
      },
      1, 0, now,
    );
    lost.totals = lost.totals.map((total) => (total.event === 'Purchase' ? { ...total, today: 0, days_7: 0, days_30: 338 } : total));
    lost.rates = lost.rates.map((rate) => (rate.into === 'InitiateCheckout' ? { ...rate, rate: 118.4, low: null, high: null } : rate.into === 'Purchase' ? { ...rate, rate: 41.6, low: 37.1, high: 46.2 } : rate));
    const well = pixelOf(
      { id: '431200432', name: 'North Sea Coffee blog', verdict: 'healthy', confidence: 0.83, noticed_after_hours: 11, silences: [{ from: hour(2), to: hour(0), hours: 2, expected: 1.4, rarity: 0.6, ongoing: true, alarm: false }] },
      0.12, 2, now,
    );
    const young = pixelOf(
      {
        id: '431200439', name: 'Gift shop (new)', verdict: 'unknown', confidence: 0, noticed_after_hours: null, hours_since_event: null, last_fired_at: null, counted_from: addDays(today, -4), rates: [], totals: [], hourly: [],
        untold: ['silence: there are 4 whole days and it takes 14', 'shifts: there are 4 whole days and it takes 29', "match_quality: the platform's match quality is not read"],
      },
      0, 0, now,
    );
    return [{ ...keptOf(account, at), result: { pixels: [lost, well, young] } }];
  });
}
