import type { ReactNode } from 'react';
import { PageHead } from '@/ui/PageHead';
import classes from '@/ui/PageFrame.module.css';

interface Props {
  title: string;
  /** What the page is, in a line. */
  says: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page: its head, and below that its parts, one under the other. */
export function PageFrame({ title, says, actions, children }: Props) {
  return (
    <div className={classes.page}>
      <PageHead title={title} actions={actions}>
        {says}
      </PageHead>
      {children}
    </div>
  );
}
