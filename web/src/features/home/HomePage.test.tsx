import { screen, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { useState } from 'react';
import { expect, it, vi } from 'vitest';
import { HomePage } from './HomePage';
import { toggled } from './KpiTiles';
import type { HomeView } from './levels';
import type { HomeScope } from './queries';
import { addDays, todayIn } from '@/lib/period';
import { server } from '@/test/setup';
import { show } from '@/test/render';

vi.mock('@/ui/TimeChart', () => ({ TimeChart: ({ label }: { label: string }) => <div role="img" aria-label={label} /> }));

const today = todayIn('UTC');
const scope = (tenant: string, days = 7): HomeScope => ({
  tenant: { id: tenant, name: 'North Sea Coffee', timezone: 'UTC' },
  today,
  period: { from: addDays(today, -days), to: addDays(today, -1) },
  compare: 'previous',
});

function Home({ at, onPeriod = vi.fn(), onConnect = vi.fn() }: { at: HomeScope; onPeriod?: () => void; onConnect?: () => void }) {
  const [view, setView] = useState<HomeView>({});
  return <HomePage scope={at} view={view} onView={(change) => setView((now) => ({ ...now, ...change }))} onPeriod={onPeriod} onConnect={onConnect} />;
}

it('shows the server’s totals, not sums of rows', async () => {
  server.use(
    http.post('*/api/v1/query', async ({ request }) => {
      const body = (await request.clone().json()) as { by: string[] };
      if (!body.by.includes('status')) return undefined;
      return HttpResponse.json({
        columns: [
          { key: 'campaign', kind: 'dimension', label: 'Campaign' },
          { key: 'spend', kind: 'metric', label: 'Spend', unit: 'money', direction: 'neutral' },
        ],
        rows: [{ campaign: 'Spring', campaign_id: '1', status: 'active', spend: '1.00' }],
        totals: { spend: '777.77' },
        from: '2026-01-01',
        to: '2026-01-07',
        currency: 'EUR',
        timezones: ['UTC'],
        source_hash: 'h',
        notes: [],
        truncated: true,
      });
    }),
  );
  await show(<Home at={scope('north-sea-coffee')} />);
  const table = await screen.findByRole('region', { name: 'Campaigns with their figures' });
  expect(within(within(table).getByRole('row', { name: /Total/ })).getByText('€777.77')).toBeInTheDocument();
  expect(screen.getByText(/the totals cover all/)).toBeInTheDocument();
});

it('drills down to ads and back', async () => {
  const { user } = await show(<Home at={scope('north-sea-coffee')} />);
  await user.click((await screen.findAllByRole('button', { name: /Advantage\+ Shopping/ }))[0]!);
  expect(await screen.findByRole('heading', { level: 1, name: /Advantage\+ Shopping/ })).toBeInTheDocument();
  await user.click(await screen.findByRole('button', { name: 'Broad 25–54' }));
  expect(await screen.findByRole('rowheader', { name: 'Carousel | Best sellers' })).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'All campaigns' }));
  expect(await screen.findByRole('heading', { level: 1, name: 'North Sea Coffee' })).toBeInTheDocument();
});

it('offers the same figures as a table', async () => {
  const { user } = await show(<Home at={scope('north-sea-coffee')} />);
  expect(await screen.findByRole('img', { name: /Line chart of spend and revenue/ })).toBeInTheDocument();
  await user.click(screen.getByRole('radio', { name: 'Table' }));
  const days = screen.getByRole('region', { name: 'Figures by day' });
  await vi.waitFor(() => expect(within(days).getAllByRole('row')).toHaveLength(7 + 2));
});

it('explains the two ways in when there is nothing', async () => {
  const connect = vi.fn();
  const { user } = await show(<Home at={scope('harbour-yoga')} onConnect={connect} />);
  await user.click(await screen.findByRole('button', { name: 'Import a file' }));
  expect(connect).toHaveBeenCalledWith('import');
});

it('says how fresh it is when an account was read and had no delivery', async () => {
  server.use(
    http.get('*/api/v1/accounts', () =>
      HttpResponse.json({
        items: [
          {
            source: 'meta', id: '1', name: 'Quiet', currency: 'EUR', timezone: 'UTC', first_day: null, last_day: null, rows: 0,
            data_as_of: new Date(Date.now() - 3.2 * 3_600_000).toISOString(), settled_through: addDays(today, -29),
          },
        ],
        next_cursor: null,
      }),
    ),
  );
  await show(<Home at={scope('north-sea-coffee')} />);
  expect(await screen.findByRole('heading', { name: 'No delivery so far' })).toBeInTheDocument();
  expect(screen.getByText(/Data as of/)).toHaveTextContent(/Data as of 3 hours ago/);
  expect(screen.queryByText('Nothing has been read yet')).toBeNull();
});

it('offers the last days with data', async () => {
  const period = vi.fn();
  const { user } = await show(<Home at={scope('kite-cargo')} onPeriod={period} />);
  await user.click(await screen.findByRole('button', { name: /^Show/ }));
  expect(period).toHaveBeenCalledWith({ from: addDays(today, -102), to: addDays(today, -96) });
});

it('says what failed, with the request’s id and a way to try again', async () => {
  server.use(
    http.post('*/api/v1/query', () =>
      HttpResponse.json(
        { title: 'Something went wrong', status: 500, detail: 'this is our fault', code: 'internal', request_id: 'req_42', errors: [] },
        { status: 500, headers: { 'content-type': 'application/problem+json' } },
      ),
    ),
  );
  const { user } = await show(<Home at={scope('north-sea-coffee')} />);
  await vi.waitFor(() => expect(screen.getAllByText('req_42')).toHaveLength(1));
  server.resetHandlers();
  await user.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByRole('region', { name: 'Key figures' })).toBeInTheDocument();
});

it('points at what needs somebody, errors before warnings, each with where to look', async () => {
  await show(<Home at={scope('north-sea-coffee')} />);
  const needs = await screen.findByRole('region', { name: 'What needs you' });
  const sources = await within(needs).findByRole('list', { name: 'Sources and checks' });
  await vi.waitFor(() => expect(within(sources).getAllByRole('listitem')).toHaveLength(4));
  const lines = within(sources).getAllByRole('listitem');
  const link = (line: HTMLElement) => {
    const found = within(line).getByRole('link');
    return [found.getAttribute('aria-label') ?? found.textContent, found.getAttribute('href')];
  };
  expect(lines.map(link)).toEqual([
    ['Look at Connections', '/connections'],
    ["See the check: Matches the source's own total", '/data#check/reconciled/meta/120208431'],
    ['See the check: No missing days', '/data#check/continuity'],
    ['and 2 more of sources and checks', '/data#checks'],
  ]);
  expect(lines[2]).toHaveTextContent('No missing days fails for 2 accounts: North Sea Coffee DE · Meta, North Sea Coffee shop · Shopify.');
  expect(within(sources).getAllByRole('img').map((sign) => sign.getAttribute('aria-label'))).toEqual(['Error', 'Error', 'Error']);
});

it('names the open findings that need somebody, each a click away, and counts them', async () => {
  await show(<Home at={scope('north-sea-coffee')} />);
  const found = await screen.findByRole('list', { name: 'Findings' });
  const lines = within(found).getAllByRole('listitem');
  expect(lines.map((line) => within(line).getByRole('img').getAttribute('aria-label'))).toEqual(['Critical', 'Critical', 'Warning', 'Warning', 'Warning']);
  expect(lines[0]).toHaveTextContent(/^A purchase costs more than three times what it did Prospecting \| Broad \| Purchases · Meta, since /);
  expect(within(lines[0]!).getByRole('link').getAttribute('href')).toMatch(/^\/findings\/[0-9a-f]{32}$/);
  const head = within(screen.getByRole('region', { name: 'What needs you' }));
  expect(head.getByRole('link', { name: '2 critical' })).toHaveAttribute('href', '/findings?severity=critical');
  expect(head.getByRole('link', { name: '3 warnings' })).toHaveAttribute('href', '/findings?severity=warning');
  expect(head.getByRole('link', { name: '1 budget off pace' })).toHaveAttribute('href', '/pacing');
});

it('asks for nobody where all is well', async () => {
  server.use(http.get('*/api/v1/connections', () => HttpResponse.json({ items: [], next_cursor: null })));
  const { queryClient } = await show(<Home at={scope('alder-finch')} />);
  await screen.findByRole('region', { name: 'Key figures' });
  await vi.waitFor(() => expect(queryClient.isFetching()).toBe(0));
  expect(queryClient.getQueryData(['checks', 'alder-finch'])).toBeDefined();
  expect(screen.queryByRole('region', { name: 'What needs you' })).toBeNull();
});

it('holds the store’s count against what the platforms claim', async () => {
  await show(<Home at={scope('north-sea-coffee')} />);
  const card = await screen.findByRole('region', { name: 'Store vs platforms' });
  const table = await within(card).findByRole('table', { name: 'Claimed and counted revenue by platform' });
  const cells = (name: RegExp) => within(within(table).getByRole('row', { name })).getAllByRole('cell').map((cell) => cell.textContent);
  expect(within(table).getAllByRole('columnheader').map((header) => header.textContent)).toEqual(['Platform', 'Spend', 'Claimed by the platform', 'Counted by the store', 'Claimed ÷ counted']);
  expect(cells(/Meta/)[3]).toMatch(/^1\.72/);
  const unpaid = cells(/No ad platform/);
  expect([unpaid[0], unpaid[1], unpaid[3]]).toEqual(['–', '–', '–']);
  expect(unpaid[2]).toMatch(/^€[\d,]+\.\d\d/);
  expect(within(card).getByText(/for the last click before it, as told by its utm tags/)).toBeInTheDocument();
  expect(within(card).getByText(/USD converted to EUR at ECB rates of/)).toBeInTheDocument();
  const tiles = screen.getByRole('region', { name: 'Key figures' });
  expect(within(tiles).getByRole('button', { name: /^MER/ })).toBeInTheDocument();
  expect(within(tiles).getAllByRole('button')).toHaveLength(8);
});

it('asks for no store figures where there is no shop', async () => {
  const asked: string[] = [];
  server.use(
    http.post('*/api/v1/query', async ({ request }) => {
      asked.push(...((await request.clone().json()) as { metrics: string[] }).metrics);
      return undefined;
    }),
  );
  await show(<Home at={scope('alder-finch')} />);
  await screen.findByRole('rowheader', { name: 'Total' });
  expect(screen.queryByRole('region', { name: 'Store vs platforms' })).toBeNull();
  expect(asked).toContain('clicks');
  for (const metric of ['mer', 'ncac', 'store_revenue']) expect(asked).not.toContain(metric);
});

it('drops the store’s figures where they would be of more than the page shows', async () => {
  const { user } = await show(<Home at={scope('north-sea-coffee')} />);
  await screen.findByRole('region', { name: 'Store vs platforms' });
  await user.click(within(screen.getByRole('region', { name: 'Platforms' })).getByRole('button', { name: /^Google/ }));
  await vi.waitFor(() => expect(screen.queryByRole('button', { name: /^MER/ })).toBeNull());
  expect(screen.queryByRole('region', { name: 'Store vs platforms' })).toBeNull();
});

it('says at which rates amounts were converted', async () => {
  const { user } = await show(<Home at={scope('north-sea-coffee')} />);
  await user.click(await screen.findByRole('button', { name: 'About these numbers' }));
  expect(await screen.findByText(/^USD to EUR at ECB rates of .* each day at its own\. 2 days without a rate, as weekends have none, use the last one before\.$/)).toBeInTheDocument();
});

it('keeps one or two metrics on the chart', () => {
  expect(toggled(['spend', 'revenue'], 'roas')).toEqual(['spend', 'roas']);
  expect(toggled(['spend', 'revenue'], 'spend')).toEqual(['revenue']);
  expect(toggled(['spend'], 'spend')).toEqual(['spend']);
});
