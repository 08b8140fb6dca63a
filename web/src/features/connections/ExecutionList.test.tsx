import { screen, within } from '@testing-library/react';
import { http, HttpResponse } from 'msw';
import { expect, it } from 'vitest';
import { ExecutionList } from './ExecutionList';
import type { Execution } from '@/api/types';
import { server } from '@/test/setup';
import { show } from '@/test/render';

const progress = { done: 1, total: 1, unit: 'days', rows: 7, rows_per_second: null, seconds_left: null };
const at = '2026-03-10T08:00:00Z';
const run = { source: 'meta', from: '2026-03-01', to: '2026-03-07', rows: 7, api_calls: 2, duration_ms: 1_500, status: 'succeeded' };
const sync: Execution = { id: 'exe_1', kind: 'sync', status: 'succeeded', requested_by: 'system', created_at: at, started_at: at, finished_at: at, progress, error: null, runs: [] };

it('names the account of each run, and falls back to its id', async () => {
  const runs = [
    { ...run, id: 'run_1', account: '120208431', account_name: 'Harbour NL' },
    { ...run, id: 'run_2', account: '120209999', account_name: null },
  ];
  server.use(http.get('*/api/v1/executions/exe_1', () => HttpResponse.json({ ...sync, runs })));
  const { user } = await show(<ExecutionList tenant="north-sea-coffee" executions={[sync]} error={null} />);
  await user.click(await screen.findByRole('button', { name: /Sync/ }));
  const named = await screen.findByRole('row', { name: /Harbour NL/ });
  expect(within(named).getByText('120208431')).toBeInTheDocument();
  expect(screen.getByRole('row', { name: /^120209999/ })).toBeInTheDocument();
});
