import { useQuery } from '@tanstack/react-query';
import { IconCalendarTime } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { patternsOptions } from '@/api/analyses';
import { askedOf } from '@/api/problem';
import type { PatternsOfAccount, Tenant } from '@/api/types';
import { NoPattern, PatternPart } from './PatternPart';
import { chosenOf } from '@/lib/accounts';
import { formatDay } from '@/lib/format';
import { AccountSelect } from '@/ui/AccountSelect';
import { AccountsPage } from '@/ui/AccountsPage';
import classes from './Patterns.module.css';

/** What the address holds of the page. */
export interface PatternsView {
  /** The platform's id. */
  account?: string;
}

interface Props {
  tenant: Tenant;
  today: string;
  view: PatternsView;
  onView: (change: Partial<PatternsView>) => void;
  analyse: ReactNode;
}

const isTold = ({ result }: PatternsOfAccount): boolean => result.patterns.some(({ pattern }) => pattern != null);

/** What was always so in each account and can be used. */
export function PatternsPage({ tenant, today, view, onView, analyse }: Props) {
  return (
    <AccountsPage
      title="Patterns"
      says={`What was always so in the ad accounts of ${tenant.name}, and can be used.`}
      asked={askedOf(useQuery(patternsOptions(tenant.id)))}
      loading="Loading patterns"
      empty={{ icon: <IconCalendarTime size={22} stroke={1.6} />, title: 'No pattern was learnt yet', text: 'Patterns are learnt of ad accounts with figures once a week, after a sync, or by “Analyse now”.' }}
      analyse={analyse}
    >
      {(accounts) => {
        const account = chosenOf(accounts, view.account, isTold);
        return (
          account && (
            <>
              <div className={classes.filters}>
                <AccountSelect accounts={accounts} value={account.account} onChange={(id) => onView({ account: id })} />
                <p>
                  Learnt on {formatDay(account.result.learned_on)}, anew on {formatDay(account.result.due_on)}.
                </p>
              </div>
              <Told key={account.account} account={account} today={today} />
            </>
          )
        );
      }}
    </AccountsPage>
  );
}

/** The map of hours over the whole width, the others side by side, and at the end what there is nothing to tell of. */
function Told({ account: { result }, today }: { account: PatternsOfAccount; today: string }) {
  const all = result.patterns.map((card) => ({ card, id: `${card.kind}/${card.id}` }));
  const patterns = all.flatMap(({ card, id }) => (card.pattern ? [{ card, id, pattern: card.pattern }] : []));
  const isMap = ({ pattern }: (typeof patterns)[number]): boolean => pattern.picture.type === 'hours';
  const rest = patterns.filter((one) => !isMap(one));
  const none = all.filter(({ card }) => !card.pattern);
  return (
    <>
      {patterns.filter(isMap).map(({ card, id, pattern }) => (
        <PatternPart key={id} card={card} pattern={pattern} today={today} />
      ))}
      {rest.length > 0 && (
        <div className={classes.cards}>
          {rest.map(({ card, id, pattern }) => (
            <PatternPart key={id} card={card} pattern={pattern} today={today} />
          ))}
        </div>
      )}
      {none.length > 0 && (
        <div className={classes.nones}>
          {none.map(({ card, id }) => (
            <NoPattern key={id} card={card} />
          ))}
        </div>
      )}
    </>
  );
}
