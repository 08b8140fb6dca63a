import { Button } from '@mantine/core';
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconCircleCheck, IconDownload, IconFilterOff, IconTelescope } from '@tabler/icons-react';
import { useMemo } from 'react';
import { allFindings, findingsOptions } from '@/api/findings';
import { asProblem } from '@/api/problem';
import { accountsOptions } from '@/api/tenants';
import type { Tenant } from '@/api/types';
import { AnalyseButton, Analysing } from './Analyse';
import { Filters } from './Filters';
import { FindingList } from './FindingList';
import { exportOf } from './export';
import { usePutAway } from './usePutAway';
import { NO_FILTER, filterOf, isNarrowed, type FindingsView } from './view';
import { accountNames } from './words';
import { download, toCsv } from '@/lib/csv';
import { plural } from '@/lib/format';
import { PageFrame } from '@/ui/PageFrame';
import { EmptyState, ErrorState, Loading } from '@/ui/States';
import { useToast } from '@/ui/Toasts';
import classes from './Findings.module.css';

interface Props {
  tenant: Tenant;
  today: string;
  view: FindingsView;
  onView: (change: Partial<FindingsView>) => void;
}

/** Everything analysis noticed of a tenant, what goes on first. */
export function FindingsPage({ tenant, today, view, onView }: Props) {
  const filter = filterOf(view);
  const listed = useInfiniteQuery(findingsOptions(tenant.id, filter));
  const accounts = useQuery(accountsOptions(tenant.id));
  const names = useMemo(() => accountNames(accounts.data), [accounts.data]);
  const { put, busy } = usePutAway(tenant.id);
  const toast = useToast();
  const save = useMutation({
    mutationFn: () => allFindings(tenant.id, filter),
    onSuccess: (findings) => {
      const { header, rows } = exportOf(findings);
      download(`${tenant.id}-findings-${today}.csv`, toCsv(header, rows));
    },
    onError: (error) => toast({ tone: 'bad', title: asProblem(error).title, text: asProblem(error).detail }),
  });
  const findings = useMemo(() => listed.data?.pages.flatMap((page) => page.items) ?? [], [listed.data]);
  const problem = listed.error && !listed.data ? asProblem(listed.error) : null;

  return (
    <PageFrame
      title="Findings"
      says={`What analysis noticed in the figures of ${tenant.name}, why, and how sure it is. It runs after every sync.`}
      actions={
        <>
          <Button
            variant="default"
            size="sm"
            leftSection={<IconDownload size={16} aria-hidden />}
            aria-label="Export CSV of the findings"
            loading={save.isPending}
            disabled={findings.length === 0}
            onClick={() => save.mutate()}
          >
            Export CSV
          </Button>
          <AnalyseButton tenant={tenant.id} />
        </>
      }
    >
      <Filters view={view} accounts={accounts.data ?? []} onView={onView} />
      <Analysing tenant={tenant.id} />
      {problem ? (
        <ErrorState problem={problem} onRetry={() => void listed.refetch()} />
      ) : !listed.data ? (
        <Loading rows={7} height={56} label="Loading findings" />
      ) : findings.length === 0 ? (
        <Nothing tenant={tenant} view={view} hasFigures={accounts.data?.some((account) => account.last_day != null)} onView={onView} />
      ) : (
        <>
          <FindingList tenant={tenant.id} findings={findings} names={names} stale={listed.isPlaceholderData} busy={busy} onPut={put} />
          {listed.hasNextPage && (
            <div className={classes.more}>
              <Button variant="default" size="xs" loading={listed.isFetchingNextPage} onClick={() => void listed.fetchNextPage()}>
                Show more
              </Button>
              <span>The first {plural(findings.length, 'finding')} are shown; the file holds all.</span>
            </div>
          )}
        </>
      )}
    </PageFrame>
  );
}

interface NothingProps {
  tenant: Tenant;
  view: FindingsView;
  /** Whether there is anything to analyse; absent while that is not known. */
  hasFigures: boolean | undefined;
  onView: (change: Partial<FindingsView>) => void;
}

/** No finding: because none fits, because all is well, or because there is nothing to look at. */
function Nothing({ tenant, view, hasFigures, onView }: NothingProps) {
  const narrowed = isNarrowed(view);
  const ever = useInfiniteQuery({ ...findingsOptions(tenant.id, { state: 'all' }), enabled: !narrowed });
  if (narrowed) {
    return (
      <EmptyState
        icon={<IconFilterOff size={22} stroke={1.6} />}
        title="No finding fits these filters"
        actions={
          <Button variant="default" onClick={() => onView(NO_FILTER)}>
            Clear filters
          </Button>
        }
      >
        There may be others, of another kind, severity or account.
      </EmptyState>
    );
  }
  if (hasFigures === false) {
    return (
      <EmptyState
        icon={<IconTelescope size={22} stroke={1.6} />}
        title="Nothing to analyse yet"
        actions={
          <Button component={Link} to="/connections">
            Go to Connections
          </Button>
        }
      >
        No figures of {tenant.name} were read so far. Connect an account or import a file; analysis runs by itself after the first sync.
      </EmptyState>
    );
  }
  if (ever.isPending || ever.isPlaceholderData) return <Loading rows={3} height={40} label="Loading findings" />;
  const before = ever.data?.pages[0]?.items.length ?? 0;
  if (before === 0) {
    return (
      <EmptyState icon={<IconTelescope size={22} stroke={1.6} />} title="Nothing noticed so far" actions={<AnalyseButton tenant={tenant.id} variant="filled" />}>
        Either no analysis has run yet, or none found anything worth telling. “Analyse now” looks at once.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<IconCircleCheck size={22} stroke={1.6} />}
      title="Nothing needs attention"
      actions={
        view.state !== 'all' && (
          <Button variant="default" onClick={() => onView({ state: 'all' })}>
            Show earlier findings
          </Button>
        )
      }
    >
      No finding is open. What is dismissed, snoozed or gone is kept.
    </EmptyState>
  );
}
