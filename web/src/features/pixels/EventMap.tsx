import { useMemo, useState } from 'react';
import type { Pixel } from '@/api/types';
import { NONE, formatCount, formatDay, formatHour, plural } from '@/lib/format';
import { Card } from '@/ui/Card';
import { DataTable, type TableColumn } from '@/ui/DataTable';
import { FigureTable } from '@/ui/FigureTable';
import { HourMap, HourSwatch, type HourCell, type HourLine } from '@/ui/HourMap';
import { ShowAs, type As } from '@/ui/ShowAs';

type PixelDay = Pixel['hourly'][number];

const HOURS: readonly HourLine[] = Array.from({ length: 24 }, (_, hour) => ({ id: `${hour}`, name: formatHour(hour), short: `${hour}` }));
/** So that a quiet hour can be told from a silent one. */
const STRENGTH = { least: 0.12, most: 0.85 };

/** What came hour by hour over the last two weeks. */
export function EventMap({ pixel: { name, hourly } }: { pixel: Pixel }) {
  const [as, setAs] = useState<As>('picture');
  const most = useMemo(() => Math.max(1, ...hourly.flatMap(({ counts }) => counts.map((count) => count ?? 0))), [hourly]);
  const days: HourLine[] = hourly.map(({ day }) => ({ id: day, name: formatDay(day, 'weekday'), short: formatDay(day, 'short'), tiny: String(Number(day.slice(8))) }));
  const cell = (day: number, hour: number): HourCell => {
    const one = hourly[day];
    const count = one?.counts[hour] ?? null;
    const title = `${one ? formatDay(one.day, 'weekday') : ''}, ${formatHour(hour)}`;
    if (count === null) return { tone: 'unread', strength: 0, title, says: 'not read, or not over yet' };
    if (count === 0) return { tone: 'none', strength: 0, title, says: 'no event' };
    // By its root: most hours of a day lie close to each other, and are to be told from each other.
    return { tone: 'plain', strength: STRENGTH.least + Math.sqrt(count / most) * (STRENGTH.most - STRENGTH.least), title, says: plural(count, 'event') };
  };
  return (
    <Card
      title="Events by hour"
      note="All events together over the last two weeks, by the clock of the account."
      actions={<ShowAs label="Show events by hour as" as={as} onAs={setAs} picture="Map" />}
      flush
    >
      {as === 'table' ? (
        <DataTable label={`Events of ${name} by hour`} columns={COLUMNS} rows={[...hourly].reverse()} rowId={({ day }) => day} />
      ) : (
        <HourMap
          label={`Events of ${name} by hour`}
          days={days}
          hours={HOURS}
          cell={cell}
          legend={
            <>
              <HourSwatch tone="none">no event</HourSwatch>
              <HourSwatch tone="plain" strength={STRENGTH.least}>
                few
              </HourSwatch>
              <HourSwatch tone="plain" strength={STRENGTH.most}>
                {plural(most, 'event')}
              </HourSwatch>
              <HourSwatch tone="unread">not read, or not over yet</HourSwatch>
            </>
          }
        />
      )}
    </Card>
  );
}

/** The same where the platform tells days alone. */
export function EventDays({ pixel: { name, hourly } }: { pixel: Pixel }) {
  return (
    <Card title="Events by day" note="All events together over the last two whole weeks, by the clock of the account." flush>
      <FigureTable
        label={`Events of ${name} by day`}
        rows={[...hourly].reverse()}
        rowId={({ day }) => day}
        columns={[
          { header: 'Day', cell: ({ day }) => formatDay(day, 'weekday') },
          { header: 'Events', end: true, cell: ({ counts: [count] }) => (count == null ? NONE : formatCount(count)) },
        ]}
      />
    </Card>
  );
}

const COLUMNS: readonly TableColumn<PixelDay>[] = [
  { id: 'day', header: 'Day', width: 170, cell: ({ day }) => formatDay(day, 'weekday') },
  ...Array.from({ length: 24 }, (_, hour): TableColumn<PixelDay> => ({
    id: `${hour}`,
    header: formatHour(hour),
    align: 'end',
    width: 72,
    cell: ({ counts }) => {
      const count = counts[hour] ?? null;
      return count === null ? NONE : formatCount(count);
    },
  })),
];
