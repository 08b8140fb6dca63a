import { Button, Code, Select, TextInput, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconChevronDown, IconFilterOff } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { metricsOptions } from '@/api/metrics';
import { asProblem } from '@/api/problem';
import type { Metric } from '@/api/types';
import { CATEGORIES, categoryName, type KnowledgeView } from './view';
import { plural, sentence } from '@/lib/format';
import { platformName } from '@/lib/platforms';
import { Card } from '@/ui/Card';
import { EmptyState, ErrorState, Loading } from '@/ui/States';
import classes from './Knowledge.module.css';

interface Props {
  view: KnowledgeView;
  onView: (change: Partial<KnowledgeView>) => void;
}

const ALL = 'any';

/** Every metric, by what it belongs with. */
export function MetricsPart({ view, onView }: Props) {
  const metrics = useQuery(metricsOptions);
  const [filter, setFilter] = useState('');
  const all = useMemo(() => [...(metrics.data?.values() ?? [])], [metrics.data]);
  const groups = useMemo(() => grouped(all, view.category, filter), [all, view.category, filter]);
  const problem = metrics.error && !metrics.data ? asProblem(metrics.error) : null;
  const clear = (): void => {
    setFilter('');
    onView({ category: undefined });
  };
  if (problem) return <ErrorState problem={problem} onRetry={() => void metrics.refetch()} />;
  if (!metrics.data) return <Loading rows={9} height={38} label="Loading metrics" />;
  const count = groups.reduce((sum, [, members]) => sum + members.length, 0);

  return (
    <div className={classes.part}>
      <div className={classes.filters} role="group" aria-label="Which metrics">
        <TextInput label="Filter metrics" placeholder="Name, or what else it is called" value={filter} onChange={(event) => setFilter(event.currentTarget.value)} />
        <Select
          label="Category"
          allowDeselect={false}
          data={[{ value: ALL, label: 'All categories' }, ...categoriesOf(all).map((id) => ({ value: id, label: categoryName(id) }))]}
          value={view.category ?? ALL}
          onChange={(category) => onView({ category: category === ALL || category === null ? undefined : category })}
        />
        <p role="status">{plural(count, 'metric')}</p>
      </div>
      {count === 0 ? (
        <EmptyState
          icon={<IconFilterOff size={22} stroke={1.6} />}
          title="No metric fits"
          actions={
            <Button variant="default" onClick={clear}>
              Show all metrics
            </Button>
          }
        >
          The search above forgives slips of the keyboard.
        </EmptyState>
      ) : (
        groups.map(([category, members]) => (
          <Card key={category} title={categoryName(category)} flush>
            <ul className={classes.metrics} aria-label={`Metrics: ${categoryName(category)}`}>
              {members.map((metric) => (
                <MetricRow key={metric.id} metric={metric} open={view.metric === metric.id} onToggle={() => onView({ metric: view.metric === metric.id ? undefined : metric.id })} />
              ))}
            </ul>
          </Card>
        ))
      )}
    </div>
  );
}

/** Known categories in the order of the page, then others. */
function categoriesOf(metrics: readonly Metric[]): string[] {
  const there = new Set(metrics.map(({ category }) => category));
  const known = CATEGORIES.map(([id]) => id).filter((id) => there.has(id));
  return [...known, ...[...there].filter((id) => !known.includes(id))];
}

function grouped(metrics: readonly Metric[], category: string | undefined, filter: string): [string, Metric[]][] {
  const wanted = filter.trim().toLowerCase();
  const fits = (metric: Metric): boolean => [metric.id, metric.name, metric.description, ...metric.aliases].some((text) => text.toLowerCase().includes(wanted));
  const shown = metrics.filter((metric) => (!category || metric.category === category) && (wanted === '' || fits(metric)));
  return categoriesOf(shown).map((id) => [id, shown.filter((metric) => metric.category === id)]);
}

function MetricRow({ metric, open, onToggle }: { metric: Metric; open: boolean; onToggle: () => void }) {
  const row = useRef<HTMLLIElement>(null);
  // A link leads to a metric; a click on one that is in sight anyway moves nothing.
  useEffect(() => {
    if (open) row.current?.scrollIntoView({ block: 'nearest' });
  }, [open]);
  return (
    <li ref={row} className={classes.metric}>
      <UnstyledButton className={classes.metricHead} aria-expanded={open} onClick={onToggle}>
        <strong>{metric.name}</strong>
        <span>{metric.description}</span>
        <IconChevronDown size={16} aria-hidden data-open={open} />
      </UnstyledButton>
      {open && <Details metric={metric} />}
    </li>
  );
}

const UNITS: Record<string, string> = { count: 'A count', number: 'A number', money: 'An amount of money', percent: 'A share in percent', ratio: 'A ratio' };
const DIRECTIONS: Record<string, string> = { higher: 'more is better', lower: 'less is better', neutral: 'neither more nor less is better by itself' };

function Details({ metric }: { metric: Metric }) {
  const { unit, direction, additive, formula, aliases, thresholds, see, needs, id } = metric;
  return (
    <dl className={classes.details}>
      <Detail term="What it is">
        {UNITS[unit] ?? unit}; {DIRECTIONS[direction] ?? direction}. {!additive && 'It cannot be added up over days or objects.'}
      </Detail>
      {formula && (
        <Detail term="Computed as">
          <Code>{formula}</Code>, from sums
        </Detail>
      )}
      {needs.length > 0 && <Detail term="Needs">{needs.map((constant) => `the client’s ${constant.name.toLowerCase()}: ${constant.description}`).join(' ')}</Detail>}
      {see && <Detail term="Mind">{see}</Detail>}
      {thresholds.length > 0 && (
        <Detail term="Worth a look">
          <ul>
            {thresholds.map((threshold) => (
              <li key={`${threshold.severity}/${threshold.platform ?? ''}/${threshold.text}`}>
                when it {threshold.of === 'value' ? `is ${threshold.text}` : threshold.text}
                {threshold.platform && ` on ${platformName(threshold.platform)}`} <small>({threshold.severity})</small>
              </li>
            ))}
          </ul>
        </Detail>
      )}
      {aliases.length > 0 && <Detail term="Also called">{sentence(aliases.join(', '))}</Detail>}
      <Detail term="In queries">
        <Code>{id}</Code>
      </Detail>
    </dl>
  );
}

function Detail({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
