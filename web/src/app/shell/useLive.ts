import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { connectionsOptions } from '@/api/connections';
import { listen } from '@/api/events';
import { executionOptions, executionsOptions, isActive } from '@/api/executions';

/** Keeps what is on the page true while the server works: its events change or invalidate what was read. */
export function useLive(tenant: string | null): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    if (!tenant) return undefined;
    const refresh = (...kinds: string[]): void => {
      for (const kind of kinds) void queryClient.invalidateQueries({ queryKey: [kind, tenant] });
    };
    return listen(tenant, {
      execution: (execution) => {
        queryClient.setQueryData(executionOptions(tenant, execution.id).queryKey, execution);
        queryClient.setQueryData(executionsOptions(tenant).queryKey, (known) => {
          if (!known) return known;
          const rest = known.filter((e) => e.id !== execution.id);
          return [execution, ...rest].sort((a, b) => b.created_at.localeCompare(a.created_at));
        });
        if (!isActive(execution)) refresh('connections', 'executions');
      },
      connection: (connection) => {
        queryClient.setQueryData(connectionsOptions(tenant).queryKey, (known) => known?.map((c) => (c.id === connection.id ? connection : c)));
      },
      data: () => refresh('query', 'accounts'),
      resync: () => refresh('executions', 'execution', 'connections', 'query', 'accounts'),
    });
  }, [tenant, queryClient]);
}
