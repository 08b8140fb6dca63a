import type { Finding } from '@/api/types';
import { directionOfFinding, partsOf, shownOf } from './words';
import { Card } from '@/ui/Card';
import { SignedBars } from '@/ui/SignedBars';
import classes from './Findings.module.css';

/** What moved the figure: by object and by factor, each adding up to the whole move. */
export function Contributions({ finding }: { finding: Finding }) {
  const { objects, factors } = partsOf(finding.contributions);
  const bars = { shown: shownOf(finding), direction: directionOfFinding(finding) };
  const metric = finding.metric_name ?? 'the figure';
  if (objects.length + factors.length === 0) return null;
  return (
    <Card title="What moved it" note={`By how much each part moved ${metric}, and its share of the whole move. Parts that pull the other way point the other way.`}>
      {objects.length > 0 && (
        <>
          <h3 className={classes.subtitle}>Which parts</h3>
          <SignedBars label={`Which parts moved ${metric}`} bars={objects} {...bars} />
        </>
      )}
      {factors.length > 0 && (
        <>
          <h3 className={classes.subtitle}>Which factors</h3>
          <SignedBars label={`Which factors moved ${metric}`} bars={factors} {...bars} />
        </>
      )}
    </Card>
  );
}
