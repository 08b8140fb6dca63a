import { ActionIcon, Button, Menu, Progress, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconDots, IconKey, IconRefresh, IconTrash, IconX } from '@tabler/icons-react';
import { Fragment } from 'react';
import { connectionsOptions, removeConnection } from '@/api/connections';
import { cancelExecution, executionsOptions, startSync } from '@/api/executions';
import { asProblem } from '@/api/problem';
import { REFUSED, useCan } from '@/api/session';
import type { Connection, Execution } from '@/api/types';
import { expiryOf, healthOf, type CheckedData } from './health';
import { formatCount, formatDay, formatDays, formatDuration, formatInstant, localized, plural, sentence } from '@/lib/format';
import { accountLabel, platformName } from '@/lib/platforms';
import { Ago } from '@/ui/Ago';
import { Dialog } from '@/ui/Dialog';
import { PlatformMark } from '@/ui/PlatformMark';
import { StatusBadge } from '@/ui/StatusBadge';
import { useToast } from '@/ui/Toasts';
import classes from './Connections.module.css';

interface Props {
  tenant: string;
  connection: Connection;
  /** What is loading this account's data now. */
  execution: Execution | null;
  /** How the checks of the data stored of it came out; `null` where none ran. */
  checked: CheckedData | null;
  onReconnect: () => void;
}

export function ConnectionRow({ tenant, connection, execution, checked, onReconnect }: Props) {
  const { account, health } = connection;
  const [removing, { open: askRemove, close: keep }] = useDisclosure(false);
  const can = useCan();
  const canLoad = can('data:load', tenant);
  const canConnect = can('connection:manage', tenant);
  const queryClient = useQueryClient();
  const toast = useToast();
  const failed = (error: Error): void => toast({ tone: 'bad', title: asProblem(error).title, text: asProblem(error).detail });
  const seen = (next: Execution): void => {
    queryClient.setQueryData(executionsOptions(tenant).queryKey, (known) => [next, ...(known ?? []).filter((e) => e.id !== next.id)]);
  };
  const sync = useMutation({ mutationFn: () => startSync(tenant, { source: connection.source, account: account.id }), onSuccess: seen, onError: failed });
  const cancel = useMutation({ mutationFn: (id: string) => cancelExecution(tenant, id), onSuccess: seen, onError: failed });
  const shown = healthOf(connection);
  const expiry = expiryOf(connection);
  const missing = connection.credential.missing_scopes;
  const busy = execution !== null || connection.syncing;

  return (
    <li className={classes.row} aria-label={account.name}>
      <PlatformMark source={connection.source} />
      <div className={classes.who}>
        <strong>{account.name}</strong>
        <span className={classes.parts}>
          {[platformName(connection.source), account.id, account.currency, account.timezone.replaceAll('_', ' ')].map((part, i, { length }) => (
            <Fragment key={i}>
              <span>
                {part}
                {i < length - 1 && ' ·'}
              </span>{' '}
            </Fragment>
          ))}
        </span>
      </div>
      <div className={classes.health}>
        <span className={classes.badges}>
          <StatusBadge tone={shown.tone}>{shown.label}</StatusBadge>
          {checked && (
            <Link
              to="/data"
              hash={checked.anchor}
              className={classes.checked}
              title={checked.names}
              aria-label={`${checked.label} of ${accountLabel(account.name, connection.source)}`}
              data-quiet={checked.tone === 'good'}
            >
              {checked.tone === 'good' ? checked.label : <StatusBadge tone={checked.tone}>{checked.label}</StatusBadge>}
            </Link>
          )}
        </span>
        <span title={expiry.title}>{expiry.text}</span>
        {missing.length > 0 && <span className={classes.lacks}>Lacks {missing.join(', ')}</span>}
      </div>
      <div className={classes.fresh}>
        <LastRead connection={connection} />
      </div>
      <div className={classes.rowActions}>
        {busy ? (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconX size={15} aria-hidden />}
            disabled={!execution || !canLoad}
            loading={cancel.isPending}
            onClick={() => execution && cancel.mutate(execution.id)}
          >
            Cancel
          </Button>
        ) : health === 'needs_reauth' ? (
          <Button size="xs" leftSection={<IconKey size={15} aria-hidden />} disabled={!canConnect} title={canConnect ? undefined : REFUSED} onClick={onReconnect}>
            Reconnect
          </Button>
        ) : (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconRefresh size={15} aria-hidden />}
            loading={sync.isPending}
            disabled={!canLoad}
            title={canLoad ? undefined : REFUSED}
            onClick={() => sync.mutate()}
          >
            Sync now
          </Button>
        )}
        <Menu position="bottom-end" shadow="md" withinPortal>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={`More for ${account.name}`}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconKey size={16} aria-hidden />} disabled={!canConnect} onClick={onReconnect}>
              Replace the token
            </Menu.Item>
            {health === 'needs_reauth' && (
              <Menu.Item leftSection={<IconRefresh size={16} aria-hidden />} disabled={!canLoad || busy} onClick={() => sync.mutate()}>
                Try a sync anyway
              </Menu.Item>
            )}
            <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} disabled={!canConnect} onClick={askRemove}>
              Remove
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
      {execution && <RowProgress execution={execution} />}
      {health !== 'ok' && <Trouble connection={connection} tone={shown.tone} />}
      <RemoveDialog tenant={tenant} connection={connection} opened={removing} onClose={keep} onError={failed} />
    </li>
  );
}

/** What is wrong, since when, and what mends it. */
function Trouble({ connection, tone }: { connection: Connection; tone: string }) {
  const { health, detail, fix, since, until } = connection;
  const waits = health === 'limited' && until;
  const says = waits ? `The platform’s limit is used up until ${formatInstant(until)}.` : detail && sentence(localized(detail));
  if (!says && !fix) return null;
  return (
    <p className={classes.trouble} data-tone={tone}>
      {says} {fix && (waits ? sentence(fix) : <strong>{sentence(fix)}</strong>)}
      <span className={classes.since}>Since {formatInstant(since)}</span>
    </p>
  );
}

const LAPSED = new Set(['failed', 'cancelled']);

function LastRead({ connection }: { connection: Connection }) {
  const { data_as_of: asOf, last_run: run, settled_through: settled, rows } = connection;
  return (
    <>
      <span>{asOf ? <>Data as of <Ago at={asOf} /></> : 'Never read'}</span>
      {run && (
        <small>
          {lastRunOf(run)} {LAPSED.has(run.status) && run.finished_at && <Ago at={run.finished_at} />}
        </small>
      )}
      {asOf && rows === 0 && <small>No delivery so far</small>}
      {!run && settled && <small>Final through {formatDay(settled)}</small>}
    </>
  );
}

function lastRunOf(run: NonNullable<Connection['last_run']>): string {
  switch (run.status) {
    case 'running':
      return `Reading ${formatDays(run.from, run.to)}`;
    case 'failed':
      return 'Last sync failed';
    case 'cancelled':
      return 'Last sync cancelled';
    default:
      return `Last sync: ${plural(run.rows, 'row')}, ${formatDays(run.from, run.to)}`;
  }
}

function RowProgress({ execution }: { execution: Execution }) {
  const { done, total, unit, rows, rows_per_second: speed, seconds_left: left } = execution.progress;
  const percent = total > 0 ? (done / total) * 100 : 0;
  return (
    <div className={classes.progress}>
      <Progress value={percent} size="sm" animated aria-label={`Sync: ${done} of ${total} ${unit}`} />
      <span className="tnum">
        {execution.status === 'queued' ? 'Waiting to start' : `${formatCount(done)} of ${formatCount(total)} ${unit}`} · {plural(rows, 'row')}
        {speed != null && speed > 0 && ` · ${formatCount(Math.round(speed))} rows/s`}
        {left != null && ` · ${formatDuration(left)} left`}
      </span>
    </div>
  );
}

interface RemoveProps {
  tenant: string;
  connection: Connection;
  opened: boolean;
  onClose: () => void;
  onError: (error: Error) => void;
}

function RemoveDialog({ tenant, connection, opened, onClose, onError }: RemoveProps) {
  const queryClient = useQueryClient();
  const toast = useToast();
  const remove = useMutation({
    mutationFn: () => removeConnection(tenant, connection.id),
    onSuccess: () => {
      queryClient.setQueryData(connectionsOptions(tenant).queryKey, (known) => known?.filter((c) => c.id !== connection.id));
      void queryClient.invalidateQueries({ queryKey: ['accounts', tenant] });
      toast({ tone: 'good', title: `${connection.account.name} was removed`, text: 'What was read so far stays.' });
      onClose();
    },
    onError,
  });
  return (
    <Dialog opened={opened} onClose={onClose} title={`Remove ${connection.account.name}?`}>
      <Text size="sm">
        The token is deleted and the account is no longer read. The figures stored so far stay and can still be seen. You can connect the account again at any time.
      </Text>
      <div className={classes.dialogFoot}>
        <Button variant="default" onClick={onClose} data-autofocus>
          Keep it
        </Button>
        <Button color="red.9" loading={remove.isPending} onClick={() => remove.mutate()}>
          Remove
        </Button>
      </div>
    </Dialog>
  );
}
