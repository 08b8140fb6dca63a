import { describe, expect, it } from 'vitest';
import { NONE, changeOf, describeChange, formatAgo, formatDay, formatDays, formatClock, formatDuration, formatFigure, formatInstant, localized, plural, sentence } from '@/lib/format';

describe('formatFigure', () => {
  it('shows amounts to the cent, beyond what a JavaScript number holds', () => {
    expect(formatFigure('1234.56', { unit: 'money', currency: 'EUR' })).toBe('€1,234.56');
    expect(formatFigure('90071992547409931.27', { unit: 'money', currency: 'USD' })).toBe('$90,071,992,547,409,931.27');
  });

  it('rounds the long amounts of costs per something', () => {
    expect(formatFigure('0.458333', { unit: 'money', currency: 'GBP' })).toBe('£0.46');
  });

  it('follows the currency’s own digits', () => {
    expect(formatFigure('1234', { unit: 'money', currency: 'JPY' })).toBe('¥1,234');
  });

  it('gives a difference its sign, and nought none', () => {
    const shown = { unit: 'money', currency: 'EUR', signed: true } as const;
    expect(['3.12', '-0.87', '0.00'].map((value) => formatFigure(value, shown))).toEqual(['+€3.12', '-€0.87', '€0.00']);
    expect(formatFigure(12, { unit: 'count', signed: true })).toBe('+12');
  });

  it('keeps zero apart from nothing', () => {
    expect(formatFigure('0.00', { unit: 'money', currency: 'EUR' })).toBe('€0.00');
    expect(formatFigure(0, { unit: 'count' })).toBe('0');
    expect(formatFigure(null, { unit: 'money', currency: 'EUR' })).toBe(NONE);
    expect(formatFigure(undefined, { unit: 'ratio' })).toBe(NONE);
    expect(formatFigure('NaN', { unit: 'money', currency: 'EUR' })).toBe(NONE);
    expect(formatFigure(Number.POSITIVE_INFINITY, { unit: 'ratio' })).toBe(NONE);
  });

  it('takes percent metrics as hundredths', () => {
    expect(formatFigure(1.789, { unit: 'percent' })).toBe('1.79%');
  });

  it('shortens only what is long', () => {
    expect(formatFigure('96672.57', { unit: 'money', currency: 'EUR', compact: true })).toBe('€96.7K');
    expect(formatFigure('184.37', { unit: 'money', currency: 'EUR', compact: true })).toBe('€184.37');
    expect(formatFigure(9_999, { unit: 'count', compact: true })).toBe('9,999');
  });
});

describe('changeOf', () => {
  it('judges by the metric’s direction', () => {
    expect(changeOf('110', '100', 'higher')).toMatchObject({ tone: 'good', trend: 'up', text: '10.0%' });
    expect(changeOf('110', '100', 'lower')).toMatchObject({ tone: 'bad', trend: 'up' });
    expect(changeOf('90', '100', 'lower')).toMatchObject({ tone: 'good', trend: 'down' });
    expect(changeOf('90', '100', 'neutral')).toMatchObject({ tone: 'neutral', trend: 'down' });
  });

  it('has no percentage from nothing or from zero', () => {
    expect(changeOf(5, null, 'higher')).toMatchObject({ ratio: null, trend: 'none' });
    expect(changeOf(5, 0, 'higher')).toMatchObject({ ratio: null, text: 'new', tone: 'good' });
    expect(changeOf(0, 0, 'higher')).toMatchObject({ trend: 'flat', tone: 'neutral' });
  });

  it('calls a change too small to show flat', () => {
    expect(changeOf(100_000, 100_001, 'higher').trend).toBe('flat');
  });

  it('says it in words for those who see no colour', () => {
    expect(describeChange(changeOf(8, 10, 'higher'))).toBe('down 20.0%, worse');
    expect(describeChange(changeOf(8, 10, 'neutral'))).toBe('down 20.0%');
    expect(describeChange(changeOf(8, null, 'higher'))).toBe('nothing to compare with');
  });
});

describe('days and times', () => {
  it('shows a day as it is, in whatever zone the reader sits', () => {
    expect(formatDay('2026-11-05')).toBe('Nov 5, 2026');
    expect(formatDay('2026-01-01', 'short')).toBe('Jan 1');
    expect(formatDay('not a day')).toBe('not a day');
  });

  it('joins a range', () => {
    expect(formatDays('2026-10-24', '2026-11-20').replaceAll(/\s/g, ' ')).toBe('Oct 24 – Nov 20, 2026');
    expect(formatDays('2026-11-20', '2026-10-24')).toBe('2026-11-20 – 2026-10-24');
  });

  it('counts from now', () => {
    const now = Date.parse('2026-11-21T12:00:00Z');
    expect(formatAgo('2026-11-21T09:30:00Z', now)).toBe('2 hours ago');
    expect(formatAgo('2026-11-21T11:59:40Z', now)).toBe('just now');
    expect(formatAgo('2026-11-24T12:00:00Z', now)).toBe('in 3 days');
  });

  it('shows how long something takes', () => {
    expect(formatDuration(0.4)).toBe('< 1 s');
    expect(formatDuration(125)).toBe('2 min 5 s');
    expect(formatDuration(7_260)).toBe('2 h 1 min');
    expect(formatDuration(119.7)).toBe('2 min 0 s');
  });
});

describe('words', () => {
  it('counts', () => {
    expect(plural(1, 'row')).toBe('1 row');
    expect(plural(1_200, 'row')).toBe('1,200 rows');
  });

  it('writes the days and instants of messages as the reader does', () => {
    const at = '2026-11-21T03:00:00.25Z';
    expect(localized(`nothing for 2026-11-05 to 2026-11-07; kept as of ${at}`)).toBe(`nothing for ${formatDay('2026-11-05')} to ${formatDay('2026-11-07')}; kept as of ${formatInstant(at)}`);
    expect(localized('account 120208431 on v26.0')).toBe('account 120208431 on v26.0');
  });

  it('leaves the day out of an hour of today', () => {
    const now = new Date(2026, 10, 25, 12);
    expect(formatClock(new Date(2026, 10, 25, 14, 30).toISOString(), now)).toMatch(/^0?(14|2).30/);
    expect(formatClock(new Date(2026, 10, 26, 4, 10).toISOString(), now)).toMatch(/26/);
  });

  it('makes the server’s messages sentences', () => {
    expect(sentence('name the tenant: add ?tenant=…')).toBe('Name the tenant: add ?tenant=…');
    expect(sentence("'xyz' is not a metric")).toBe("'xyz' is not a metric.");
    expect(sentence('')).toBe('');
  });
});
