import { expect, it } from 'vitest';
import type { Pixel, PixelsOfAccount } from '@/api/types';
import { endWords, hoursText, isBeyond, oneIn, pixelsOf, qualityWords, shiftWords, silentPlatforms, silentText, untoldText, verdictWords } from './words';
import { formatDay } from '@/lib/format';

const pixel = (id: string, verdict: string, confidence: number, told: Partial<Pixel> = {}): Pixel => ({
  id, name: id, verdict, confidence, unavailable: false, counted_from: '2026-09-12', counted_until: '2026-11-20T10:00:00Z', totals: [], rates: [], silences: [], shifts: [], by: 'hour', hourly: [], findings: [], untold: [], ...told,
});
const account = (id: string, ...pixels: Pixel[]): PixelsOfAccount => ({ source: 'meta', account: id, name: id, made_at: '', source_hash: '', result: { pixels } });

it('puts first what needs somebody, across accounts', () => {
  const all = pixelsOf([account('1', pixel('a', 'healthy', 0.9), pixel('b', 'unknown', 0)), account('2', pixel('c', 'degraded', 0.8), pixel('d', 'silent', 0.7), pixel('e', 'degraded', 0.9), pixel('f', 'healthy', 0.9, { unavailable: true }))]);
  expect(all.map(({ id }) => id)).toEqual(['2/f', '2/d', '2/e', '2/c', '1/b', '1/a']);
});

it('tells a ratio that moved by what is counted per what', () => {
  const shift = { event: 'Purchase', over: 'Purchase', under: 'InitiateCheckout', from: '2026-11-13', to: '2026-11-19', factor: 0, count: 0, expected: 74.2, rarity: 9.3, also: [], whole: false };
  expect(shiftWords(shift)).toEqual({ tone: 'bad', label: 'Stopped', says: `Purchase per InitiateCheckout: 0 came since ${formatDay('2026-11-13')} where 74 were due.` });
  expect(shiftWords({ ...shift, factor: 0.4, also: ['Lead'] })).toMatchObject({ tone: 'warn', label: 'Fell to 40%', says: expect.stringMatching(/ Lead went the same way\.$/) as string });
  expect(shiftWords({ ...shift, event: 'AddToCart', factor: 2.04 })).toMatchObject({ label: '2.04 times as many', says: expect.stringMatching(/^AddToCart, by Purchase per/) as string });
  expect(shiftWords({ ...shift, factor: 0.2, whole: true })).toMatchObject({ tone: 'bad', says: expect.stringMatching(/^The whole pixel, .*All events/) as string });
});

it('says how long nothing has come, and how rare that is', () => {
  expect([0.5, 5, 71, 96].map(hoursText)).toEqual(['30 min 0 s', '5 h', '71 h', '4 days']);
  expect([null, 0, 9].map((hours) => silentText({ hours_since_event: hours, by: 'hour' }))).toEqual(['no event yet', 'in the last hour', '9 h before']);
  expect([null, 0, 48].map((hours) => silentText({ hours_since_event: hours, by: 'day' }))).toEqual(['no event yet', 'last whole day', '2 days before']);
  expect([null, 0, 9].map((hours) => endWords({ hours_since_event: hours }, '20:00'))).toEqual(['the counts end 20:00', 'of the counts, which end 20:00', 'the end of the counts, 20:00']);
  expect([4, 6.2, 12].map(oneIn)).toEqual(['one in 10,000', 'one in 2,000,000', 'less than one in a billion']);
});

it('keeps what a newer server says', () => {
  expect(verdictWords('asleep')).toEqual({ label: 'asleep', tone: 'muted', says: '' });
  expect(untoldText("match_quality: the platform's is not read")).toBe("match quality: the platform's is not read");
  expect([isBeyond({ from: '', into: '', rate: 100 }), isBeyond({ from: '', into: '', rate: 100.4 })]).toEqual([false, true]);
});

it('tells match quality by score, else by the platform’s word, else that there is none', () => {
  const of = (told: Partial<Pixel>, source: string) => qualityWords(pixel('a', 'healthy', 1, told), source);
  expect(of({ match_quality: 7.4 }, 'meta')).toEqual({ value: '7.4 of 10', notes: ['of the event the site is after'] });
  expect(of({ event_quality: 'NEEDS_IMPROVEMENT', by: 'none' }, 'pinterest')).toEqual({ value: 'Needs improvement', notes: ['Pinterest’s word for the last 14 days'] });
  expect(of({ by: 'day' }, 'tiktok').notes).toEqual(['TikTok tells none']);
});

it('tells once of each platform that tells nothing', () => {
  const none = (source: string): PixelsOfAccount => ({ ...account('9'), source, result: { pixels: [], about: 'It tells nothing.' } });
  expect(silentPlatforms([none('google'), none('google'), none('linkedin'), account('1', pixel('a', 'healthy', 1))])).toEqual(['Google Ads: It tells nothing.', 'LinkedIn: It tells nothing.']);
});
