import { DatePicker } from '@mantine/dates';
import '@mantine/dates/styles.css';
import type { Day } from '@/lib/period';

interface Props {
  value: { from: Day | null; to: Day | null };
  onChange: (value: { from: Day | null; to: Day | null }) => void;
  months: 1 | 2;
  /** No day after this can be chosen. */
  latest: Day;
}

/** Advertising knows no day off: weekends are marked like other days. */
const NO_WEEKEND: (0 | 1 | 2 | 3 | 4 | 5 | 6)[] = [];

/** One or two months to mark days in. */
export function RangeCalendar({ value, onChange, months, latest }: Props) {
  return (
    <DatePicker
      type="range"
      weekendDays={NO_WEEKEND}
      size="sm"
      allowSingleDateInRange
      numberOfColumns={months}
      columnsToScroll={1}
      maxDate={latest}
      defaultDate={monthsBefore(value.from ?? latest, 0)}
      value={[value.from, value.to]}
      onChange={([from, to]) => onChange({ from, to })}
      ariaLabels={{ previousMonth: 'Month before', nextMonth: 'Month after', previousYear: 'Year before', nextYear: 'Year after' }}
    />
  );
}

function monthsBefore(day: Day, months: number): Day {
  const [year = 0, month = 1] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1 - months, 1)).toISOString().slice(0, 10);
}
