import { ActionIcon, Alert, Button, Checkbox, Menu, Popover, Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconClipboard, IconColumns, IconDownload, IconFileTypeCsv, IconSearch, IconX } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { metricsOptions } from '@/api/metrics';
import { asProblem } from '@/api/problem';
import { metricColumns, textOf, type ResultRow } from '@/api/result';
import { exportOf } from './export';
import { levelOf, type HomeView } from './levels';
import { HIDDEN_DEFAULT } from './metrics';
import { pathOptions, tableOptions, type HomeScope } from './queries';
import { tableColumns } from './tableColumns';
import { download, toCsv, toTsv } from '@/lib/csv';
import { formatCount, plural } from '@/lib/format';
import { nounOf } from '@/lib/levels';
import { recall, remember } from '@/lib/storage';
import { Card } from '@/ui/Card';
import { DataTable, type TableSort } from '@/ui/DataTable';
import { ErrorState, Loading } from '@/ui/States';
import { useToast } from '@/ui/Toasts';
import classes from './HomePage.module.css';

interface Props {
  scope: HomeScope;
  view: HomeView;
  onView: (change: Partial<HomeView>, mode?: 'push' | 'replace') => void;
}

const FILTER_MS = 250;

function sortOf(text: string | undefined): TableSort {
  const sort = text ?? '-spend';
  return sort.startsWith('-') ? { by: sort.slice(1), descending: true } : { by: sort, descending: false };
}

/** Campaigns, or what is one level down: the server's rows, the server's totals. */
export function PerformanceTable({ scope, view, onView }: Props) {
  const level = levelOf(view);
  const table = useQuery(tableOptions(scope, view));
  const path = useQuery({ ...pathOptions(scope, view), enabled: level !== 'campaign' });
  const pathRow = path.data?.rows[0];
  const noun = nounOf(level, level !== 'campaign' && pathRow ? textOf(pathRow, 'platform') : (view.platform ?? ''));
  const result = table.data;
  const { data: metrics } = useQuery(metricsOptions);
  const [hidden, setHidden] = useHiddenColumns();
  const severalAccounts = useMemo(() => new Set(result?.rows.map((row) => textOf(row, 'account_id'))).size > 1, [result]);
  const columns = useMemo(() => (result ? tableColumns(result, level, noun, severalAccounts, metrics) : []), [result, level, noun.one, severalAccounts, metrics]); // eslint-disable-line react-hooks/exhaustive-deps -- `noun` is a new object each time; its words decide

  const open = (row: ResultRow): void => {
    const id = textOf(row, `${level}_id`);
    onView({ [level === 'campaign' ? 'campaign' : 'ad_group']: id, q: undefined, sort: undefined });
    globalThis.scrollTo({ top: 0 });
  };

  return (
    <Card
      title={noun.many}
      note={result ? `${plural(result.rows.length, noun.one.toLowerCase(), noun.many.toLowerCase())}${view.q ? ` with “${view.q}”` : ''}` : undefined}
      flush
      actions={
        <>
          <FilterField key={level} value={view.q ?? ''} noun={noun.many.toLowerCase()} onChange={(q) => onView({ q: q || undefined }, 'replace')} />
          {result && <ColumnChooser columns={metricColumns(result.columns)} hidden={hidden} onChange={setHidden} />}
          {result && <ExportMenu name={`${scope.tenant.id}-${noun.many.toLowerCase().replaceAll(' ', '-')}-${result.from}-${result.to}`} table={() => exportOf(result, level)} />}
        </>
      }
    >
      {result?.truncated && (
        <Alert role="note" color="yellow" mx="md" mb="sm" p="xs">
          Only the first {formatCount(result.rows.length)} rows are shown; the totals cover all. Filter to see others.
        </Alert>
      )}
      {table.error && !result ? (
        <ErrorState compact problem={asProblem(table.error)} onRetry={() => void table.refetch()} />
      ) : result ? (
        <DataTable
          label={`${noun.many} with their figures`}
          columns={columns}
          hidden={hidden}
          rows={result.rows}
          rowId={(row) => textOf(row, `${level}_id`) || textOf(row, level)}
          onOpen={level === 'ad' ? undefined : open}
          canOpen={(row) => textOf(row, `${level}_id`) !== ''}
          sort={sortOf(view.sort)}
          onSort={({ by, descending }) => onView({ sort: descending ? `-${by}` : by }, 'replace')}
          showTotals
          busy={table.isPlaceholderData}
          empty={view.q ? `No ${noun.one.toLowerCase()} has “${view.q}” in its name.` : `No ${noun.many.toLowerCase()} in this period.`}
        />
      ) : (
        <Loading rows={7} height={26} label={`Loading ${noun.many.toLowerCase()}`} />
      )}
    </Card>
  );
}

function FilterField({ value, noun, onChange }: { value: string; noun: string; onChange: (value: string) => void }) {
  const [text, setText] = useState(value);
  const send = useDebouncedCallback(onChange, FILTER_MS);
  const change = (next: string): void => {
    setText(next);
    send(next);
  };
  return (
    <TextInput
      size="xs"
      className={classes.filter}
      aria-label={`Filter ${noun} by name`}
      placeholder={`Filter ${noun}`}
      data-filter
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') change('');
      }}
      leftSection={<IconSearch size={15} aria-hidden />}
      rightSection={
        text && (
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label="Clear the filter" onClick={() => change('')}>
            <IconX size={14} />
          </ActionIcon>
        )
      }
    />
  );
}

/** Remembered on this device: which figures somebody looks at is a habit, not a place. */
function useHiddenColumns(): [ReadonlySet<string>, (hidden: ReadonlySet<string>) => void] {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(() => {
    const kept = recall('columns.hidden');
    return new Set(kept === null ? HIDDEN_DEFAULT : kept.split(',').filter(Boolean));
  });
  return [
    hidden,
    (next) => {
      remember('columns.hidden', [...next].join(','));
      setHidden(next);
    },
  ];
}

interface ChooserProps {
  columns: readonly { id: string; label: string }[];
  hidden: ReadonlySet<string>;
  onChange: (hidden: ReadonlySet<string>) => void;
}

function ColumnChooser({ columns, hidden, onChange }: ChooserProps) {
  return (
    <Popover position="bottom-end" shadow="lg" trapFocus withinPortal>
      <Popover.Target>
        <Button variant="default" size="xs" leftSection={<IconColumns size={15} aria-hidden />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap={8}>
          {columns.map(({ id, label }) => (
            <Checkbox
              key={id}
              size="xs"
              label={label}
              checked={!hidden.has(id)}
              onChange={(event) => {
                const next = new Set(hidden);
                if (event.currentTarget.checked) next.delete(id);
                else next.add(id);
                onChange(next);
              }}
            />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function ExportMenu({ name, table }: { name: string; table: () => { header: string[]; rows: (string | number | null)[][] } }) {
  const toast = useToast();
  const copy = async (): Promise<void> => {
    const { header, rows } = table();
    try {
      await navigator.clipboard.writeText(toTsv(header, rows));
      toast({ tone: 'good', title: 'Copied', text: 'Paste it into a spreadsheet.' });
    } catch {
      toast({ tone: 'bad', title: 'Not copied', text: 'The browser refused access to the clipboard. Download the CSV file instead.' });
    }
  };
  return (
    <Menu position="bottom-end" shadow="lg" withinPortal>
      <Menu.Target>
        <Button variant="default" size="xs" leftSection={<IconDownload size={15} aria-hidden />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconFileTypeCsv size={16} aria-hidden />}
          onClick={() => {
            const { header, rows } = table();
            download(`${name}.csv`, toCsv(header, rows));
          }}
        >
          Download CSV
        </Menu.Item>
        <Menu.Item leftSection={<IconClipboard size={16} aria-hidden />} onClick={() => void copy()}>
          Copy for a spreadsheet
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
