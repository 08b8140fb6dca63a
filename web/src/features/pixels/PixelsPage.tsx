import { useQuery } from '@tanstack/react-query';
import { IconRadar2 } from '@tabler/icons-react';
import { useMemo, type ReactNode } from 'react';
import { pixelsOptions } from '@/api/analyses';
import { askedOf } from '@/api/problem';
import type { PixelsOfAccount, Tenant } from '@/api/types';
import { PixelDetail, countWords } from './PixelDetail';
import { hoursText, pixelsOf, silentPlatforms, silentText, verdictWords, type Owned } from './words';
import { NONE, formatCount } from '@/lib/format';
import { accountLabel } from '@/lib/platforms';
import { AccountsPage } from '@/ui/AccountsPage';
import { Ago } from '@/ui/Ago';
import { Card } from '@/ui/Card';
import { Confidence } from '@/ui/Confidence';
import { DataTable, type TableColumn } from '@/ui/DataTable';
import { EmptyState } from '@/ui/States';
import { StatusBadge } from '@/ui/StatusBadge';
import { Untold } from '@/ui/Untold';
import classes from './Pixels.module.css';

/** What the address holds of the page. */
export interface PixelsView {
  /** The opened one, by account and pixel. */
  pixel?: string;
}

interface Props {
  tenant: Tenant;
  view: PixelsView;
  onView: (change: Partial<PixelsView>) => void;
  analyse: ReactNode;
}

const ICON = <IconRadar2 size={22} stroke={1.6} />;
const NO_PIXEL = { icon: ICON, title: 'No pixel is known yet', text: 'Pixels are read with each sync, where the platform has them and the credential may see them.' };

/** Whether what counts on the sites counts all of it. */
export function PixelsPage({ tenant, view, onView, analyse }: Props) {
  return (
    <AccountsPage
      title="Pixel health"
      says={`Whether what counts on the sites of ${tenant.name} counts all of it.`}
      asked={askedOf(useQuery(pixelsOptions(tenant.id)))}
      loading="Loading pixels"
      empty={NO_PIXEL}
      analyse={analyse}
    >
      {(accounts) => <Told accounts={accounts} view={view} onView={onView} />}
    </AccountsPage>
  );
}

/** Which of several, the worst first, and the opened one below. */
function Told({ accounts, view, onView }: { accounts: readonly PixelsOfAccount[] } & Pick<Props, 'view' | 'onView'>) {
  const all = useMemo(() => pixelsOf(accounts), [accounts]);
  const silent = silentPlatforms(accounts);
  const opened = all.find(({ id }) => id === view.pixel) ?? all[0];
  if (!opened) {
    return (
      <>
        <EmptyState icon={NO_PIXEL.icon} title={NO_PIXEL.title}>
          {NO_PIXEL.text}
        </EmptyState>
        {silent.length > 0 && <Untold title="What platforms do not tell" items={silent} />}
      </>
    );
  }
  return (
    <>
      {all.length > 1 && (
        <Card title="Pixels" note={`${countWords(all)}. Open one to see what it tells.`} flush>
          <DataTable label="All pixels" columns={columnsOf(opened.id)} rows={all} rowId={({ id }) => id} onOpen={({ id }) => onView({ pixel: id })} />
        </Card>
      )}
      <PixelDetail key={opened.id} owned={opened} />
      {silent.length > 0 && <Untold title="What platforms do not tell" items={silent} />}
    </>
  );
}

function columnsOf(opened: string): readonly TableColumn<Owned>[] {
  return [
    { id: 'name', header: 'Pixel', width: 230, cell: ({ pixel, id }) => <span aria-current={id === opened ? 'true' : undefined} className={id === opened ? classes.opened : undefined}>{pixel.name || pixel.id}</span> },
    { id: 'account', header: 'Account', width: 220, cell: ({ account }) => accountLabel(account.name, account.source) },
    {
      id: 'verdict',
      header: 'Verdict',
      width: 130,
      cell: ({ pixel }) => {
        const { label, tone } = verdictWords(pixel.verdict);
        return <StatusBadge tone={tone}>{label}</StatusBadge>;
      },
    },
    { id: 'sure', header: 'How sure', width: 170, cell: ({ pixel }) => (pixel.verdict === 'unknown' ? NONE : <Confidence value={pixel.confidence} plain />) },
    { id: 'last', header: 'Last event', title: 'Before the end of the counts', align: 'end', width: 140, cell: ({ pixel }) => (pixel.by !== 'none' ? silentText(pixel) : pixel.last_fired_at ? <Ago at={pixel.last_fired_at} /> : NONE) },
    { id: 'noticed', header: 'Noticed after', title: 'After how many silent hours there is an alarm', align: 'end', width: 130, cell: ({ pixel }) => (pixel.noticed_after_hours == null ? NONE : hoursText(pixel.noticed_after_hours)) },
    { id: 'findings', header: 'Findings', align: 'end', width: 100, cell: ({ pixel }) => (pixel.findings.length === 0 ? NONE : formatCount(pixel.findings.length)) },
  ];
}
