import { IconHelpCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { sentence } from '@/lib/format';
import classes from '@/ui/CannotTell.module.css';

interface Props {
  /** As the server says it: "the period has not begun". */
  because: string | null | undefined;
  children?: ReactNode;
}

/** Where figures do not say: that, and why. Never a number out of nothing. */
export function CannotTell({ because, children }: Props) {
  return (
    <div className={classes.cannot}>
      <IconHelpCircle size={18} stroke={1.6} aria-hidden />
      <div>
        <p>
          <strong>Cannot tell</strong>
          {because ? `, because ${sentence(because).replace(/^./, (c) => c.toLowerCase())}` : '.'}
        </p>
        {children}
      </div>
    </div>
  );
}
