import { expect, test } from 'vitest';
import type { Knowledge, Metric } from '@/api/types';
import { bodyOf, draftOf, emptyTarget, faultsOf, numberOf, sameDraft } from './draft';

const KNOWN: Knowledge = {
  version: 3,
  changed_at: '2026-11-01T10:00:00Z',
  changed_by: 'usr_ada',
  industry: { id: 'food', name: 'Food & drink' },
  knowledge: {
    context: { industry: 'Food & drink', business_model: '', products: ['Beans'], customer: '', average_order_value: { value: 48.5, currency: 'EUR' }, gross_margin: 42.5, notes: '' },
    targets: [
      { metric: 'roas', bound: 'at_least', value: 3.2, currency: null, period: 'month', platform: null },
      { metric: 'cpa', bound: 'at_most', value: 25, currency: 'EUR', period: 'week', platform: 'meta' },
    ],
    strategy: [{ platform: 'meta', objective: 'Sales', campaign_types: ['Advantage+'], notes: '' }],
    preferences: { tone: 'brief', language: 'nl', include_benchmarks: false, highlight_creatives: true, notes: '' },
  },
};
const METRICS = new Map([['roas', { unit: 'ratio' } as Metric], ['cpa', { unit: 'money' } as Metric]]);

test('what was read is what would be written', () => {
  expect(bodyOf(draftOf(KNOWN, 'USD'), METRICS)).toEqual(KNOWN.knowledge);
});

test('an amount has a currency and nothing else has', () => {
  const draft = draftOf(KNOWN, 'USD');
  const swapped = { ...draft, targets: draft.targets.map((target) => ({ ...target, metric: target.metric === 'cpa' ? 'roas' : 'cpa' })) };
  expect(bodyOf(swapped, METRICS).targets.map(({ currency }) => currency)).toEqual(['USD', null]);
});

test('numbers are read as people write them', () => {
  expect(['3,5', ' 3.5 ', '42.5 %', '1 250', '-4', '', 'x', '1,2,3', '1e9', '3.'].map(numberOf)).toEqual([3.5, 3.5, 42.5, 1250, -4, null, null, null, null, null]);
});

test('faults have the names of the API', () => {
  const draft = { ...draftOf(KNOWN, 'EUR'), margin: '140', orderValue: '0', language: ' ', targets: [emptyTarget('EUR')] };
  expect(Object.keys(faultsOf(draft))).toEqual(['context.gross_margin', 'context.average_order_value', 'targets[0].metric', 'targets[0].value', 'preferences.language']);
  expect(faultsOf(draftOf(KNOWN, 'EUR'))).toEqual({});
});

test('a draft is changed by what it says, not by how its rows are told apart', () => {
  expect(sameDraft(draftOf(KNOWN, 'EUR'), draftOf(KNOWN, 'EUR'))).toBe(true);
  expect(sameDraft(draftOf(KNOWN, 'EUR'), { ...draftOf(KNOWN, 'EUR'), margin: '42.6' })).toBe(false);
});
