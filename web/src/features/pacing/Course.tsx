import { SegmentedControl, Skeleton, useComputedColorScheme } from '@mantine/core';
import { Suspense, lazy, useMemo, useState } from 'react';
import type { PaceDay } from '@/api/types';
import { courseOf } from './pace';
import { formatDay, formatDays, formatFigure } from '@/lib/format';
import { DataTable, type TableColumn } from '@/ui/DataTable';
import classes from './Pacing.module.css';

const TimeChart = lazy(() => import('@/ui/TimeChart').then((module) => ({ default: module.TimeChart })));

interface Props {
  days: readonly PaceDay[];
  currency: string;
  name: string;
}

/** Spent and planned up to each day, as lines or as a table. */
export function Course({ days, currency, name }: Props) {
  const [as, setAs] = useState<'chart' | 'table'>('chart');
  const dark = useComputedColorScheme('light') === 'dark';
  const course = useMemo(() => courseOf(days), [days]);
  const [first, last] = [course.days[0] ?? '', course.days.at(-1) ?? ''];
  return (
    <div className={classes.course}>
      <div className={classes.courseHead}>
        <p className={classes.legend}>
          <span>
            <i data-part="spent" aria-hidden /> spent so far
          </span>
          <span>
            <i data-part="dashed" aria-hidden /> planned so far
          </span>
        </p>
        <SegmentedControl
          size="xs"
          aria-label={`Show the days of ${name} as`}
          value={as}
          onChange={(value) => setAs(value === 'table' ? 'table' : 'chart')}
          data={[
            { value: 'chart', label: 'Chart' },
            { value: 'table', label: 'Table' },
          ]}
        />
      </div>
      {as === 'chart' ? (
        <Suspense fallback={<Skeleton height={240} radius="md" />}>
          <TimeChart
            days={course.days}
            comparedDays={null}
            lines={[
              { id: 'actual', label: 'Spent so far', unit: 'money', values: course.actual, compared: null },
              { id: 'planned', label: 'Planned so far', unit: 'money', values: course.planned, compared: null, dashed: true },
            ]}
            currency={currency}
            provisionalFrom={null}
            dark={dark}
            height={240}
            label={`Line chart of what was spent and planned of ${name}, ${formatDays(first, last)}. The same figures are behind “Table”.`}
          />
        </Suspense>
      ) : (
        <DataTable label={`Days of ${name}`} columns={columnsOf(currency)} rows={days} rowId={(day) => day.day} />
      )}
    </div>
  );
}

function columnsOf(currency: string): TableColumn<PaceDay>[] {
  const shown = { unit: 'money', currency } as const;
  return [
    { id: 'day', header: 'Day', width: 180, cell: ({ day }) => formatDay(day, 'weekday') },
    { id: 'actual', header: 'Spent', align: 'end', width: 120, cell: ({ actual }) => formatFigure(actual, shown) },
    { id: 'actual_to_date', header: 'Spent so far', align: 'end', width: 130, cell: (day) => formatFigure(day.actual_to_date, shown) },
    { id: 'planned_to_date', header: 'Planned so far', align: 'end', width: 140, cell: (day) => formatFigure(day.planned_to_date, shown) },
  ];
}
