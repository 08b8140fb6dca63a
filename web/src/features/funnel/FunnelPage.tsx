import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { IconFilter2 } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { funnelOptions } from '@/api/analyses';
import { askedOf } from '@/api/problem';
import type { FunnelOfAccount, Tenant } from '@/api/types';
import { Stages } from './Stages';
import { chosenOf } from '@/lib/accounts';
import { formatDays } from '@/lib/format';
import { AccountSelect } from '@/ui/AccountSelect';
import { AccountsPage } from '@/ui/AccountsPage';
import { CannotTell } from '@/ui/CannotTell';
import { Card } from '@/ui/Card';
import { Untold } from '@/ui/Untold';

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
  return (
    <AccountsPage
      title="Funnel"
      says={
        <>
          Where the way to a sale loses more than it should, by account of {tenant.name}. What is beyond doubt is among the{' '}
          <Link to="/findings" search={{ kind: 'funnel' }}>
            findings
          </Link>{' '}
          too.
        </>
      }
      asked={askedOf(useQuery(funnelOptions(tenant.id)))}
      loading="Loading funnels"
      empty={{ icon: <IconFilter2 size={22} stroke={1.6} />, title: 'No funnel was looked at yet', text: 'Ad accounts with figures are looked at after each sync, or by “Analyse now”.' }}
      analyse={analyse}
    >
      {(accounts) => {
        const account = chosenOf(accounts, view.account, ({ result }) => result.stages.length > 0);
        return (
          account && (
            <>
              <AccountSelect accounts={accounts} value={account.account} onChange={(id) => onView({ account: id })} />
              <Told account={account} />
            </>
          )
        );
      }}
    </AccountsPage>
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
      {/* A single reason why there are no stages stands above already. */}
      {untold.length > (stages.length > 0 ? 0 : 1) && <Untold title="What cannot be told" items={untold} />}
    </>
  );
}
