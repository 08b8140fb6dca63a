import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { connectionsOptions } from '@/api/connections';
import { listen } from '@/api/events';
import { executionsOptions } from '@/api/executions';
import type { Execution } from '@/api/types';

const isOver = ({ status }: Execution): boolean => status !== 'running' && status !== 'queued';

/** Keeps what is on the page true while the server works: its events change or invalidate what was read. */
export function useLive(tenant: string | null): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    if (!tenant) return undefined;
    return listen(tenant, {
      execution: (execution) => {
        queryClient.setQueryData(executionsOptions(tenant).queryKey, (known) => {
          if (!known) return known;
          const rest = known.filter((e) => e.id !== execution.id);
          return [execution, ...rest].sort((a, b) => b.created_at.localeCompare(a.created_at));
        });
        if (isOver(execution)) void queryClient.invalidateQueries({ queryKey: ['connections', tenant] });
      },
      connection: (connection) => {
        queryClient.setQueryData(connectionsOptions(tenant).queryKey, (known) => known?.map((c) => (c.id === connection.id ? connection : c)));
      },
      data: () => {
        void queryClient.invalidateQueries({ queryKey: ['query', tenant] });
        void queryClient.invalidateQueries({ queryKey: ['accounts', tenant] });
      },
    });
  }, [tenant, queryClient]);
}
