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
import { EmptyState, ErrorState, Loading } from '@/ui/States';
import { WideTable } from '@/ui/WideTable';
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
      <ErrorState
        title={problem.title}
        detail={problem.detail}
        requestId={problem.requestId}
        unreachable={problem.unreachable}
        onRetry={() => (problem.status === 400 ? onView({ industry: undefined, platform: undefined }) : void known.refetch())}
      />
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
    <WideTable label="Benchmarks">
      <table className={classes.table} aria-label="Benchmarks">
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col" data-align="end">
              Usual
            </th>
            <th scope="col" data-align="end">
              Typical
            </th>
            <th scope="col">Of</th>
            <th scope="col">Source</th>
            <th scope="col">As of</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <Row key={[item.metric, item.industry?.id, item.platform, item.network, item.as_of].join('/')} item={item} narrowed={narrowed} />
          ))}
        </tbody>
      </table>
    </WideTable>
  );
}

function Row({ item, narrowed }: { item: Benchmark; narrowed: boolean }) {
  const shown = (value: number | null | undefined): string => (value == null ? NONE : formatFigure(value, { unit: unitOf(item.unit), currency: item.currency ?? null }));
  const range = item.low == null || item.high == null ? NONE : `${shown(item.low)} – ${shown(item.high)}`;
  return (
    <tr>
      <th scope="row">{item.metric_name}</th>
      <td data-align="end">{range}</td>
      <td data-align="end">{shown(item.typical)}</td>
      <td>
        {item.about}
        {!narrowed && item.network ? ` (${item.network})` : ''}
        {item.note && <small>{item.note}</small>}
      </td>
      <td>{item.source}</td>
      <td className={classes.day}>{formatDay(item.as_of)}</td>
    </tr>
  );
}
