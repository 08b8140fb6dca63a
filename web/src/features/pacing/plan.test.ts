import { describe, expect, it } from 'vitest';
import { amountOf, draftOf, emptyDraft, faultsOf, planOf, type Draft } from './plan';
import type { Budget } from '@/api/types';

const draft = (change: Partial<Draft> = {}): Draft => ({ ...emptyDraft('EUR'), name: 'Autumn', amount: '5000', ...change });

describe('amountOf', () => {
  it.each([
    ['5000', '5000'],
    ['5000.5', '5000.5'],
    ['12 500,50', '12500.50'],
    ['12,500', '12500'],
    ['12.500', '12500'],
    ['1.234.567,89', '1234567.89'],
    ['1’000', '1000'],
    ['007', '7'],
  ])('reads %s as %s', (text, amount) => expect(amountOf(text)).toBe(amount));

  it.each(['', '0', '0.00', '-5', '5000.005', '1.2.3', '1,234.567,8', '5e3', 'ten', '9999999999999', '12,34,567'])('refuses “%s”', (text) => expect(amountOf(text)).toBeNull());
});

describe('faultsOf', () => {
  it('finds nothing wrong with a whole plan', () => expect(faultsOf(draft())).toEqual({}));

  it('asks for what a level needs, and no more', () => {
    expect(Object.keys(faultsOf(draft({ level: 'platform' })))).toEqual(['source']);
    expect(Object.keys(faultsOf(draft({ level: 'account' })))).toEqual(['account']);
    expect(Object.keys(faultsOf(draft({ level: 'campaign', source: 'meta', account: '1' })))).toEqual(['campaign']);
  });

  it('holds days to their order', () => {
    expect(Object.keys(faultsOf(draft({ period: 'days' })))).toEqual(['from', 'to']);
    expect(faultsOf(draft({ period: 'days', from: '2026-11-05', to: '2026-11-04' })).to).toMatch(/before the first/);
    expect(faultsOf(draft({ period: 'days', from: '2026-11-05', to: '2026-11-05' }))).toEqual({});
  });

  it('wants a name that fits', () => {
    expect(faultsOf(draft({ name: ' ' })).name).toBeDefined();
    expect(faultsOf(draft({ name: 'x'.repeat(121) })).name).toBeDefined();
  });
});

it('names in a plan only what its level has', () => {
  const left = { source: 'meta', account: '1', campaign: '2' };
  expect(planOf(draft({ ...left, level: 'tenant' }))).toEqual({ name: 'Autumn', level: 'tenant', amount: '5000', currency: 'EUR', roll_over: false });
  expect(planOf(draft({ ...left, level: 'platform' }))).not.toHaveProperty('account');
  expect(planOf(draft({ ...left, level: 'account' }))).not.toHaveProperty('campaign');
  expect(planOf(draft({ ...left, level: 'campaign' }))).toMatchObject({ source: 'meta', account: '1', campaign: '2' });
});

it('rolls over by months alone', () => {
  expect(planOf(draft({ rollOver: true })).roll_over).toBe(true);
  expect(planOf(draft({ rollOver: true, period: 'days', from: '2026-11-01', to: '2026-11-02' }))).toMatchObject({ roll_over: false, from: '2026-11-01', to: '2026-11-02' });
});

it('reads a budget back as it was planned', () => {
  const budget: Budget = {
    id: 'b', name: 'Autumn', level: 'campaign', source: 'meta', account: '1', campaign: '2', amount: '5000.50', currency: 'EUR', from: '2026-11-01', to: '2026-11-30', roll_over: false, changed_at: '', changed_by: '',
  };
  expect(planOf(draftOf(budget))).toEqual({ name: 'Autumn', level: 'campaign', source: 'meta', account: '1', campaign: '2', amount: '5000.50', currency: 'EUR', from: '2026-11-01', to: '2026-11-30', roll_over: false });
});
