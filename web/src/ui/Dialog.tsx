import { Modal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useState, type ReactNode } from 'react';

interface Props {
  title: string;
  opened: boolean;
  onClose: () => void;
  size?: number | string;
  children: ReactNode;
}

/** A dialog; the whole screen on phones. Its content is made anew each time it opens. */
export function Dialog({ title, opened, onClose, size = 'md', children }: Props) {
  const phone = useMediaQuery('(max-width: 759px)', false);
  // Its name stays while it fades, though what it was about may be gone.
  const [last, setLast] = useState(title);
  if (opened && title !== last) setLast(title);
  return (
    <Modal opened={opened} onClose={onClose} title={opened ? title : last} size={size} fullScreen={phone} closeButtonProps={{ 'aria-label': 'Close' }}>
      {opened && children}
    </Modal>
  );
}
