import type { ReactNode } from 'react';
import classes from '@/ui/Card.module.css';

interface Props {
  title?: ReactNode;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** Names the section for assistive technology where `title` is no plain text. */
  label?: string;
  flush?: boolean;
}

/** A titled section of a page. */
export function Card({ title, note, actions, children, label, flush }: Props) {
  return (
    <section className={classes.card} aria-label={label ?? (typeof title === 'string' ? title : undefined)}>
      {(title ?? actions) && (
        <header className={classes.head}>
          <div className={classes.heading}>
            {typeof title === 'string' ? <h2 className={classes.title}>{title}</h2> : title}
            {note && <div className={classes.note}>{note}</div>}
          </div>
          {actions && <div className={classes.actions}>{actions}</div>}
        </header>
      )}
      <div className={flush ? undefined : classes.body}>{children}</div>
    </section>
  );
}
