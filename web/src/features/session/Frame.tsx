import type { ReactNode } from 'react';
import { Logo } from '@/ui/Logo';
import classes from './SignInPage.module.css';

interface Props {
  title: string;
  says: ReactNode;
  foot?: ReactNode;
  children?: ReactNode;
}

/** A page of somebody who is not signed in. */
export function Frame({ title, says, foot, children }: Props) {
  return (
    <main className={classes.page}>
      <div className={classes.box}>
        <div className={classes.brand}>
          <Logo size={44} />
        </div>
        <h1 className={classes.title}>{title}</h1>
        <p className={classes.sub}>{says}</p>
        {children}
      </div>
      {foot && <div className={classes.foot}>{foot}</div>}
    </main>
  );
}
