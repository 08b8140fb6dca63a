import { UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { comparedOf, figureOf, textOf } from '@/api/result';
import type { HomeView } from './levels';
import { platformName } from '@/lib/platforms';
import { platformsOptions, type HomeScope } from './queries';
import { formatFigure, magnitude } from '@/lib/format';
import { Card } from '@/ui/Card';
import { Delta } from '@/ui/Delta';
import classes from './HomePage.module.css';

interface Props {
  scope: HomeScope;
  view: HomeView;
  onView: (change: Partial<HomeView>) => void;
}

/** How spend divides over platforms; only where there is more than one. */
export function PlatformSplit({ scope, view, onView }: Props) {
  const { data: result } = useQuery(platformsOptions(scope));
  if (!result || result.rows.length < 2) return null;
  const comparing = Boolean(result.compare);
  const money = { unit: 'money', currency: result.currency } as const;
  // Widths of bars, relative to the largest: drawing, not figures.
  const largest = Math.max(...result.rows.map((row) => magnitude(figureOf(row, 'spend')) ?? 0), 1);
  return (
    <Card title="Platforms" note="Choose one to narrow the page to it">
      <div className={classes.split}>
        {result.rows.map((row) => {
          const id = textOf(row, 'platform');
          const spend = figureOf(row, 'spend');
          const active = view.platform === id;
          return (
            <UnstyledButton
              key={id}
              className={classes.splitRow}
              aria-pressed={active}
              onClick={() => onView({ platform: active ? undefined : id, q: undefined })}
            >
              <b>{platformName(id)}</b>
              <span className={classes.bar} aria-hidden>
                <i style={{ width: `${((magnitude(spend) ?? 0) / largest) * 100}%` }} />
              </span>
              <em>
                <small>Spend</small>
                {formatFigure(spend, money)} <Delta quiet value={spend} compared={comparedOf(row, 'spend', comparing)} direction="neutral" />
              </em>
              <em>
                <small>ROAS</small>
                {formatFigure(figureOf(row, 'roas'), { unit: 'ratio' })}{' '}
                <Delta quiet value={figureOf(row, 'roas')} compared={comparedOf(row, 'roas', comparing)} direction="higher" />
              </em>
              <em>
                <small>CPA</small>
                {formatFigure(figureOf(row, 'cpa'), money)} <Delta quiet value={figureOf(row, 'cpa')} compared={comparedOf(row, 'cpa', comparing)} direction="lower" />
              </em>
            </UnstyledButton>
          );
        })}
      </div>
    </Card>
  );
}
