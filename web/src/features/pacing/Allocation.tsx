import { IconArrowDown, IconArrowUp, IconMinus } from '@tabler/icons-react';
import type { PaceAdvice } from '@/api/types';
import { apart } from './pace';
import { formatFigure, sentence } from '@/lib/format';
import { accountLabel } from '@/lib/platforms';
import { WideTable } from '@/ui/WideTable';
import classes from './Pacing.module.css';

interface Props {
  advice: readonly PaceAdvice[];
  currency: string;
  name: string;
}

const STEPS: Record<string, { label: string; Icon: typeof IconMinus }> = {
  increase: { label: 'Raise', Icon: IconArrowUp },
  decrease: { label: 'Lower', Icon: IconArrowDown },
  keep: { label: 'Keep', Icon: IconMinus },
};

/** What each account would have to spend a day for the whole to come out. */
export function Allocation({ advice, currency, name }: Props) {
  const shown = { unit: 'money', currency } as const;
  return (
    <div>
      <h3 className={classes.subtitle}>What each account would have to spend a day</h3>
      <WideTable label={`Accounts of ${name}`}>
        <table className={classes.advice}>
          <caption className="visually-hidden">What each account of {name} would have to spend a day</caption>
          <thead>
            <tr>
              <th scope="col">Account</th>
              <th scope="col">Of late</th>
              <th scope="col">Needed</th>
              <th scope="col">Step</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {advice.map((one) => {
              const { label, Icon } = STEPS[one.step] ?? { label: one.step, Icon: IconMinus };
              return (
                <tr key={`${one.source ?? ''}/${one.account}`}>
                  <th scope="row">{one.source ? accountLabel(one.name, one.source) : one.name}</th>
                  <td>{formatFigure(one.daily, shown)}</td>
                  <td>{formatFigure(one.needed_daily, shown)}</td>
                  <td>
                    <span className={classes.step}>
                      <Icon size={14} stroke={2} aria-hidden /> {label}
                    </span>
                  </td>
                  <td>
                    {sentence(one.reason)}
                    {one.change_percent != null && <small> {apart(one.change_percent, 'more', 'less')}</small>}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </WideTable>
    </div>
  );
}
