import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { connectionsOptions } from '@/api/connections';
import { listen } from '@/api/events';
import { executionOptions, executionsOptions, isActive } from '@/api/executions';

/** A long sync stores many slices: the figures are asked for again at most this often. */
const REFRESH_MS = 1_500;
/** What is said of the stored data; it changes with the data, and checks end with a sync. */
const QUALITY = ['coverage', 'reconciliation', 'checks', 'rates'];
/** What is found in the stored data: analysis runs at the end of a sync. */
const FOUND = ['findings', 'finding', 'insights', 'pacing', 'forecasts', 'funnel', 'fatigue', 'scores', 'patterns', 'pixels'];

/** Keeps what is on the page true while the server works: its events change or invalidate what was read. */
export function useLive(tenant: string | null): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    if (!tenant) return undefined;
    const refresh = (...kinds: string[]): void => {
      for (const kind of kinds) void queryClient.invalidateQueries({ queryKey: [kind, tenant] });
    };
    let waiting: ReturnType<typeof setTimeout> | null = null;
    const stop = listen(tenant, {
      execution: (execution) => {
        const detail = executionOptions(tenant, execution.id).queryKey;
        if (execution.runs.length > 0) queryClient.setQueryData(detail, execution);
        else void queryClient.invalidateQueries({ queryKey: detail });
        queryClient.setQueryData(executionsOptions(tenant).queryKey, (known) => {
          if (!known) return known;
          const rest = known.filter((e) => e.id !== execution.id);
          return [execution, ...rest].sort((a, b) => b.created_at.localeCompare(a.created_at));
        });
        if (!isActive(execution)) refresh('connections', 'executions', ...QUALITY, ...FOUND);
      },
      connection: (connection) => {
        queryClient.setQueryData(connectionsOptions(tenant).queryKey, (known) => known?.map((c) => (c.id === connection.id ? connection : c)));
      },
      data: () => {
        waiting ??= setTimeout(() => {
          waiting = null;
          refresh('query', 'accounts', ...QUALITY, ...FOUND);
        }, REFRESH_MS);
      },
      analyses: () => refresh(...FOUND),
      resync: () => refresh('executions', 'execution', 'connections', 'query', 'accounts', 'budgets', ...QUALITY, ...FOUND),
    });
    return () => {
      stop();
      if (waiting) clearTimeout(waiting);
    };
  }, [tenant, queryClient]);
}
