import { Accordion, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { executionOptions } from '@/api/executions';
import { asProblem } from '@/api/problem';
import { meOptions } from '@/api/session';
import type { Execution, Run } from '@/api/types';
import { statusOf } from './health';
import { NONE, formatCount, formatDays, formatDuration, plural, sentence } from '@/lib/format';
import { Ago } from '@/ui/Ago';
import { Card } from '@/ui/Card';
import { ErrorState, Loading } from '@/ui/States';
import { StatusBadge } from '@/ui/StatusBadge';
import classes from './Connections.module.css';

interface Props {
  tenant: string;
  executions: readonly Execution[] | undefined;
  error: Error | null;
}

/** The latest syncs and imports, with what happened to each account. */
export function ExecutionList({ tenant, executions, error }: Props) {
  const [opened, setOpened] = useState<string | null>(null);
  return (
    <Card title="History" note="The latest syncs and imports" flush>
      {error && !executions ? (
        <ErrorState compact problem={asProblem(error)} />
      ) : !executions ? (
        <Loading rows={3} label="Loading the history" />
      ) : executions.length === 0 ? (
        <p className={classes.none}>Nothing has run yet.</p>
      ) : (
        <Accordion value={opened} onChange={setOpened} chevronPosition="left" classNames={{ item: classes.item, control: classes.control, content: classes.content, label: classes.controlLabel }}>
          {executions.map((execution) => (
            <Accordion.Item key={execution.id} value={execution.id}>
              <Accordion.Control>
                <Summary execution={execution} />
              </Accordion.Control>
              <Accordion.Panel>
                {opened === execution.id && <Detail tenant={tenant} id={execution.id} />}
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      )}
    </Card>
  );
}

function Summary({ execution }: { execution: Execution }) {
  const { data: me } = useQuery(meOptions);
  const shown = statusOf(execution.status);
  const at = execution.finished_at ?? execution.started_at ?? execution.created_at;
  const seconds = execution.started_at && execution.finished_at ? (Date.parse(execution.finished_at) - Date.parse(execution.started_at)) / 1000 : null;
  return (
    <span className={classes.summary}>
      <span className={classes.kind}>{execution.kind === 'sync' ? 'Sync' : 'Import'}</span>
      <StatusBadge tone={shown.tone}>{shown.label}</StatusBadge>
      <span className="muted tnum">
        {plural(execution.progress.rows, 'row')}
        {seconds !== null && ` · ${formatDuration(seconds)}`}
      </span>
      <span className={classes.when}>
        <Ago at={at} /> · by {requester(execution.requested_by, me?.user?.id)}
      </span>
    </span>
  );
}

/** People are known by id only, and no page lists them yet. */
function requester(by: string, me: string | undefined): string {
  if (by === me) return 'you';
  if (by === 'system') return 'the schedule';
  return by.startsWith('usr_') ? 'another user' : by;
}

function Detail({ tenant, id }: { tenant: string; id: string }) {
  const { data: execution, error } = useQuery(executionOptions(tenant, id));
  if (error && !execution) return <p className={classes.none}>{asProblem(error).detail}</p>;
  if (!execution) return <Loading rows={2} label="Loading the runs" />;
  return (
    <>
      {execution.error && (
        <p className={classes.trouble} data-tone="bad">
          {sentence(execution.error.detail)} {execution.error.fix && <strong>{sentence(execution.error.fix)}</strong>}
        </p>
      )}
      <Runs runs={execution.runs} />
    </>
  );
}

function Runs({ runs }: { runs: readonly Run[] }) {
  if (runs.length === 0) return <p className={classes.none}>No account was touched.</p>;
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table verticalSpacing={8} fz={13} className="tnum">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Account</Table.Th>
            <Table.Th>Result</Table.Th>
            <Table.Th>Days</Table.Th>
            <Table.Th ta="right">Rows</Table.Th>
            <Table.Th ta="right">API calls</Table.Th>
            <Table.Th ta="right">Time</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {runs.map((run) => {
            const shown = statusOf(run.status);
            return (
              <Table.Tr key={run.id}>
                <Table.Td>
                  {run.account_name}
                  <span className={classes.small}>{run.account}</span>
                </Table.Td>
                <Table.Td className={classes.result}>
                  <StatusBadge tone={shown.tone}>{shown.label}</StatusBadge>
                  {run.error && (
                    <span className={classes.runError}>
                      {sentence(run.error.detail)} {sentence(run.error.fix ?? '')}
                    </span>
                  )}
                </Table.Td>
                <Table.Td>{formatDays(run.from, run.to)}</Table.Td>
                <Table.Td ta="right">{formatCount(run.rows)}</Table.Td>
                <Table.Td ta="right">{formatCount(run.api_calls)}</Table.Td>
                <Table.Td ta="right">{run.duration_ms == null ? NONE : formatDuration(run.duration_ms / 1000)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
