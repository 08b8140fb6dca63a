import { useMemo } from 'react';
import { apartText, betterWords, byUse, placesOf, rateShown, scaleOf, toneOfCell, weightShown, type HoursPicture, type Place } from './words';
import { formatFigure, formatHour, formatRatio, formatWeekday } from '@/lib/format';
import { DataTable, type TableColumn } from '@/ui/DataTable';
import { HourMap, HourSwatch, type HourCell, type HourLine } from '@/ui/HourMap';

interface Props {
  picture: HoursPicture;
  currency: string | null | undefined;
}

const ALL = 'all';
const DAYS: readonly HourLine[] = [
  ...Array.from({ length: 7 }, (_, day) => ({ id: `${day}`, name: formatWeekday(day), short: formatWeekday(day, 'short') })),
  { id: ALL, name: 'Any day', short: 'Any day', tiny: 'Any', apart: true },
];
const HOURS: readonly HourLine[] = [
  ...Array.from({ length: 24 }, (_, hour) => ({ id: `${hour}`, name: formatHour(hour), short: `${hour}` })),
  { id: ALL, name: 'The whole day', short: 'All', apart: true },
];

/** The week hour by hour, with its weekdays at the end of their rows and its hours below their columns. */
export function HoursMap({ picture, currency }: Props) {
  const { rate, overall } = picture;
  const shown = rateShown(rate, currency);
  const places = useMemo(() => new Map(placesOf(picture).map((place) => [place.id, place])), [picture]);
  const scale = useMemo(() => scaleOf(picture), [picture]);
  const name = rate.toUpperCase();
  const cell = (day: number, hour: number): HourCell => {
    const place = places.get(day === 7 ? `h${hour}` : hour === 24 ? `d${day}` : `${day}/${hour}`);
    if (!place) return { tone: 'none', strength: 0, title: 'The whole week', says: `${name} ${formatFigure(overall, shown)}` };
    const { index, value, low, high, differs } = place.cell;
    return {
      ...toneOfCell(place.cell, scale),
      marked: differs,
      text: differs ? apartText(index) : undefined,
      title: place.name,
      says: `${name} ${formatFigure(value, shown)} (${formatFigure(low, shown)} to ${formatFigure(high, shown)}, four times in five), ${betterWords(index)}. ${differs ? 'Beyond chance.' : 'It may be chance.'}`,
    };
  };
  return (
    <HourMap
      label={`${name} by hour of the week`}
      days={DAYS}
      hours={HOURS}
      cell={cell}
      legend={
        <>
          <HourSwatch tone="bad" strength={0.85}>
            {formatRatio(scale, 0)} worse than the whole week
          </HourSwatch>
          <HourSwatch tone="good" strength={0}>
            as the whole
          </HourSwatch>
          <HourSwatch tone="good" strength={0.85}>
            {formatRatio(scale, 0)} better
          </HourSwatch>
          <HourSwatch tone="good" strength={0.5} marked>
            beyond chance, in percent; the others may be chance
          </HourSwatch>
        </>
      }
    />
  );
}

/** The same figures: what is beyond chance first. */
export function HoursTable({ picture, currency }: Props) {
  const { rate } = picture;
  const rows = useMemo(() => byUse(placesOf(picture)), [picture]);
  const shown = rateShown(rate, currency);
  const { of, ...weight } = weightShown(rate, currency);
  const columns: TableColumn<Place>[] = [
    { id: 'when', header: 'When', width: 210, cell: ({ name }) => name },
    { id: 'rate', header: rate.toUpperCase(), align: 'end', width: 110, cell: ({ cell }) => formatFigure(cell.value, shown) },
    { id: 'range', header: '4 times in 5', align: 'end', width: 160, cell: ({ cell }) => `${formatFigure(cell.low, shown)} to ${formatFigure(cell.high, shown)}` },
    { id: 'index', header: 'Against the week', align: 'end', width: 220, cell: ({ cell }) => betterWords(cell.index) },
    { id: 'weight', header: `Rests on (${of})`, align: 'end', width: 150, cell: ({ cell }) => formatFigure(cell.weight, weight) },
    { id: 'differs', header: 'Beyond chance', width: 130, cell: ({ cell }) => (cell.differs ? 'Yes' : 'No') },
  ];
  return <DataTable label={`${rate.toUpperCase()} by hour of the week, what is beyond chance first`} columns={columns} rows={rows} rowId={({ id }) => id} />;
}
