import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconBulb } from '@tabler/icons-react';
import { useMemo } from 'react';
import { insightsOptions } from '@/api/insights';
import { metricsOptions } from '@/api/metrics';
import { asProblem } from '@/api/problem';
import { accountsOptions } from '@/api/tenants';
import type { Insight, Tenant } from '@/api/types';
import { AnalyseButton } from './Analyse';
import { InsightEntry } from './InsightEntry';
import { usePutAway } from './usePutAway';
import { accountNames } from './words';
import { plural } from '@/lib/format';
import { PageFrame } from '@/ui/PageFrame';
import { EmptyState, ErrorState, Loading } from '@/ui/States';
import classes from './Insights.module.css';

/** What the address holds of the page. */
export interface InsightsView {
  /** The opened one, by its finding's id. */
  insight?: string;
  /** Its opened evidence, by place. */
  show?: string;
}

interface Props {
  tenant: Tenant;
  view: InsightsView;
  onView: (change: Partial<InsightsView>) => void;
}

const CATEGORIES: readonly (readonly [id: string, label: string])[] = [
  ['performance', 'Performance'],
  ['funnel', 'Funnel'],
  ['creative', 'Creatives'],
  ['budget', 'Budgets'],
  ['store', 'Store'],
  ['site', 'Site'],
  ['mail', 'Mail'],
  ['customers', 'Customers'],
  ['tracking', 'Tracking'],
];

/** Conditions with a name that hold now: what they are, what moves along, and what to do. */
export function InsightsPage({ tenant, view, onView }: Props) {
  const asked = useQuery(insightsOptions(tenant.id));
  const metrics = useQuery(metricsOptions);
  const accounts = useQuery(accountsOptions(tenant.id));
  const names = useMemo(() => accountNames(accounts.data), [accounts.data]);
  const { put, busy } = usePutAway(tenant.id);
  const groups = useMemo(() => byCategory(asked.data ?? []), [asked.data]);
  const problem = asked.error && !asked.data ? asProblem(asked.error) : null;
  const analyse = <AnalyseButton tenant={tenant.id} />;
  return (
    <PageFrame
      title="Insights"
      says={
        <>
          Several figures of {tenant.name} that together say something, what else moves with them, and what to do. They are among the{' '}
          <Link to="/findings" search={{ kind: 'insight' }}>
            findings
          </Link>{' '}
          too.
        </>
      }
      actions={groups.length > 0 && analyse}
    >
      {problem ? (
        <ErrorState problem={problem} onRetry={() => void asked.refetch()} />
      ) : !asked.data ? (
        <Loading rows={6} height={56} label="Loading insights" />
      ) : groups.length === 0 ? (
        <EmptyState icon={<IconBulb size={22} stroke={1.6} />} title="No insight holds" actions={analyse}>
          Either none of the known conditions holds, or there are too few figures to say so. Those that were dismissed or snoozed are kept among the findings.
        </EmptyState>
      ) : (
        groups.map(({ id, label, insights }) => (
          <section key={id} className={classes.group} aria-label={label}>
            <h2>
              {label} <span>{plural(insights.length, 'insight')}</span>
            </h2>
            <ul>
              {insights.map((insight) => (
                <InsightEntry
                  key={insight.finding.id}
                  tenant={tenant}
                  insight={insight}
                  names={names}
                  known={metrics.data ?? new Map()}
                  busy={busy(insight.finding)}
                  onPut={(away) => put(insight.finding, away)}
                  open={view.insight === insight.finding.id}
                  show={view.show}
                  onOpen={(open) => onView({ insight: open ? insight.finding.id : undefined, show: undefined })}
                  onShow={(show) => onView({ show })}
                />
              ))}
            </ul>
          </section>
        ))
      )}
    </PageFrame>
  );
}

const SEVERITY = ['critical', 'warning', 'info'];

/** Within a category the most severe first; categories of a newer server come last, under their own word. */
function byCategory(insights: readonly Insight[]): { id: string; label: string; insights: Insight[] }[] {
  const others = [...new Set(insights.map(({ category }) => category))].filter((id) => !CATEGORIES.some(([known]) => known === id));
  return [...CATEGORIES, ...others.map((id) => [id, id] as const)]
    .map(([id, label]) => ({
      id,
      label,
      insights: insights.filter(({ category }) => category === id).sort((a, b) => SEVERITY.indexOf(a.finding.severity) - SEVERITY.indexOf(b.finding.severity)),
    }))
    .filter((group) => group.insights.length > 0);
}
