import { expect, it } from 'vitest';
import { chosenOf } from './accounts';

it('shows the account that was asked for, else one there is something to tell of', () => {
  const all = [{ account: '1', told: false }, { account: '2', told: true }];
  const told = (one: { told: boolean }): boolean => one.told;
  expect(chosenOf(all, '1', told)?.account).toBe('1');
  expect(chosenOf(all, 'gone', told)?.account).toBe('2');
  expect(chosenOf(all.slice(0, 1), undefined, told)?.account).toBe('1');
  expect(chosenOf([], '1')).toBeNull();
});
