import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconDatabaseSearch } from '@tabler/icons-react';
import { useEffect } from 'react';
import { checksOptions } from '@/api/checks';
import { coverageOptions } from '@/api/coverage';
import { asProblem } from '@/api/problem';
import { ratesOptions } from '@/api/rates';
import { reconciliationOptions } from '@/api/reconciliation';
import type { Tenant } from '@/api/types';
import { CheckHistory } from './CheckHistory';
import { ChecksCard } from './ChecksCard';
import { CoverageCard } from './CoverageCard';
import { DayDialog } from './DayDialog';
import { Overview } from './Overview';
import { RatesCard } from './RatesCard';
import { ReadyViews } from './ReadyViews';
import { ReconciliationCard } from './ReconciliationCard';
import { askedVerdict, type DataView } from './view';
import type { Period } from '@/lib/period';
import { checkOf, checkText, nearest, placeOf, placeText, type CheckPlace, type Place } from '@/lib/places';
import { PageFrame } from '@/ui/PageFrame';
import { EmptyState, ErrorState, Loading } from '@/ui/States';
import classes from './Data.module.css';

interface Props {
  tenant: Tenant;
  period: Period;
  view: DataView;
  /** What the address points at, if anything: a section, or a part of one. */
  section?: string;
  onView: (change: Partial<DataView>) => void;
  /** Shows one day on Home. */
  onShowDay: (place: Place) => void;
}

/** What is stored of a tenant, and how far it can be trusted. */
export function DataPage({ tenant, period, view, section, onView, onShowDay }: Props) {
  const coverage = useQuery(coverageOptions(tenant.id, period));
  const reconciliation = useInfiniteQuery(reconciliationOptions(tenant.id, period, askedVerdict(view)));
  const checks = useQuery(checksOptions(tenant.id));
  const rates = useQuery(ratesOptions());
  const place = placeOf(view.day);
  const openDay = (next: Place): void => onView({ day: placeText(next) });
  const openHistory = (next: CheckPlace): void => onView({ history: checkText(next) });

  // A link may point at what is drawn late, below what is drawn later still.
  const drawn = coverage.data !== undefined && !reconciliation.isPending && !checks.isPending;
  useEffect(() => {
    if (drawn && section) pointAt(section);
  }, [drawn, section]);

  if (coverage.data?.accounts.length === 0) {
    return (
      <EmptyState
        page
        icon={<IconDatabaseSearch size={22} stroke={1.6} />}
        title="Nothing is connected"
        actions={
          <Button component={Link} to="/connections">
            Go to Connections
          </Button>
        }
      >
        Here you see which days of which account were read, and whether they agree with what the platform says. Connect an account or import a file first.
      </EmptyState>
    );
  }
  return (
    <PageFrame title="Data" says={`What is stored of ${tenant.name}, and how far it can be trusted.`} actions={<ReadyViews tenant={tenant.id} period={period} />}>
      {coverage.error && !coverage.data ? (
        <ErrorState problem={asProblem(coverage.error)} onRetry={() => void Promise.all([coverage.refetch(), reconciliation.refetch(), checks.refetch(), rates.refetch()])} />
      ) : !coverage.data ? (
        <Loading rows={9} height={34} label="Loading coverage" />
      ) : (
        <>
          <Overview coverage={coverage.data} summary={reconciliation.data?.pages[0]?.summary} checks={checks.data} rates={rates.data} />
          <div id="coverage" tabIndex={-1} className={classes.anchor}>
            <CoverageCard coverage={coverage.data} busy={coverage.isPlaceholderData} onOpen={openDay} />
          </div>
          <div id="reconciliation" tabIndex={-1} className={classes.anchor}>
            <ReconciliationCard tenant={tenant.id} period={period} view={view} onView={onView} onOpen={openDay} />
          </div>
          <div id="checks" tabIndex={-1} className={classes.anchor}>
            <ChecksCard tenant={tenant.id} checks={checks} pointed={section} onHistory={openHistory} onOpen={openDay} />
          </div>
          <div id="rates" tabIndex={-1} className={classes.anchor}>
            <RatesCard rates={rates} />
          </div>
        </>
      )}
      <DayDialog
        tenant={tenant.id}
        place={place}
        account={coverage.data?.accounts.find((account) => account.source === place?.source && account.account === place.account)}
        onClose={() => onView({ day: undefined })}
        onShowDay={onShowDay}
      />
      <CheckHistory tenant={tenant.id} place={checkOf(view.history)} checks={checks.data} onClose={() => onView({ history: undefined })} />
    </PageFrame>
  );
}

/** Brings a part of the page into sight, and the keyboard to it. */
function pointAt(anchor: string): void {
  const part = nearest(anchor)
    .map((id) => document.getElementById(id))
    .find((found) => found !== null);
  part?.scrollIntoView({ block: part.id === anchor && anchor.includes('/') ? 'center' : 'start' });
  part?.focus({ preventScroll: true });
}
