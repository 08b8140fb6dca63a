import { Alert, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconLinkOff } from '@tabler/icons-react';
import { verificationOptions, type Verification } from '@/api/audit';
import { asProblem } from '@/api/problem';
import { Secret } from './Secret';
import { formatCount, plural, sentence } from '@/lib/format';
import { Ago } from '@/ui/Ago';
import { Card } from '@/ui/Card';
import { ErrorState, Loading } from '@/ui/States';
import { StatusBadge } from '@/ui/StatusBadge';
import classes from './Settings.module.css';

/** Whether the log is what it was: each row carries the hash of the one before. */
export function ChainCard() {
  const verified = useQuery(verificationOptions);
  const problem = verified.error && !verified.data ? asProblem(verified.error) : null;
  return (
    <Card
      title="Chain"
      note="Each row carries the hash of the one before, so that nothing can be changed or taken out unseen."
      actions={
        <Button variant="default" size="sm" loading={verified.isFetching} onClick={() => void verified.refetch()}>
          Verify again
        </Button>
      }
    >
      {problem ? <ErrorState problem={problem} onRetry={() => void verified.refetch()} compact /> : !verified.data ? <Loading rows={1} height={28} label="Verifying the chain" /> : <Found found={verified.data} />}
    </Card>
  );
}

function Found({ found }: { found: Verification }) {
  const cut = found.cut_through > 0 ? ` Rows up to ${formatCount(found.cut_through)} were cut off when their time was over.` : '';
  if (found.fault) {
    return (
      <Alert color="red" icon={<IconLinkOff size={18} />} title={`Broken at row ${formatCount(found.fault.seq)}`} role="alert">
        {sentence(found.fault.why)} Somebody with access to the database changed it. Compare with an export or a backup from before.{cut}
      </Alert>
    );
  }
  return (
    <div className={classes.chain}>
      <div className={classes.whole} role="status">
        <StatusBadge tone="good">Whole</StatusBadge>
        <span>
          {plural(found.rows, 'row')} verified <Ago at={found.at} />.{cut}
        </span>
      </div>
      {found.head && (
        <div className={classes.head}>
          <Secret label="Newest row and its hash" value={`${String(found.head.seq)}:${found.head.hash}`} />
          <p className={classes.note}>Keep it elsewhere: trimtab audit verify --head then tells if the log was written anew since.</p>
        </div>
      )}
    </div>
  );
}
