import { Modal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { ReactNode } from 'react';

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
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={size} fullScreen={phone} closeButtonProps={{ 'aria-label': 'Close' }}>
      {opened && children}
    </Modal>
  );
}
