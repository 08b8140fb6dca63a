import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { expect, it, vi } from 'vitest';
import { ImportDialog } from './ImportDialog';
import { show } from '@/test/render';
import { server } from '@/test/setup';

const file = (name: string) => new File(['Day,Cost\n2026-11-01,1.00\n'], name, { type: 'text/csv' });

async function open() {
  const showDays = vi.fn();
  const { user } = await show(<ImportDialog tenant="north-sea-coffee" opened onClose={vi.fn()} onShowDays={showDays} />);
  return { user, showDays };
}

function drop(dropped: File): void {
  fireEvent.drop(screen.getByTestId('file-drop'), { dataTransfer: { files: [dropped] } });
}

it('previews a dropped file, then imports it only when told to', async () => {
  const { user, showDays } = await open();
  drop(file('campaigns.csv'));
  expect(await screen.findByText('Google Ads campaign report (English)')).toBeInTheDocument();
  const own = screen.getByRole('row', { name: /Total: Account/ });
  expect(within(own).getByText('Equal')).toBeInTheDocument();
  expect(within(own).getByText('€8,412.37')).toBeInTheDocument();
  expect(screen.getByText(/Nothing is stored yet/)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Import 90 rows' }));
  expect(await screen.findByText('90 rows imported')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Show these days on Home' }));
  expect(showDays).toHaveBeenCalledOnce();
});

it('names every skipped line', async () => {
  const { user } = await open();
  drop(file('campaigns.csv'));
  await user.click(await screen.findByRole('button', { name: '4 lines skipped' }));
  expect(screen.getByText(/day '31\/02\/2026' does not exist/)).toBeInTheDocument();
});

it('says what is wrong with a file nobody can read, and lets another be chosen', async () => {
  server.use(
    http.post('*/api/v1/imports', () =>
      HttpResponse.json(
        { title: 'Not a known export', status: 422, detail: 'add a mapping file that names the columns', code: 'invalid', request_id: 'r', errors: [] },
        { status: 422, headers: { 'content-type': 'application/problem+json' } },
      ),
    ),
  );
  const { user } = await open();
  drop(file('garbage.bin'));
  expect(await screen.findByRole('alert')).toHaveTextContent('Not a known export');
  await user.click(screen.getByRole('button', { name: 'Another file' }));
  expect(screen.getByTestId('file-drop')).toBeInTheDocument();
});

it('shows the first rows as they were read, leaving out levels no row names', async () => {
  await open();
  drop(file('campaigns.csv'));
  const table = await screen.findByRole('table', { name: 'First rows as read' });
  const heads = within(table).getAllByRole('columnheader').map((head) => head.textContent);
  expect(heads).toEqual(['Line', 'Date', 'Campaign', 'Spend', 'Impressions', 'Clicks', 'Conversions', 'Revenue']);
  const brand = within(table).getByRole('row', { name: /Brand/ });
  expect(within(brand).getAllByRole('cell').slice(-2).map((cell) => cell.textContent)).toEqual(['–', '–']);
  expect(screen.getByRole('group', { name: 'First rows as read, scrolls sideways' })).toHaveAttribute('tabindex', '0');
});

it('says which days of which earlier file the account asked for would lose', async () => {
  const { user } = await open();
  drop(file('campaigns.csv'));
  await screen.findByText('As read');
  expect(screen.queryByText(/^Replaces days of/)).not.toBeInTheDocument();
  await user.type(screen.getByRole('combobox', { name: 'Account, if the file names none' }), 'Shop B{Enter}');
  const note = (await screen.findByText('Replaces days of Shop B')).closest('[role=note]');
  expect(note).toHaveTextContent(/of campaigns-march\.csv, imported 2 days ago/);
  expect(note).toHaveTextContent(/name it above under Account/);
});

it('reads the file anew for the account that is named', async () => {
  const asked: (string | null)[] = [];
  server.events.on('request:start', ({ request }) => {
    const url = new URL(request.url);
    if (url.pathname.endsWith('/imports')) asked.push(url.searchParams.get('account'));
  });
  const { user } = await open();
  drop(file('campaigns.csv'));
  await screen.findByText('As read');
  await user.type(screen.getByRole('combobox', { name: 'Account, if the file names none' }), 'Shop B{Enter}');
  await waitFor(() => expect(asked).toEqual([null, 'Shop B']));
  await screen.findByText('As read');
  await user.click(screen.getByRole('button', { name: 'Import 90 rows' }));
  await screen.findByText('90 rows imported');
  expect(asked).toEqual([null, 'Shop B', 'Shop B']);
  server.events.removeAllListeners();
});
