import { Button } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useRef, useState, type DragEvent, type ReactNode } from 'react';
import classes from '@/ui/FileDrop.module.css';

interface Props {
  label: string;
  hint: ReactNode;
  accept: string;
  onFile: (file: File) => void;
  disabled?: boolean;
}

/** Takes one file by drop or by the file chooser. */
export function FileDrop({ label, hint, accept, onFile, disabled }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file && !disabled) onFile(file);
  };
  return (
    <div
      className={classes.drop}
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      data-testid="file-drop"
    >
      <IconFileUpload size={28} stroke={1.4} aria-hidden className={classes.icon} />
      <p className={classes.label}>{label}</p>
      <p className={classes.hint}>{hint}</p>
      <Button variant="default" size="sm" disabled={disabled} onClick={() => input.current?.click()}>
        Choose a file
      </Button>
      <input
        ref={input}
        type="file"
        accept={accept}
        hidden
        aria-label={label}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = '';
          if (file) onFile(file);
        }}
      />
    </div>
  );
}
