import { Button, SegmentedControl } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { IconDownload } from '@tabler/icons-react';
import { useMemo } from 'react';
import { asProblem } from '@/api/problem';
import { reconciledItems, reconciliationOptions } from '@/api/reconciliation';
import type { ReconciliationItem, ReconciliationSummary } from '@/api/types';
import { ReconciliationSummaries } from './ReconciliationSummaries';
import { exportOf } from './export';
import { figureName, verdictOf } from './states';
import { askedVerdict, type DataView } from './view';
import { download, toCsv } from '@/lib/csv';
import { formatCount, formatDay, formatFigure, formatInstant, plural } from '@/lib/format';
import type { Period } from '@/lib/period';
import type { Place } from '@/lib/places';
import { platformName } from '@/lib/platforms';
import { Card } from '@/ui/Card';
import { DataTable, type TableColumn } from '@/ui/DataTable';
import { ErrorState, Loading } from '@/ui/States';
import { StatusBadge } from '@/ui/StatusBadge';
import { useToast } from '@/ui/Toasts';
import classes from './Data.module.css';

interface Props {
  tenant: string;
  period: Period;
  view: DataView;
  onView: (change: Partial<DataView>) => void;
  onOpen: (place: Place) => void;
}

const SHOWN = ['mismatched', 'provisional', 'equal', 'all'] as const;

/** Our sums beside the sources' own totals, day by day. */
export function ReconciliationCard({ tenant, period, view, onView, onOpen }: Props) {
  const verdict = askedVerdict(view);
  const listed = useInfiniteQuery(reconciliationOptions(tenant, period, verdict));
  const phone = useMediaQuery('(max-width: 759px)', false);
  const toast = useToast();
  const save = useMutation({
    mutationFn: () => reconciledItems(tenant, period, verdict),
    onSuccess: (items) => {
      const { header, rows } = exportOf(items);
      download(`${tenant}-reconciliation-${view.verdict ?? 'mismatched'}-${period.from}-${period.to}.csv`, toCsv(header, rows));
    },
    onError: (error) => toast({ tone: 'bad', title: asProblem(error).title, text: asProblem(error).detail }),
  });
  const summary = listed.data?.pages[0]?.summary;
  const items = useMemo(() => listed.data?.pages.flatMap((page) => page.items) ?? [], [listed.data]);

  return (
    <Card
      title="Reconciliation"
      note="Our sum of each day beside the total the source itself tells. They must be equal to the cent; days that still settle may be apart for a while."
      flush
      actions={
        <Button
          variant="default"
          size="xs"
          leftSection={<IconDownload size={15} aria-hidden />}
          aria-label="Export CSV of the compared figures"
          loading={save.isPending}
          disabled={items.length === 0}
          onClick={() => save.mutate()}
        >
          Export CSV
        </Button>
      }
    >
      {listed.error && !summary ? (
        <ErrorState compact problem={asProblem(listed.error)} onRetry={() => void listed.refetch()} />
      ) : !summary ? (
        <Loading rows={6} height={24} label="Loading reconciliation" />
      ) : summary.length === 0 ? (
        <p className={classes.none}>Nothing was compared in this period. A day is compared when it is read: choose other days, or start a sync under Connections.</p>
      ) : (
        <>
          <ReconciliationSummaries summary={summary} />
          <div className={classes.tools}>
            <SegmentedControl
              size="xs"
              aria-label="Which days"
              value={view.verdict ?? 'mismatched'}
              onChange={(value) => onView({ verdict: value === 'mismatched' ? undefined : value })}
              data={SHOWN.map((value) => ({ value, label: optionOf(value, summary) }))}
            />
          </div>
          <DataTable
            label="Compared figures"
            columns={phone ? PHONE_COLUMNS : COLUMNS}
            rows={items}
            rowId={(item) => [item.source, item.account, item.date, item.figure].join('/')}
            onOpen={({ source, account, date }) => onOpen({ source, account, day: date })}
            busy={listed.isPlaceholderData}
            empty={emptyOf(verdict, summary)}
          />
          {listed.hasNextPage && (
            <div className={classes.more}>
              <Button variant="default" size="xs" loading={listed.isFetchingNextPage} onClick={() => void listed.fetchNextPage()}>
                Show more
              </Button>
              <span>The first {plural(items.length, 'figure')} are shown; the file holds all.</span>
            </div>
          )}
        </>
      )}
    </Card>
  );
}

/** A count of days, of all accounts: the server counts per account. */
function optionOf(value: (typeof SHOWN)[number], summary: readonly ReconciliationSummary[]): string {
  const of = (field: 'mismatched' | 'provisional' | 'equal'): string => formatCount(summary.reduce((sum, account) => sum + account[field], 0));
  switch (value) {
    case 'mismatched':
      return `Differ (${of(value)})`;
    case 'provisional':
      return `Settling (${of(value)})`;
    case 'equal':
      return `Equal (${of(value)})`;
    case 'all':
      return 'All';
  }
}

function emptyOf(verdict: ReconciliationItem['verdict'] | undefined, summary: readonly ReconciliationSummary[]): string {
  switch (verdict) {
    case 'mismatched':
      return summary.some(({ equal }) => equal > 0)
        ? 'No day differs: every settled day that was compared equals the source’s own total.'
        : 'No day differs, as none that is settled was compared so far.';
    case 'provisional':
      return 'No compared day is still settling.';
    case 'equal':
      return 'No day is equal so far.';
    case undefined:
      return 'Nothing was compared in this period.';
  }
}

type Column = TableColumn<ReconciliationItem>;

const ACCOUNT: Column = {
  id: 'account',
  header: 'Account and day',
  width: 250,
  cell: (item) => (
    <span className={classes.two}>
      <span>{item.name}</span>
      <small>
        {formatDay(item.date, 'weekday')} · {platformName(item.source)}
      </small>
    </span>
  ),
};
const FIGURE: Column = { id: 'figure', header: 'Figure', width: 110, cell: (item) => figureName(item.figure) };
const OURS: Column = { id: 'ours', header: 'Ours', title: 'The sum of the rows stored here', align: 'end', width: 130, cell: (item) => formatFigure(item.ours, item) };
const THEIRS: Column = { id: 'theirs', header: 'Theirs', title: 'The source’s own total of the day', align: 'end', width: 130, cell: (item) => formatFigure(item.theirs, item) };
const DIFFERENCE: Column = {
  id: 'difference',
  header: 'Difference',
  title: 'Ours less theirs',
  align: 'end',
  width: 120,
  cell: (item) => (
    <span className={classes.difference} data-verdict={item.verdict}>
      {formatFigure(item.difference, { ...item, signed: true })}
    </span>
  ),
};
const VERDICT: Column = {
  id: 'verdict',
  header: 'Verdict',
  width: 146,
  cell: (item) => {
    const { tone, label } = verdictOf(item.verdict);
    return <StatusBadge tone={tone}>{label}</StatusBadge>;
  },
};
const READ: Column = { id: 'read', header: 'Read', title: 'When the source was asked', width: 130, cell: (item) => (item.read_at ? formatInstant(item.read_at) : '–') };

const COLUMNS: Column[] = [ACCOUNT, FIGURE, OURS, THEIRS, DIFFERENCE, VERDICT, READ];

/** What is apart, and by how much, fits beside the name on a phone; the rest is a swipe away. */
const PHONE_COLUMNS: Column[] = [
  {
    ...ACCOUNT,
    header: 'Account',
    width: 172,
    cell: (item) => (
      <span className={classes.two}>
        <span>{item.name}</span>
        <small>{platformName(item.source)}</small>
        <small>{formatDay(item.date)}</small>
      </span>
    ),
  },
  {
    ...DIFFERENCE,
    width: 142,
    cell: (item) => (
      <span className={classes.two}>
        {DIFFERENCE.cell(item)}
        <small>{figureName(item.figure)}</small>
        <small>{verdictOf(item.verdict).label}</small>
      </span>
    ),
  },
  OURS,
  THEIRS,
  READ,
];
