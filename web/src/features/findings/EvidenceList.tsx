import { SegmentedControl, Skeleton, UnstyledButton, useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconChevronDown } from '@tabler/icons-react';
import { Suspense, lazy, useId, useMemo, useState } from 'react';
import { asProblem } from '@/api/problem';
import { metricQueryOptions } from '@/api/query';
import type { Evidence, QueryResult } from '@/api/types';
import { EvidenceTable } from './EvidenceTable';
import { dayLines, isByDay, markedIn, questionOf, questionText } from './evidence';
import { formatDay, formatDays, plural, sentence } from '@/lib/format';
import { Ago } from '@/ui/Ago';
import { ErrorState, Loading } from '@/ui/States';
import type { Marked } from '@/ui/TimeChart';
import classes from './Evidence.module.css';

// The chart library is most of the page's weight, and not every piece of evidence is a chart.
const TimeChart = lazy(() => import('@/ui/TimeChart').then((module) => ({ default: module.TimeChart })));

interface Props {
  tenant: string;
  evidence: readonly Evidence[];
  /** Days to point out. */
  marked: Marked | null;
  /** Which one is open, by place; the address holds it. */
  open: number | null;
  onOpen: (place: number | null) => void;
}

/** Metric queries something rests on. Opening one asks it again, of the figures as they are now. */
export function EvidenceList({ tenant, evidence, marked, open, onOpen }: Props) {
  const id = useId();
  return (
    <ol className={classes.list}>
      {evidence.map((one, place) => {
        const isOpen = open === place;
        return (
          <li key={place} className={classes.entry}>
            <h3>
              <UnstyledButton className={classes.toggle} aria-expanded={isOpen} aria-controls={`${id}-${place}`} onClick={() => onOpen(isOpen ? null : place)}>
                <IconChevronDown size={16} stroke={1.8} aria-hidden data-open={isOpen} />
                <span>{sentence(one.shows).replace(/\.$/, '')}</span>
                <small>{formatDays(one.from, one.to)}</small>
              </UnstyledButton>
            </h3>
            <div id={`${id}-${place}`} hidden={!isOpen}>
              {isOpen && <EvidenceResult tenant={tenant} evidence={one} marked={marked} />}
            </div>
          </li>
        );
      })}
    </ol>
  );
}

function EvidenceResult({ tenant, evidence, marked }: { tenant: string; evidence: Evidence; marked: Marked | null }) {
  const asked = useQuery({ ...metricQueryOptions(tenant, questionOf(evidence)), placeholderData: undefined });
  if (asked.error && !asked.data) {
    const problem = asProblem(asked.error);
    return <ErrorState compact problem={problem} onRetry={() => void asked.refetch()} />;
  }
  if (!asked.data) return <Loading rows={4} height={28} label="Asking for the figures" />;
  return <Answer evidence={evidence} result={asked.data} marked={markedIn(asked.data, marked)} />;
}

function Answer({ evidence, result, marked }: { evidence: Evidence; result: QueryResult; marked: Marked | null }) {
  const charted = isByDay(evidence) && result.rows.length > 0;
  const [as, setAs] = useState<'chart' | 'table'>('chart');
  const showsChart = charted && as === 'chart';
  return (
    <div className={classes.answer}>
      {charted && (
        <SegmentedControl
          size="xs"
          aria-label="Show as"
          className={classes.as}
          value={as}
          onChange={(value) => setAs(value === 'table' ? 'table' : 'chart')}
          data={[
            { value: 'chart', label: 'Chart' },
            { value: 'table', label: 'Table' },
          ]}
        />
      )}
      {showsChart ? <Chart evidence={evidence} result={result} marked={marked} /> : <EvidenceTable evidence={evidence} result={result} marked={marked} />}
      <Footnotes evidence={evidence} result={result} />
    </div>
  );
}

function Chart({ evidence, result, marked }: { evidence: Evidence; result: QueryResult; marked: Marked | null }) {
  const dark = useComputedColorScheme('light') === 'dark';
  const { days, comparedDays, lines, settling } = useMemo(() => dayLines(result), [result]);
  const names = lines.map((line) => line.label).join(' and ');
  return (
    <>
      <p className={classes.legend}>
        {lines.map((line, i) => (
          <span key={line.id}>
            <i data-line={i + 1} aria-hidden />
            {line.label}
          </span>
        ))}
        {result.compare && (
          <span>
            <i data-dashed aria-hidden />
            {formatDays(result.compare.from, result.compare.to)}
          </span>
        )}
        {marked && (
          <span>
            <i data-marked aria-hidden />
            {marked.label}: {marked.from === marked.to ? formatDay(marked.from) : formatDays(marked.from, marked.to)}
          </span>
        )}
        {settling && (
          <span>
            <i data-hatch aria-hidden />
            {settling <= result.from ? 'all days are still settling' : `still settling from ${formatDay(settling, 'short')}`}
          </span>
        )}
      </p>
      <Suspense fallback={<Skeleton height={260} radius="md" />}>
        <TimeChart
          days={days}
          comparedDays={comparedDays}
          lines={lines}
          currency={result.currency ?? null}
          provisionalFrom={settling}
          marked={marked}
          dark={dark}
          height={260}
          label={`Line chart: ${evidence.shows} (${names}), ${formatDays(result.from, result.to)}. The same figures are behind “Table”.`}
        />
      </Suspense>
    </>
  );
}

function Footnotes({ evidence, result }: { evidence: Evidence; result: QueryResult }) {
  const { freshness, currency, timezones, notes } = result;
  return (
    <div className={classes.foot}>
      <p>
        <span>{freshness ? <>Data as of <Ago at={freshness} /></> : 'Not read yet'}</span>
        <span>{currency ?? 'no currency'}</span>
        <span>{timezones.length > 1 ? plural(timezones.length, 'time zone') : (timezones[0] ?? '').replaceAll('_', ' ')}</span>
      </p>
      {notes.length > 0 && (
        <ul>
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <details>
        <summary>The query</summary>
        <code>{questionText(evidence)}</code>
      </details>
    </div>
  );
}
