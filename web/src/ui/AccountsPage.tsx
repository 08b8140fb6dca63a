import type { ReactNode } from 'react';
import { Ago } from '@/ui/Ago';
import { PageFrame } from '@/ui/PageFrame';
import { EmptyState, ErrorState, Loading } from '@/ui/States';

interface OfAccount {
  source: string;
  account: string;
  name: string;
  /** When it was worked out. */
  made_at: string;
}

interface Props<Account extends OfAccount> {
  title: string;
  says: ReactNode;
  /** What was worked out of each account. */
  asked: {
    data: readonly Account[] | undefined;
    problem: { title: string; detail: string; requestId: string | null; unreachable: boolean } | null;
    retry: () => void;
  };
  /** What is waited for: "Loading scores". */
  loading: string;
  /** What stands there where there is no account. */
  empty: { icon: ReactNode; title: string; text: string };
  /** Has analysis made at once. */
  analyse: ReactNode;
  children: (accounts: readonly Account[]) => ReactNode;
}

/** A page of what analysis worked out account by account: its head, and one of the states such a page can be in. */
export function AccountsPage<Account extends OfAccount>({ title, says, asked: { data, problem, retry }, loading, empty, analyse, children }: Props<Account>) {
  const newest = data?.map(({ made_at }) => made_at).reduce((a, b) => (a > b ? a : b), '');
  return (
    <PageFrame
      title={title}
      actions={newest ? analyse : undefined}
      says={
        <>
          {says}
          {newest && (
            <>
              {' '}
              Worked out <Ago at={newest} />.
            </>
          )}
        </>
      }
    >
      {problem ? (
        <ErrorState problem={problem} onRetry={retry} />
      ) : !data ? (
        <Loading rows={7} height={48} label={loading} />
      ) : data.length > 0 ? (
        children(data)
      ) : (
        <EmptyState icon={empty.icon} title={empty.title} actions={analyse}>
          {empty.text}
        </EmptyState>
      )}
    </PageFrame>
  );
}
