import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconFileImport, IconPlugConnected, IconPlus } from '@tabler/icons-react';
import { checksOptions } from '@/api/checks';
import { asProblem } from '@/api/problem';
import { connectionsOptions } from '@/api/connections';
import { executionsOptions, isActive } from '@/api/executions';
import { REFUSED, useCan } from '@/api/session';
import { accountsOptions } from '@/api/tenants';
import type { Account, Connection, Execution, Tenant } from '@/api/types';
import { ConnectDialog } from './ConnectDialog';
import { ConnectionRow } from './ConnectionRow';
import { ExecutionList } from './ExecutionList';
import { ImportDialog } from './ImportDialog';
import { byUrgency, checkedData, needsAttention } from './health';
import { ImportedAccounts } from './ImportedAccounts';
import { Interfaces } from './Interfaces';
import { Card } from '@/ui/Card';
import { PageFrame } from '@/ui/PageFrame';
import { EmptyState, ErrorState, Loading } from '@/ui/States';
import classes from './Connections.module.css';

export type Panel = 'connect' | 'import' | undefined;

interface Props {
  tenant: Tenant;
  /** Which dialog is open; kept in the address, so that Home can lead into it. */
  panel: Panel;
  onPanel: (panel: Panel) => void;
  /** Shows these days on Home. */
  onShowDays: (from: string, to: string) => void;
}

export function ConnectionsPage({ tenant, panel, onPanel, onShowDays }: Props) {
  const connections = useQuery(connectionsOptions(tenant.id));
  const executions = useQuery(executionsOptions(tenant.id));
  const accounts = useQuery(accountsOptions(tenant.id));
  // Said beside the connections; where it cannot be read, they are shown without it.
  const checks = useQuery(checksOptions(tenant.id));
  const can = useCan();
  const canConnect = can('connection:manage', tenant.id);
  const canLoad = can('data:load', tenant.id);
  const close = (): void => onPanel(undefined);
  const running = executions.data?.filter(isActive) ?? [];
  const imported = unconnected(accounts.data ?? [], connections.data);

  const actions = (
    <>
      <Button
        variant="default"
        leftSection={<IconFileImport size={17} stroke={1.7} aria-hidden />}
        disabled={!canLoad}
        title={canLoad ? undefined : REFUSED}
        onClick={() => onPanel('import')}
      >
        Import a file
      </Button>
      <Button
        leftSection={<IconPlus size={17} aria-hidden />}
        disabled={!canConnect}
        title={canConnect ? undefined : REFUSED}
        onClick={() => onPanel('connect')}
      >
        Connect an account
      </Button>
    </>
  );

  return (
    <PageFrame title="Connections" says={`Where ${tenant.name}’s numbers come from.`} actions={actions}>
      {connections.error && !connections.data ? (
        <ErrorState problem={asProblem(connections.error)} onRetry={() => void connections.refetch()} />
      ) : !connections.data ? (
        <Loading rows={4} height={60} label="Loading connections" />
      ) : connections.data.length === 0 ? (
        <Card label="Accounts">
          <EmptyState icon={<IconPlugConnected size={22} stroke={1.6} />} title="No account is connected" actions={actions}>
            Connect an ad account, a shop, a site’s analytics or a mailing system with a token to keep its numbers up to date, or import an export file.
          </EmptyState>
        </Card>
      ) : (
        <Card title="Accounts" note={attentionOf(connections.data)} flush>
          <ul className={classes.list}>
            {byUrgency(connections.data).map((connection) => (
              <ConnectionRow
                key={connection.id}
                tenant={tenant.id}
                connection={connection}
                execution={executionOf(connection, running)}
                checked={checkedData(checks.data, connection)}
                onReconnect={() => onPanel('connect')}
              />
            ))}
          </ul>
          <Interfaces connections={connections.data} />
        </Card>
      )}

      {imported.length > 0 && <ImportedAccounts accounts={imported} onShowDays={onShowDays} />}
      <ExecutionList tenant={tenant.id} executions={executions.data} error={executions.error} />

      <ConnectDialog tenant={tenant.id} opened={panel === 'connect'} onClose={close} />
      <ImportDialog tenant={tenant.id} opened={panel === 'import'} onClose={close} onShowDays={onShowDays} />
    </PageFrame>
  );
}

function attentionOf(connections: readonly Connection[]): string | undefined {
  const troubled = connections.filter(needsAttention).length;
  if (troubled === 0) return undefined;
  return troubled === 1 ? 'One needs your attention' : `${troubled} need your attention`;
}

/** What is reading this account now: the run says so, where the list has runs, else the connection's latest one. */
function executionOf(connection: Connection, running: readonly Execution[]): Execution | null {
  const { source, account } = connection;
  const byRun = running.find((e) => e.runs.some((run) => run.account === account.id && run.source === source && run.status === 'running'));
  return byRun ?? (connection.syncing ? (running.find((e) => e.id === connection.last_run?.execution) ?? null) : null);
}

function unconnected(accounts: readonly Account[], connections: readonly Connection[] | undefined): Account[] {
  if (!connections) return [];
  return accounts.filter((account) => !connections.some((c) => c.source === account.source && c.account.id === account.id));
}
