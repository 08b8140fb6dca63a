import { useQuery } from '@tanstack/react-query';
import { IconPhoto } from '@tabler/icons-react';
import { useMemo, type ReactNode } from 'react';
import { fatigueOptions } from '@/api/analyses';
import { askedOf } from '@/api/problem';
import type { FatigueAd, FatigueOfAccount, Tenant } from '@/api/types';
import { AdDetail } from './AdDetail';
import { byWear, daysLeft, lossRange, lossText, verdictWords } from './words';
import { chosenOf } from '@/lib/accounts';
import { formatFigure, plural } from '@/lib/format';
import { AccountSelect } from '@/ui/AccountSelect';
import { AccountsPage } from '@/ui/AccountsPage';
import { Card } from '@/ui/Card';
import { Confidence } from '@/ui/Confidence';
import { DataTable, type TableColumn } from '@/ui/DataTable';
import { Dialog } from '@/ui/Dialog';
import { StatusBadge } from '@/ui/StatusBadge';

/** What the address holds of the page. */
export interface CreativesView {
  /** The platform's id. */
  account?: string;
  /** The opened ad. */
  ad?: string;
}

interface Props {
  tenant: Tenant;
  view: CreativesView;
  onView: (change: Partial<CreativesView>) => void;
  analyse: ReactNode;
}

/** Which ads people have seen too often, and what else could be why. */
export function CreativesPage({ tenant, view, onView, analyse }: Props) {
  return (
    <AccountsPage
      title="Creatives"
      says={`Which ads of ${tenant.name} are worn: clicked less because people have seen them too often, and for no other reason.`}
      asked={askedOf(useQuery(fatigueOptions(tenant.id)))}
      loading="Loading creatives"
      empty={{ icon: <IconPhoto size={22} stroke={1.6} />, title: 'No creative was looked at yet', text: 'Ads with figures are looked at after each sync, or by “Analyse now”.' }}
      analyse={analyse}
    >
      {(accounts) => {
        const account = chosenOf(accounts, view.account, ({ result }) => result.ads.length > 0);
        return (
          account && (
            <>
              <AccountSelect accounts={accounts} value={account.account} onChange={(id) => onView({ account: id, ad: undefined })} />
              <Told account={account} view={view} onView={onView} />
            </>
          )
        );
      }}
    </AccountsPage>
  );
}

function Told({ account: { result }, view, onView }: { account: FatigueOfAccount } & Pick<Props, 'view' | 'onView'>) {
  const ads = useMemo(() => byWear(result.ads), [result]);
  const opened = ads.find(({ ad }) => ad === view.ad) ?? null;
  const cannot = result.cannot_tell;
  return (
    <>
      <Card
        title="Wear by ad"
        note={cannot > 0 ? `Nothing can be said of ${plural(cannot, 'other ad')}: too young, too few clicks, or not running.` : 'The most worn first. Open one to see what else could be why.'}
        flush
      >
        <DataTable
          label="Ads and their wear"
          columns={COLUMNS}
          rows={ads}
          rowId={({ ad }) => ad}
          onOpen={({ ad }) => onView({ ad })}
          empty="No ad ran long enough, with enough clicks, for its wear to be told."
        />
      </Card>
      <Dialog title={opened?.name ?? ''} opened={opened !== null} onClose={() => onView({ ad: undefined })}>
        {opened && <AdDetail ad={opened} />}
      </Dialog>
    </>
  );
}

const percent = (value: number | null | undefined): string => formatFigure(value, { unit: 'percent' });

const COLUMNS: readonly TableColumn<FatigueAd>[] = [
  { id: 'ad', header: 'Ad', width: 240, cell: ({ name, ad }) => name || ad },
  {
    id: 'verdict',
    header: 'Verdict',
    width: 160,
    cell: ({ verdict }) => {
      const { label, tone } = verdictWords(verdict);
      return <StatusBadge tone={tone}>{label}</StatusBadge>;
    },
  },
  { id: 'ctr', header: 'CTR, before → after', title: 'In its first days, and in its last', align: 'end', width: 160, cell: (ad) => `${percent(ad.ctr_before)} → ${percent(ad.ctr_after)}` },
  { id: 'loss', header: 'Lost of its own', title: 'What it lost that its siblings did not', align: 'end', width: 120, cell: ({ loss }) => lossText(loss) },
  { id: 'range', header: '4 times in 5', align: 'end', width: 120, cell: (ad) => lossRange(ad) ?? '–' },
  { id: 'left', header: 'Days left', title: 'Until a quarter of its appeal is lost, at the pace of late', align: 'end', width: 160, cell: daysLeft },
  { id: 'sure', header: 'How sure', width: 170, cell: ({ verdict, confidence }) => (verdict === 'cannot_tell' ? '–' : <Confidence value={confidence} plain />) },
];
