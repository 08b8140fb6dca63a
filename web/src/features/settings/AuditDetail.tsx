import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import type { AuditRow } from '@/api/audit';
import { Outcome } from './Outcome';
import { actionText, actorOf, changesOf } from './audit';
import { formatCount, formatExact } from '@/lib/format';
import { Dialog } from '@/ui/Dialog';
import { WideTable } from '@/ui/WideTable';
import classes from './Settings.module.css';

/** One row of the log in full: what became different, from where, and by which it is bound to the row before. */
export function AuditDetail({ row, onClose }: { row: AuditRow | null; onClose: () => void }) {
  return (
    <Dialog title={row ? actionText(row.action) : ''} size="lg" opened={row !== null} onClose={onClose}>
      {row && <Detail row={row} />}
    </Dialog>
  );
}

function Detail({ row }: { row: AuditRow }) {
  const changes = changesOf(row.before, row.after);
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['Outcome', <Outcome key="outcome" outcome={row.outcome} />],
    ['Who', actorOf(row) === row.actor ? row.actor : `${actorOf(row)} (${row.actor})`],
    ['When', formatExact(row.at)],
    ['To what', row.resource],
    ['Tenant', row.tenant ?? 'None: the installation'],
    ['From', row.ip ?? 'No address'],
    ['With', row.agent ?? 'Not told'],
    ['Request', row.request_id ?? 'None'],
    ['Row', formatCount(row.seq)],
    ['Its hash', <code key="hash">{row.hash}</code>],
    ['Of the row before', <code key="prev">{row.prev_hash}</code>],
  ];
  return (
    <Stack gap="lg">
      <section aria-label="Changes">
        {changes.length === 0 ? (
          <p className={classes.note}>Nothing was changed by it.</p>
        ) : (
          <WideTable label="Changes">
            <table className={classes.diff} aria-label="Changes">
              <thead>
                <tr>
                  <th scope="col">Field</th>
                  <th scope="col">Before</th>
                  <th scope="col">After</th>
                </tr>
              </thead>
              <tbody>
                {changes.map(({ field, before, after }) => (
                  <tr key={field}>
                    <th scope="row">{field}</th>
                    <td data-side="before">{before === null ? <em>None</em> : <del>{before}</del>}</td>
                    <td data-side="after">{after === null ? <em>None</em> : <ins>{after}</ins>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </WideTable>
        )}
      </section>
      <dl className={classes.facts}>
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Stack>
  );
}
