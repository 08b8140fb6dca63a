import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { ReconciliationSummaries } from './ReconciliationSummaries';
import type { ReconciliationSummary } from '@/api/types';
import { show } from '@/test/render';

const account = (name: string, mismatched: number): ReconciliationSummary => ({
  source: 'meta', account: name, name, currency: 'EUR', days: 90, equal: 90 - mismatched, mismatched, provisional: 0, untold: 0,
});
const names = (): (string | null)[] => within(screen.getByRole('list', { name: 'Accounts compared' })).getAllByRole('listitem').map((row) => row.getAttribute('aria-label'));

it('shows a few of many accounts, those that differ most first, and all when asked', async () => {
  const many = Array.from({ length: 9 }, (_, i) => account(`Account ${i}`, i < 7 ? i : 0));
  const { user } = await show(<ReconciliationSummaries summary={many} />);
  expect(names()).toEqual([6, 5, 4, 3, 2, 1].map((i) => `Account ${i} · Meta`));
  expect(screen.getByText('No day of the 3 others differs')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Show all 9 accounts' }));
  expect(names()).toHaveLength(9);
  expect(screen.queryByRole('button')).toBeNull();
});

it('says how many of the accounts out of sight differ', async () => {
  await show(<ReconciliationSummaries summary={Array.from({ length: 9 }, (_, i) => account(`Account ${i}`, i < 8 ? 1 : 0))} />);
  expect(screen.getByText('2 of the 3 others differ')).toBeInTheDocument();
});

it('hides nothing for the sake of one row', async () => {
  await show(<ReconciliationSummaries summary={Array.from({ length: 7 }, (_, i) => account(`Account ${i}`, 0))} />);
  expect(names()).toHaveLength(7);
  expect(screen.queryByRole('button')).toBeNull();
});
