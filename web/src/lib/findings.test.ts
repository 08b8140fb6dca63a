import { expect, it } from 'vitest';
import { kindName, proseOf, severityOf, showsWhen, surePercent, sureWords } from './findings';
import { formatDay, formatDays } from './format';

it('says how sure in words, at their bounds', () => {
  expect([1, 0.95, 0.9499, 0.85, 0.65, 0.4, 0.39, 0].map(sureWords)).toEqual(['Almost certain', 'Almost certain', 'Very likely', 'Very likely', 'Likely', 'Possible', 'Unlikely', 'Unlikely']);
  expect(sureWords(Number.NaN)).toBe('Not known');
});

it('claims no certainty by rounding', () => {
  expect(surePercent(0.999)).toBe('over 99%');
  expect(surePercent(1)).toBe('100%');
  expect(surePercent(0.934)).toBe('93%');
  expect(surePercent(7)).toBe('100%');
});

it('says when it shows', () => {
  expect(showsWhen({ from: '2026-11-05', to: '2026-11-09', ongoing: true })).toBe(`since ${formatDay('2026-11-05')}`);
  expect(showsWhen({ from: '2026-11-05', to: '2026-11-09', ongoing: false })).toBe(formatDays('2026-11-05', '2026-11-09'));
  expect(showsWhen({ from: '2026-11-05', to: '2026-11-05', ongoing: false })).toBe(`on ${formatDay('2026-11-05')}`);
});

it('keeps what a newer server says', () => {
  expect(kindName('weather')).toBe('weather');
  expect(severityOf('dire')).toEqual({ label: 'dire', tone: 'muted' });
});

it('calls a platform by its name where the prose is of it, and only there', () => {
  expect(proseOf('Lower daily budgets of google to 5 EUR', { level: 'platform', id: 'google' })).toBe('Lower daily budgets of Google Ads to 5 EUR');
  expect(proseOf('“meta” of 2026-11-05', { level: 'campaign', id: 'meta' })).toBe(`“meta” of ${formatDay('2026-11-05')}`);
});
