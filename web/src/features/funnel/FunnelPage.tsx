import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconFilter2 } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { funnelOptions } from '@/api/analyses';
import { asProblem } from '@/api/problem';
import type { FunnelOfAccount, Tenant } from '@/api/types';
import { Stages } from './Stages';
import { formatDays, localized, sentence } from '@/lib/format';
import { AccountSelect } from '@/ui/AccountSelect';
import { Ago } from '@/ui/Ago';
import { CannotTell } from '@/ui/CannotTell';
import { Card } from '@/ui/Card';
import { PageHead } from '@/ui/PageHead';
import { EmptyState, ErrorState, Loading } from '@/ui/States';
import classes from './Funnel.module.css';

/** What the address holds of the page. */
export interface FunnelView {
  /** The platform's id. */
  account?: string;
}

interface Props {
  tenant: Tenant;
  view: FunnelView;
  onView: (change: Partial<FunnelView>) => void;
  analyse: ReactNode;
}

/** The way from impression to sale, and where it loses more than it should. */
export function FunnelPage({ tenant, view, onView, analyse }: Props) {
  const asked = useQuery(funnelOptions(tenant.id));
  const account = asked.data?.find((one) => one.account === view.account) ?? asked.data?.find(({ result }) => result.stages.length > 0) ?? asked.data?.[0];
  const problem = asked.error && !asked.data ? asProblem(asked.error) : null;
  return (
    <div className={classes.page}>
      <PageHead title="Funnel" actions={account && analyse}>
        Where the way to a sale loses more than it should, by account of {tenant.name}. What is beyond doubt is among the{' '}
        <Link to="/findings" search={{ kind: 'funnel' }}>
          findings
        </Link>{' '}
        too.
        {account && (
          <>
            {' '}
            Worked out <Ago at={account.made_at} />.
          </>
        )}
      </PageHead>
      {problem ? (
        <ErrorState title={problem.title} detail={problem.detail} requestId={problem.requestId} unreachable={problem.unreachable} onRetry={() => void asked.refetch()} />
      ) : !asked.data ? (
        <Loading rows={7} height={52} label="Loading funnels" />
      ) : account ? (
        <>
          <AccountSelect accounts={asked.data} value={account.account} onChange={(id) => onView({ account: id })} />
          <Told account={account} />
        </>
      ) : (
        <EmptyState icon={<IconFilter2 size={22} stroke={1.6} />} title="No funnel was looked at yet" actions={analyse}>
          Ad accounts with figures are looked at after each sync, or by “Analyse now”.
        </EmptyState>
      )}
    </div>
  );
}

function Told({ account: { result, currency } }: { account: FunnelOfAccount }) {
  const { stages, untold, from, to } = result;
  return (
    <>
      {stages.length > 0 ? (
        <Card title="Stages" note={`${formatDays(from, to)}. Each range holds four times in five.`} flush>
          <Stages stages={stages} currency={currency} to={to} />
        </Card>
      ) : (
        <CannotTell because={untold[0]} />
      )}
      {untold.length > (stages.length > 0 ? 0 : 1) && (
        <Card title="What cannot be told">
          <ul className={classes.untold}>
            {untold.map((one) => (
              <li key={one}>{sentence(localized(one))}</li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}
