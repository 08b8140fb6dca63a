import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconChartBar } from '@tabler/icons-react';
import { benchmarksOptions } from '@/api/knowledge';
import { asProblem } from '@/api/problem';
import type { Benchmark, Industry } from '@/api/types';
import { AD_PLATFORMS, type KnowledgeView } from './view';
import { NONE, formatDay, formatFigure, unitOf } from '@/lib/format';
import { platformName } from '@/lib/platforms';
import { Card } from '@/ui/Card';
import { FigureTable } from '@/ui/FigureTable';
import { EmptyState, ErrorState, Loading } from '@/ui/States';
import classes from './Knowledge.module.css';

interface Props {
  view: KnowledgeView;
  /** The client's own industry, where it is recognised. */
  own: Industry | null;
  onView: (change: Partial<KnowledgeView>) => void;
}

const ALL = 'any';

/** What is usual elsewhere, with who says so and of when it is. */
export function BenchmarksPart({ view, own, onView }: Props) {
  const { industry, platform } = view;
  const known = useQuery(benchmarksOptions({ ...(industry && { industry }), ...(platform && { platform }) }));
  const problem = known.error && !known.data ? asProblem(known.error) : null;
  const chosen = (value: string | null): string | undefined => (value === ALL || value === null ? undefined : value);
  if (problem) {
    return (
      <ErrorState problem={problem} onRetry={() => (problem.code === 'invalid' ? onView({ industry: undefined, platform: undefined }) : void known.refetch())} />
    );
  }
  if (!known.data) return <Loading rows={9} height={34} label="Loading benchmarks" />;
  const { items, industries } = known.data;
  return (
    <div className={classes.part}>
      <div className={classes.filters} role="group" aria-label="Which benchmarks">
        <Select
          label="Industry"
          searchable
          allowDeselect={false}
          data={[{ value: ALL, label: 'All industries' }, ...industries.map(({ id, name }) => ({ value: id, label: own?.id === id ? `${name} (the client’s)` : name }))]}
          value={industry ?? ALL}
          onChange={(value) => onView({ industry: chosen(value) })}
        />
        <Select
          label="Platform"
          allowDeselect={false}
          data={[{ value: ALL, label: 'All platforms' }, ...AD_PLATFORMS.map((id) => ({ value: id, label: platformName(id) }))]}
          value={platform ?? ALL}
          onChange={(value) => onView({ platform: chosen(value) })}
        />
        {own && own.id !== industry && (
          <Button variant="default" onClick={() => onView({ industry: own.id })}>
            Show the client’s
          </Button>
        )}
      </div>
      <Card
        title="Benchmarks"
        note="They mislead where clicks or conversions are counted otherwise than here, in another country, and the more the older they are. Hold a client against its own past and targets first."
        flush
      >
        {items.length === 0 ? (
          <EmptyState icon={<IconChartBar size={22} stroke={1.6} />} title="Nothing is known of this">
            Choose another industry or platform.
          </EmptyState>
        ) : (
          <Rows items={items} narrowed={industry !== undefined || platform !== undefined} />
        )}
      </Card>
    </div>
  );
}

function Rows({ items, narrowed }: { items: readonly Benchmark[]; narrowed: boolean }) {
  return (
    <FigureTable
      label="Benchmarks"
      minWidth={860}
      rows={items}
      rowId={({ metric, industry, platform, network, as_of: day }) => [metric, industry?.id, platform, network, day].join('/')}
      columns={[
        { header: 'Metric', cell: (item) => item.metric_name },
        { header: 'Usual', end: true, cell: (item) => (item.low == null || item.high == null ? NONE : `${shown(item, item.low)} – ${shown(item, item.high)}`) },
        { header: 'Typical', end: true, cell: (item) => shown(item, item.typical) },
        {
          header: 'Of',
          cell: ({ about, network, note }) => (
            <>
              {about}
              {!narrowed && network ? ` (${network})` : ''}
              {note && <small>{note}</small>}
            </>
          ),
        },
        { header: 'Source', cell: ({ source }) => source },
        { header: 'As of', cell: ({ as_of: day }) => <span className={classes.day}>{formatDay(day)}</span> },
      ]}
    />
  );
}

function shown({ unit, currency }: Benchmark, value: number | null | undefined): string {
  return formatFigure(value, { unit: unitOf(unit), currency });
}
