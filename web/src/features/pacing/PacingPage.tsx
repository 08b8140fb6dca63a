import { Alert, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconGauge, IconPlus } from '@tabler/icons-react';
import { useMemo, useState, type ReactNode } from 'react';
import { budgetsOptions } from '@/api/budgets';
import { pacingOptions } from '@/api/pacing';
import { asProblem } from '@/api/problem';
import { REFUSED, useCan } from '@/api/session';
import { accountsOptions } from '@/api/tenants';
import type { Budget, PacedBudget, Tenant } from '@/api/types';
import { BudgetCard } from './BudgetCard';
import { BudgetForm } from './BudgetForm';
import { campaignNames, campaignsOptions } from './campaigns';
import { PaceLegend } from './PaceBar';
import { RemoveBudget } from './RemoveBudget';
import type { PacingView } from './view';
import { Ago } from '@/ui/Ago';
import { Dialog } from '@/ui/Dialog';
import { PageFrame } from '@/ui/PageFrame';
import { EmptyState, ErrorState, Loading } from '@/ui/States';
import classes from './Pacing.module.css';

interface Props {
  tenant: Tenant;
  today: string;
  view: PacingView;
  onView: (change: Partial<PacingView>) => void;
  /** Has analysis made at once, and says that it is under way. */
  analyse: ReactNode;
}

const NEW = 'new';
/** What is off first; within a verdict the server's order. */
const ORDER = ['over', 'under', 'cannot_tell', 'on_track'];

/** Every budget of a tenant, how far it is, and where it will end. */
export function PacingPage({ tenant, today, view, onView, analyse }: Props) {
  const budgets = useQuery(budgetsOptions(tenant.id));
  const pacing = useQuery(pacingOptions(tenant.id));
  const accounts = useQuery(accountsOptions(tenant.id));
  // A campaign's budget knows its campaign by id alone.
  const ofCampaigns = budgets.data?.some((budget) => budget.campaign != null) ?? false;
  const campaigns = useQuery({ ...campaignsOptions(tenant.id, today), enabled: ofCampaigns });
  const names = useMemo(() => campaignNames(campaigns.data), [campaigns.data]);
  const [removing, setRemoving] = useState<Budget | null>(null);
  const paced = useMemo(() => new Map((pacing.data?.items ?? []).map((item) => [item.budget.id, item])), [pacing.data]);
  const sorted = useMemo(() => byUrgency(budgets.data ?? [], paced), [budgets.data, paced]);
  const edited = budgets.data?.find((budget) => budget.id === view.edit) ?? null;
  const problem = budgets.error && !budgets.data ? asProblem(budgets.error) : null;
  const paceProblem = pacing.error && !pacing.data ? asProblem(pacing.error) : null;
  const add = <AddButton tenant={tenant.id} onAdd={() => onView({ edit: NEW })} />;

  return (
    <PageFrame
      title="Pacing"
      says={
        <>
          Whether the budgets of {tenant.name} will come out. What is off is among the{' '}
          <Link to="/findings" search={{ kind: 'pacing' }}>
            findings
          </Link>{' '}
          too.
          {pacing.data?.made_at && (
            <>
              {' '}
              Worked out <Ago at={pacing.data.made_at} />.
            </>
          )}
        </>
      }
      actions={
        sorted.length > 0 && (
          <>
            {analyse}
            {add}
          </>
        )
      }
    >
      {problem ? (
        <ErrorState problem={problem} onRetry={() => void budgets.refetch()} />
      ) : !budgets.data || pacing.isPending ? (
        <Loading rows={6} height={60} label="Loading budgets" />
      ) : sorted.length === 0 ? (
        <EmptyState icon={<IconGauge size={22} stroke={1.6} />} title="No budget is planned" actions={add}>
          Say what is meant to be spent, per month or for particular days, on the whole tenant, a platform, an account or a campaign. Trimtab then says every day where it will end.
        </EmptyState>
      ) : (
        <>
          {paceProblem && (
            <Alert color="red" title="Their pace is not known" role="alert">
              {paceProblem.detail || paceProblem.title}{' '}
              <Button variant="default" size="compact-xs" onClick={() => void pacing.refetch()}>
                Try again
              </Button>
            </Alert>
          )}
          <PaceLegend />
          <ul className={classes.budgets}>
            {sorted.map((budget) => (
              <BudgetCard
                key={budget.id}
                tenant={tenant.id}
                budget={budget}
                pace={paced.get(budget.id)?.result ?? null}
                days={paced.get(budget.id)?.days ?? []}
                accounts={accounts.data ?? []}
                campaigns={names}
                open={view.budget === budget.id}
                onOpen={() => onView({ budget: view.budget === budget.id ? undefined : budget.id })}
                onEdit={() => onView({ edit: budget.id })}
                onRemove={() => setRemoving(budget)}
              />
            ))}
          </ul>
        </>
      )}
      <Dialog title={edited ? `Change “${edited.name}”` : 'Plan a budget'} opened={view.edit === NEW || edited !== null} onClose={() => onView({ edit: undefined })}>
        <BudgetForm tenant={tenant} today={today} accounts={accounts.data ?? []} budget={edited} onDone={() => onView({ edit: undefined })} />
      </Dialog>
      <RemoveBudget tenant={tenant.id} budget={removing} onClose={() => setRemoving(null)} />
    </PageFrame>
  );
}

function AddButton({ tenant, onAdd }: { tenant: string; onAdd: () => void }) {
  const allowed = useCan()('budget:manage', tenant);
  return (
    <Button leftSection={<IconPlus size={16} aria-hidden />} size="sm" disabled={!allowed} title={allowed ? undefined : REFUSED} onClick={onAdd}>
      Plan a budget
    </Button>
  );
}

function byUrgency(budgets: readonly Budget[], paced: ReadonlyMap<string, PacedBudget>): Budget[] {
  const rank = (budget: Budget): number => {
    const place = ORDER.indexOf(paced.get(budget.id)?.result?.verdict ?? 'cannot_tell');
    return place < 0 ? ORDER.length : place;
  };
  return [...budgets].sort((a, b) => rank(a) - rank(b));
}
