import type { ReactNode } from 'react';
import classes from '@/ui/PageHead.module.css';

interface Props {
  title: string;
  children: ReactNode;
  actions?: ReactNode;
}

/** What a page is, in a line, and what can be done there. */
export function PageHead({ title, children, actions }: Props) {
  return (
    <header className={classes.head}>
      <div>
        <h1>{title}</h1>
        <p>{children}</p>
      </div>
      {actions && <div className={classes.actions}>{actions}</div>}
    </header>
  );
}
