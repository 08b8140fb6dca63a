import { screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { AccountsPage } from './AccountsPage';
import { show } from '@/test/render';

const account = (id: string, hours: number) => ({ source: 'meta', account: id, name: id, made_at: new Date(Date.now() - hours * 3_600_000).toISOString() });
const page = (asked: Parameters<typeof AccountsPage>[0]['asked']) => (
  <AccountsPage title="Scores" says="How well accounts are kept." asked={asked} loading="Loading scores" empty={{ icon: null, title: 'No account yet', text: 'Wait for a sync.' }} analyse={<button>Analyse now</button>}>
    {(accounts) => <p>{accounts.map((one) => one.name).join(', ')}</p>}
  </AccountsPage>
);

it('says that it waits, and offers nothing before there is something', async () => {
  await show(page({ data: undefined, problem: null, retry: vi.fn() }));
  expect(screen.getByRole('status', { name: 'Loading scores' })).toBeInTheDocument();
  expect(screen.queryByRole('button')).toBeNull();
});

it('says what is wrong, and asks again', async () => {
  const retry = vi.fn();
  const { user } = await show(page({ data: undefined, problem: { title: 'Our fault', detail: 'Try later.', requestId: 'req_7', unreachable: false }, retry }));
  expect(screen.getByRole('alert')).toHaveTextContent(/Our fault.*Try later\..*req_7/);
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(retry).toHaveBeenCalledOnce();
});

it('says why nothing is there, with what to do', async () => {
  await show(page({ data: [], problem: null, retry: vi.fn() }));
  expect(screen.getByRole('heading', { name: 'No account yet' })).toBeInTheDocument();
  expect(screen.getAllByRole('button', { name: 'Analyse now' })).toHaveLength(1);
});

it('shows what there is, and of when the newest of it is', async () => {
  await show(page({ data: [account('a', 50.5), account('b', 3.5)], problem: null, retry: vi.fn() }));
  expect(screen.getByText('a, b')).toBeInTheDocument();
  expect(screen.getByText(/How well accounts are kept\. Worked out/)).toHaveTextContent('Worked out 3 hours ago.');
  expect(screen.getAllByRole('button', { name: 'Analyse now' })).toHaveLength(1);
});
