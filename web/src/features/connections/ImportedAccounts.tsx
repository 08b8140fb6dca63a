import { Button } from '@mantine/core';
import type { Account } from '@/api/types';
import { formatDays, plural } from '@/lib/format';
import { Ago } from '@/ui/Ago';
import { Card } from '@/ui/Card';
import { PlatformMark } from '@/ui/PlatformMark';
import classes from './Connections.module.css';

interface Props {
  accounts: readonly Account[];
  onShowDays: (from: string, to: string) => void;
}

/** Accounts that are known without a connection: from files, or from a connection that was removed. */
export function ImportedAccounts({ accounts, onShowDays }: Props) {
  return (
    <Card title="Without a connection" note="From imported files, or from connections that were removed" flush>
      <ul className={classes.list}>
        {accounts.map((account) => {
          const { first_day: first, last_day: last, data_as_of: asOf } = account;
          return (
            <li key={`${account.source}/${account.id}`} className={classes.row} aria-label={account.name}>
              <PlatformMark source={account.source} />
              <div className={classes.who}>
                <strong>{account.name}</strong>
                <span>
                  {account.id} · {account.currency} · {account.timezone.replaceAll('_', ' ')}
                </span>
              </div>
              <div className={classes.health}>
                <span>{plural(account.rows, 'row')}</span>
                {first && last && <span>{formatDays(first, last)}</span>}
              </div>
              <div className={classes.fresh}>{asOf && <span>Data as of <Ago at={asOf} /></span>}</div>
              <div className={classes.rowActions}>
                {first && last && (
                  <Button variant="default" size="xs" onClick={() => onShowDays(first, last)}>
                    Show these days
                  </Button>
                )}
              </div>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
