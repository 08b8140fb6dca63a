import { ScrollArea } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  /** What the table is; a screen reader says it where the scrolling region gets the focus. */
  label: string;
  children: ReactNode;
}

/** Room for a table that is wider than the screen: it scrolls by itself, by touch, mouse and keyboard, and the page stays put. */
export function WideTable({ label, children }: Props) {
  return <ScrollArea viewportProps={{ tabIndex: 0, role: 'group', 'aria-label': `${label}, scrolls sideways` }}>{children}</ScrollArea>;
}
