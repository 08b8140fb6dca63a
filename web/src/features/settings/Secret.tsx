import { Button, CopyButton } from '@mantine/core';
import classes from './Settings.module.css';

/** Something to hand on, with a button that copies it. */
export function Secret({ label, value }: { label: string; value: string }) {
  return (
    <div className={classes.secret} role="group" aria-label={label}>
      <code>{value}</code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button variant="default" size="sm" onClick={copy}>
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
    </div>
  );
}
