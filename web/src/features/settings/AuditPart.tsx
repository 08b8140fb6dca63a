import { Button, UnstyledButton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { IconDownload, IconFilterOff, IconHistory } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { auditFile, auditOptions, type AuditRow } from '@/api/audit';
import type { Within } from '@/api/people';
import { asProblem } from '@/api/problem';
import { AuditDetail } from './AuditDetail';
import { AuditFilters, noSuchAction } from './AuditFilters';
import { ChainCard } from './ChainCard';
import { Outcome } from './Outcome';
import { actionText, actorOf, auditExport, auditFilterOf } from './audit';
import { NO_AUDIT_FILTER, isNarrowed, type SettingsView } from './view';
import { download, toCsv } from '@/lib/csv';
import { formatExact, plural } from '@/lib/format';
import { Card } from '@/ui/Card';
import { FigureTable, type FigureColumn } from '@/ui/FigureTable';
import { EmptyState, ErrorState, Loading } from '@/ui/States';
import { useToast } from '@/ui/Toasts';
import classes from './Settings.module.css';

interface Props {
  tenant: Within;
  name: string;
  view: SettingsView;
  /** May see the whole installation, so that the chain can be verified. */
  everywhere: boolean;
  onView: (change: Partial<SettingsView>) => void;
}

/** What was done by whom, newest first. */
export function AuditPart({ tenant, name, view, everywhere, onView }: Props) {
  const filter = useMemo(() => auditFilterOf(view), [view]);
  const narrowed = isNarrowed(view);
  const listed = useInfiniteQuery(auditOptions(tenant, filter));
  const [open, setOpen] = useState<AuditRow | null>(null);
  const phone = useMediaQuery('(max-width: 759px)', false);
  const toast = useToast();
  const save = useMutation({
    mutationFn: () => auditFile(tenant, filter),
    onSuccess: ({ rows, more }) => {
      const file = auditExport(rows);
      download(`${tenant ?? 'agency'}-audit-${new Date().toISOString().slice(0, 10)}.csv`, toCsv(file.header, file.rows));
      if (more) toast({ tone: 'plain', title: `The file holds the newest ${plural(rows.length, 'row')}`, text: 'There are more. Choose fewer days, or run trimtab audit export on the server.' });
    },
    onError: (error) => toast({ tone: 'bad', title: asProblem(error).title, text: asProblem(error).detail }),
  });
  const problem = listed.error ? asProblem(listed.error) : null;
  // Said at the field it is about.
  const placed = problem !== null && (Object.keys(problem.fields).length > 0 || noSuchAction(view, problem));
  const rows = listed.data?.pages.flatMap((page) => page.items) ?? [];

  return (
    <div className={classes.parts}>
      {everywhere && <ChainCard />}
      <AuditFilters view={view} rows={rows} problem={problem} narrowed={narrowed} onView={onView} />
      {placed ? null : problem ? (
        <ErrorState problem={problem} onRetry={() => void listed.refetch()} />
      ) : !listed.data ? (
        <Loading rows={8} height={34} label="Loading the audit log" />
      ) : rows.length === 0 ? (
        <Nothing narrowed={narrowed} name={name} onClear={() => onView(NO_AUDIT_FILTER)} />
      ) : (
        <Card
          title="Audit log"
          note={`What was done ${tenant === undefined ? 'in the whole installation' : `to ${name}`}, newest first. Nobody can change it.`}
          actions={
            <Button variant="default" size="sm" leftSection={<IconDownload size={16} aria-hidden />} loading={save.isPending} onClick={() => save.mutate()}>
              Export CSV
            </Button>
          }
          flush
        >
          <div className={classes.listed} data-stale={listed.isPlaceholderData} aria-busy={listed.isPlaceholderData}>
            <FigureTable label="Audit log" minWidth={phone ? undefined : tenant === undefined ? 860 : 720} rows={rows} rowId={(row) => String(row.seq)} columns={phone ? narrowColumns(tenant, setOpen) : columnsOf(tenant, setOpen)} />
          </div>
          {listed.hasNextPage && (
            <div className={classes.more}>
              <Button variant="default" size="xs" loading={listed.isFetchingNextPage} onClick={() => void listed.fetchNextPage()}>
                Show older
              </Button>
            </div>
          )}
        </Card>
      )}
      <AuditDetail row={open} onClose={() => setOpen(null)} />
    </div>
  );
}

type Open = (row: AuditRow) => void;

function What({ row, onOpen }: { row: AuditRow; onOpen: Open }) {
  return (
    <>
      <UnstyledButton className={classes.open} onClick={() => onOpen(row)} aria-label={`${actionText(row.action)}, ${formatExact(row.at)}`}>
        {actionText(row.action)}
      </UnstyledButton>
      <span className={classes.sub}>{row.resource}</span>
    </>
  );
}

/** All of a row on a phone, without scrolling sideways. */
function narrowColumns(tenant: Within, onOpen: Open): FigureColumn<AuditRow>[] {
  return [
    {
      header: 'What',
      cell: (row) => (
        <>
          <What row={row} onOpen={onOpen} />
          {tenant === undefined && row.tenant !== null && <span className={classes.sub}>for {row.tenant}</span>}
          <span className={classes.outcome}>
            <Outcome outcome={row.outcome} />
          </span>
        </>
      ),
    },
    {
      header: 'Who and when',
      cell: (row) => (
        <>
          <span className={classes.long}>{actorOf(row)}</span>
          {row.ip !== null && <span className={classes.sub}>{row.ip}</span>}
          <time className={classes.sub} dateTime={row.at}>
            {formatExact(row.at)}
          </time>
        </>
      ),
    },
  ];
}

function columnsOf(tenant: Within, onOpen: Open): FigureColumn<AuditRow>[] {
  return [
    { header: 'What', cell: (row) => <What row={row} onOpen={onOpen} /> },
    {
      header: 'Who',
      cell: (row) => (
        <>
          <span className={classes.long}>{actorOf(row)}</span>
          {row.ip !== null && <span className={classes.sub}>{row.ip}</span>}
        </>
      ),
    },
    ...(tenant === undefined ? [{ header: 'Tenant', cell: (row: AuditRow) => row.tenant ?? 'None' }] : []),
    { header: 'When', cell: (row) => <time dateTime={row.at}>{formatExact(row.at)}</time> },
    { header: 'Outcome', cell: (row) => <Outcome outcome={row.outcome} /> },
  ];
}

function Nothing({ narrowed, name, onClear }: { narrowed: boolean; name: string; onClear: () => void }) {
  if (!narrowed) {
    return (
      <EmptyState icon={<IconHistory size={22} stroke={1.6} />} title="Nothing was done yet">
        Whatever people, keys and Trimtab itself do to {name} is written down here.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<IconFilterOff size={22} stroke={1.6} />}
      title="Nothing fits these filters"
      actions={
        <Button variant="default" onClick={onClear}>
          Clear filters
        </Button>
      }
    >
      Others may have done something else, or on other days.
    </EmptyState>
  );
}
