import { screen, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { useState } from 'react';
import { expect, it, vi } from 'vitest';
import { DataPage } from './DataPage';
import type { DataView } from './view';
import * as csv from '@/lib/csv';
import { formatDay } from '@/lib/format';
import { addDays, todayIn } from '@/lib/period';
import { rates } from '@/test/mock/quality';
import { server } from '@/test/setup';
import { meOf } from '@/test/mock/identity';
import { show } from '@/test/render';

const today = todayIn('UTC');
const ago = (days: number): string => addDays(today, -days);
const day = (days: number): string => formatDay(ago(days), 'weekday');

function Page({ tenant = 'north-sea-coffee', at = {}, days = 60, section, onShowDay = vi.fn() }: { tenant?: string; at?: DataView; days?: number; section?: string; onShowDay?: () => void }) {
  const [view, setView] = useState<DataView>(at);
  return (
    <DataPage
      tenant={{ id: tenant, name: 'North Sea Coffee', timezone: 'UTC', currency: 'EUR', industry: '', accounts: 1, branding: { colour: null, logo_url: null } }}
      period={{ from: ago(days), to: ago(1) }}
      view={view}
      section={section}
      onView={(change) => setView((now) => ({ ...now, ...change }))}
      onShowDay={onShowDay}
    />
  );
}

const row = async (name: RegExp) => within(await screen.findByRole('grid', { name: 'Days of each account' })).getByRole('row', { name });

it('says of each day of each account how it stands', async () => {
  await show(<Page />);
  const cells = within(await row(/^North Sea Coffee DE Meta 3 missing/)).getAllByRole('gridcell');
  expect(cells).toHaveLength(60);
  expect(cells.at(-1)).toHaveAccessibleName(`${day(1)}: Missing`);
  expect(cells.at(-4)).toHaveAccessibleName(`${day(4)}: Still settling`);
  expect(cells[0]).toHaveAccessibleName(`${day(60)}: Complete`);
  const groups = within(screen.getByRole('grid', { name: 'Days of each account' })).getAllByRole('rowgroup');
  expect(groups.map((group) => group.getAttribute('aria-label'))).toEqual(['Ad platforms', 'Shops', 'Site analytics', 'E-mail']);
});

it('leaves days before an account’s first one blank', async () => {
  const { user } = await show(<Page />);
  const letters = await row(/^North Sea Coffee letters/);
  expect(within(letters).getByRole('rowheader')).toHaveTextContent('No gap');
  const cells = within(letters).getAllByRole('gridcell');
  expect(cells.map((cell) => cell.dataset.state === 'before').lastIndexOf(true)).toBe(60 - 49);
  expect(cells[0]).toHaveAccessibleName(`${day(60)}: Before its first day`);
  await user.click(cells[0]!);
  const dialog = await screen.findByRole('dialog');
  expect(within(dialog).getByText(/nothing is missed here/)).toBeInTheDocument();
  expect(await within(dialog).findByRole('button', { name: 'Read this day' })).toBeInTheDocument();
});

it('offers the ready views as files of the days shown', async () => {
  const { user } = await show(<Page />);
  await user.click(await screen.findByRole('button', { name: 'Ready views' }));
  const views = await screen.findByRole('list', { name: 'Views' });
  const campaigns = () => within(views).getByRole('link', { name: /^ad_reporting__campaign_report A row is a campaign's day\.$/ });
  const address = `/api/v1/views/ad_reporting__campaign_report?tenant=north-sea-coffee&from=${ago(60)}&to=${ago(1)}`;
  expect(campaigns()).toHaveAttribute('href', `${address}&format=csv`);
  expect(campaigns()).toHaveAttribute('download');
  await user.click(screen.getByRole('radio', { name: 'Parquet' }));
  expect(campaigns()).toHaveAttribute('href', `${address}&format=parquet`);
});

it('is walked by keys: one stop for Tab, arrows between days, Enter opens one', async () => {
  const { user } = await show(<Page />);
  const grid = await screen.findByRole('grid', { name: 'Days of each account' });
  expect(within(grid).getAllByRole('gridcell').filter((cell) => cell.tabIndex === 0)).toHaveLength(1);
  within(grid).getAllByRole('gridcell').find((cell) => cell.tabIndex === 0)!.focus();
  await user.keyboard('{ArrowLeft}{ArrowLeft}');
  expect(document.activeElement).toHaveAccessibleName(`${day(3)}: Missing`);
  await user.keyboard('{ArrowDown}{Home}{PageDown}');
  expect(document.activeElement).toHaveAccessibleName(`${day(46)}: Differs`);
  await user.keyboard('{Enter}');
  expect(await screen.findByRole('dialog', { name: `North Sea Coffee NL · Meta, ${day(46)}` })).toBeInTheDocument();
});

it('tells all that is known of a day, and reads it again', async () => {
  const asked = vi.fn();
  server.use(
    http.post('*/api/v1/executions', async ({ request }) => {
      asked(await request.clone().json());
      return undefined;
    }),
  );
  const shown = vi.fn();
  const { user } = await show(<Page at={{ day: `meta/120208431/${ago(45)}` }} onShowDay={shown} />);
  const dialog = await screen.findByRole('dialog', { name: `North Sea Coffee NL · Meta, ${day(45)}` });
  const spend = await within(dialog).findByRole('row', { name: /^Spend/ });
  expect(within(spend).getByText('+€3.12')).toBeInTheDocument();
  expect(within(spend).getByText('Differs')).toBeInTheDocument();
  expect(within(within(dialog).getByRole('row', { name: /^Impressions/ })).getByText('Equal')).toBeInTheDocument();
  expect(within(dialog).getByText("Matches the source's own total")).toBeInTheDocument();
  await user.click(within(dialog).getByRole('button', { name: 'Show this day on Home' }));
  expect(shown).toHaveBeenCalledWith({ source: 'meta', account: '120208431', day: ago(45) });
  await user.click(within(dialog).getByRole('button', { name: 'Read this day again' }));
  expect(await screen.findByText('The day is being read')).toBeInTheDocument();
  expect(asked).toHaveBeenCalledWith({ kind: 'sync', source: 'meta', account: '120208431', from: ago(45), to: ago(45) });
});

it('says how to mend a day of an account without a connection', async () => {
  await show(<Page at={{ day: `google/4417720931/${ago(61)}` }} days={70} />);
  const dialog = await screen.findByRole('dialog');
  expect(await within(dialog).findByText(/This account has no connection: import a file/)).toBeInTheDocument();
  expect(within(dialog).getByRole('link', { name: 'Look at Connections' })).toBeInTheDocument();
  expect(within(dialog).queryByRole('button', { name: 'Read this day again' })).toBeNull();
});

it('lists what differs first, and anything else when asked', async () => {
  const { user } = await show(<Page />);
  const table = await screen.findByRole('region', { name: 'Compared figures' });
  expect(within(table).getAllByText('+€3.12')).toHaveLength(3);
  expect(within(screen.getByRole('listitem', { name: 'North Sea Coffee NL · Meta' })).getByText('3 days differ')).toBeInTheDocument();
  expect(within(screen.getByRole('listitem', { name: 'NSC Search · Google Ads' })).getByText('All equal')).toBeInTheDocument();
  await user.click(screen.getByRole('radio', { name: /^Settling/ }));
  await vi.waitFor(() => expect(within(table).queryByText('Differs')).toBeNull());
  expect(within(table).getAllByText('Still settling').length).toBeGreaterThan(3);
});

it('follows the list’s pages, and exports all of them', async () => {
  const saved = vi.spyOn(csv, 'download').mockImplementation(() => undefined);
  const { user } = await show(<Page at={{ verdict: 'all' }} />);
  expect(await screen.findByText(/The first 200 figures are shown/)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Show more' }));
  expect(await screen.findByText(/The first 400 figures are shown/)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Export CSV of the compared figures' }));
  await vi.waitFor(() => expect(saved).toHaveBeenCalledTimes(1));
  const [name, text] = saved.mock.calls[0]!;
  expect(name).toBe(`north-sea-coffee-reconciliation-all-${ago(60)}-${ago(1)}.csv`);
  const lines = text.trim().split('\r\n');
  expect(lines[0]).toBe('source,account_id,account,date,figure,currency,ours,theirs,difference,verdict,read_at');
  expect(lines.length).toBeGreaterThan(500);
});

it('shows failed checks first, with their days, since when, and their history', async () => {
  const { user } = await show(<Page />);
  const errors = await screen.findByRole('region', { name: 'Errors: figures may be wrong' });
  const first = within(errors).getByRole('listitem', { name: 'No missing days' });
  expect(within(first).getByText(/3 days were not read/)).toBeInTheDocument();
  expect(within(first).getAllByText(/^Since /)).toHaveLength(2);
  expect(within(first).getByText(/Sync the missing days\./)).toHaveTextContent(/^What to do: /);
  expect(within(screen.getByRole('listitem', { name: 'Every row once' })).queryByText('What to do:')).toBeNull();
  const many = screen.getByRole('listitem', { name: 'Nothing left out by the source' });
  expect(within(within(many).getByRole('list', { name: 'Days' })).getAllByRole('button')[0]).toHaveTextContent(formatDay(ago(1), 'short'));
  expect(within(many).getByText('and 3 more days')).toBeInTheDocument();
  const volume = screen.getByRole('listitem', { name: 'Usual number of rows' });
  expect(within(volume).queryByText(/too little history/)).toBeNull();
  await user.click(within(volume).getByRole('button', { name: /not applicable to 1 account/ }));
  expect(within(volume).getByText(/There is too little history/)).toBeInTheDocument();
  await user.click(within(first).getByRole('button', { name: 'History of No missing days for North Sea Coffee DE · Meta' }));
  const dialog = await screen.findByRole('dialog', { name: 'No missing days, North Sea Coffee DE · Meta' });
  const answers = within(await within(dialog).findByRole('list', { name: 'Answers, newest first' })).getAllByRole('listitem');
  expect(answers.map((answer) => /Passed|Failed/.exec(answer.textContent)?.[0])).toEqual(['Failed', 'Passed', 'Failed', 'Passed']);
  expect(answers.map((answer) => answer.querySelectorAll('time').length)).toEqual([2, 2, 1, 2]);
});

it('exports the checks’ answers', async () => {
  const saved = vi.spyOn(csv, 'download').mockImplementation(() => undefined);
  const { user } = await show(<Page />);
  await screen.findByRole('region', { name: 'Errors: figures may be wrong' });
  await user.click(screen.getByRole('button', { name: 'Export CSV of the checks' }));
  const [name, text] = saved.mock.calls[0]!;
  expect(name).toMatch(/^north-sea-coffee-checks-\d{4}-\d{2}-\d{2}\.csv$/);
  expect(text).toContain(`\r\ncontinuity,No missing days,Every day since the account's first was read.,"Sync the missing days. If that fails, look at the connection's health: the sign-in may have ended.",error,shopify,nsc-coffee,North Sea Coffee shop,failed,a day was not read: ${ago(37)},${ago(37)},`);
});

it.each([
  ['a failed answer', 'check/continuity/meta/120208977', 'check/continuity/meta/120208977'],
  ['one that passed since, which is opened', 'check/continuity/ga4/314159265', 'check/continuity/ga4/314159265'],
  ['the check, where the account is gone', 'check/continuity/meta/gone', 'check/continuity'],
  ['the section, where the check is gone', 'check/retired/meta/1', 'checks'],
])('brings what a link points at into sight: %s', async (_, section, id) => {
  await show(<Page section={section} />);
  await screen.findByRole('region', { name: 'Errors: figures may be wrong' });
  await vi.waitFor(() => expect(document.activeElement).toHaveAttribute('id', id));
});

it('runs the checks when asked', async () => {
  const { user } = await show(<Page />);
  await screen.findByText(/Last run/);
  expect(screen.getByText(/Last run/)).toHaveTextContent('2 hours ago');
  await user.click(screen.getByRole('button', { name: 'Run checks now' }));
  expect(await screen.findByText('Failed: 3 errors, 2 warnings.')).toBeInTheDocument();
  expect(screen.getByText(/Last run/)).toHaveTextContent('just now');
});

it('does not offer to run checks to those who may not', async () => {
  server.use(http.get('*/api/v1/me', () => HttpResponse.json(meOf('viewer@example.com'))));
  await show(<Page />);
  expect(await screen.findByRole('button', { name: 'Run checks now' })).toBeDisabled();
});

it('warns of late rates', async () => {
  server.use(http.get('*/api/v1/rates', () => HttpResponse.json(rates(today, `${today}T06:00:00Z`, true))));
  await show(<Page />);
  const card = await screen.findByRole('region', { name: 'Exchange rates' });
  expect(await within(card).findByText('Late')).toBeInTheDocument();
  expect(within(card).getByText(/European Central Bank has not answered since\. Figures of later days use the last known rates/)).toBeInTheDocument();
});

it('says what to do when nothing is connected', async () => {
  await show(<Page tenant="harbour-yoga" />);
  expect(await screen.findByRole('heading', { name: 'Nothing is connected' })).toBeInTheDocument();
  expect(screen.getByRole('link', { name: 'Go to Connections' })).toBeInTheDocument();
});

it('says that nothing ran, was compared or read, and when it will', async () => {
  server.use(
    http.get('*/api/v1/checks', () => HttpResponse.json({ checked_at: null, items: [] })),
    http.get('*/api/v1/reconciliation', () => HttpResponse.json({ summary: [], items: [], next: null })),
    http.get('*/api/v1/rates', () => HttpResponse.json({ base: 'EUR', last_day: null, read_at: null, currencies: [], stale: false, message: null })),
  );
  await show(<Page />);
  expect(await screen.findByText(/No check has run yet/)).toBeInTheDocument();
  expect(await screen.findByText(/Nothing was compared in this period/)).toBeInTheDocument();
  expect(await screen.findByText(/No rates have been read yet/)).toBeInTheDocument();
});

it('keeps the rest of the page when one part fails, and tries again', async () => {
  const refused = HttpResponse.json(
    { title: 'Something went wrong', status: 500, detail: 'this is our fault', code: 'internal', request_id: 'req_7', errors: [] },
    { status: 500, headers: { 'content-type': 'application/problem+json' } },
  );
  server.use(http.get('*/api/v1/checks', () => refused.clone()));
  const { user } = await show(<Page />);
  expect(await screen.findByText('req_7')).toBeInTheDocument();
  expect(screen.getByRole('grid', { name: 'Days of each account' })).toBeInTheDocument();
  server.resetHandlers();
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('region', { name: 'Errors: figures may be wrong' })).toBeInTheDocument();
});

it('is one error when nothing can be read', async () => {
  server.use(http.get('*/api/v1/coverage', () => HttpResponse.error()));
  await show(<Page />);
  expect(await screen.findByText('The server does not answer')).toBeInTheDocument();
  expect(screen.getByRole('heading', { level: 1, name: 'Data' })).toBeInTheDocument();
});
