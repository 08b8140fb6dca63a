import { Button, Popover, SegmentedControl } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconChevronDown, IconDownload, IconTableExport } from '@tabler/icons-react';
import { useState } from 'react';
import { asProblem } from '@/api/problem';
import type { ReadyView, ViewFormat } from '@/api/types';
import { viewAddress, viewsOptions } from '@/api/views';
import { formatDays } from '@/lib/format';
import type { Period } from '@/lib/period';
import { ErrorState, Loading } from '@/ui/States';
import classes from './ReadyViews.module.css';

interface Props {
  tenant: string;
  period: Period;
}

const FORMATS: { value: ViewFormat; label: string }[] = [
  { value: 'csv', label: 'CSV' },
  { value: 'jsonl', label: 'JSON lines' },
  { value: 'parquet', label: 'Parquet' },
];

/** Tables in the shape analysts expect, as files for the days shown. */
export function ReadyViews({ tenant, period }: Props) {
  const [opened, { close, toggle }] = useDisclosure(false);
  return (
    <Popover opened={opened} onDismiss={close} position="bottom-end" width="min(430px, calc(100vw - 24px))" shadow="lg" radius="lg" trapFocus withinPortal>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconTableExport size={17} stroke={1.7} aria-hidden />}
          rightSection={<IconChevronDown size={15} aria-hidden />}
          onClick={toggle}
        >
          Ready views
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={0} aria-label="Ready views">
        {opened && <Panel tenant={tenant} period={period} />}
      </Popover.Dropdown>
    </Popover>
  );
}

/** Reports first: what they refer to is rarely wanted alone. */
function inOrder(views: readonly ReadyView[]): ReadyView[] {
  return [...views].sort((a, b) => Number(a.name.startsWith('dim_')) - Number(b.name.startsWith('dim_')));
}

function Panel({ tenant, period }: Props) {
  const [format, setFormat] = useState<ViewFormat>('csv');
  const { data: views, error, refetch } = useQuery(viewsOptions());
  return (
    <div className={classes.panel}>
      <div className={classes.head}>
        <p>Tables for spreadsheets, dbt and BI tools, {formatDays(period.from, period.to)}.</p>
        <SegmentedControl
          size="xs"
          fullWidth
          data-autofocus
          aria-label="Format"
          data={FORMATS}
          value={format}
          onChange={setFormat}
        />
      </div>
      {error && !views ? (
        <ErrorState compact problem={asProblem(error)} onRetry={() => void refetch()} />
      ) : !views ? (
        <Loading rows={5} height={34} label="Loading the list of views" />
      ) : (
        <ul className={classes.views} aria-label="Views">
          {inOrder(views).map(({ name, description, columns }) => (
            <li key={name}>
              <a href={viewAddress(tenant, name, period, format)} download className={classes.view} title={columns.map((column) => column.name).join(', ')}>
                <span className={classes.text}>
                  <b>{name}</b>{' '}
                  <small>A row is {description}.</small>
                </span>
                <IconDownload size={16} stroke={1.7} aria-hidden />
              </a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
