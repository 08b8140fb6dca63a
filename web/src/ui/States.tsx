import { Button, Code, Skeleton, Text } from '@mantine/core';
import { IconAlertTriangle, IconPlugConnectedX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from '@/ui/States.module.css';

interface EmptyProps {
  icon: ReactNode;
  title: string;
  children: ReactNode;
  actions?: ReactNode;
  /** The state is the page: its title is the page's. */
  page?: boolean;
}

/** Nothing here yet: says why and what to do. */
export function EmptyState({ icon, title, children, actions, page }: EmptyProps) {
  const Title = page ? 'h1' : 'h2';
  return (
    <section className={classes.state}>
      <div className={classes.icon} aria-hidden>
        {icon}
      </div>
      <Title className={classes.title}>{title}</Title>
      <div className={classes.text}>{children}</div>
      {actions && <div className={classes.actions}>{actions}</div>}
    </section>
  );
}

/** What is wrong, as people are told it. */
export interface Trouble {
  title: string;
  detail: string;
  requestId?: string | null;
  unreachable?: boolean;
}

interface ErrorProps {
  problem: Trouble;
  onRetry?: () => void;
  compact?: boolean;
}

/** Something failed: what, what to do, and the id our own log knows it by. */
export function ErrorState({ problem: { title, detail, requestId, unreachable }, onRetry, compact }: ErrorProps) {
  const Icon = unreachable ? IconPlugConnectedX : IconAlertTriangle;
  return (
    <section className={classes.state} data-compact={compact} role="alert">
      <div className={classes.icon} data-tone="bad" aria-hidden>
        <Icon size={22} stroke={1.6} />
      </div>
      <h2 className={classes.title}>{title}</h2>
      <div className={classes.text}>
        {detail && <p>{detail}</p>}
        {requestId && (
          <Text size="xs" c="dimmed" mt={6}>
            Request <Code>{requestId}</Code>: quote it when you ask for help.
          </Text>
        )}
      </div>
      {onRetry && (
        <div className={classes.actions}>
          <Button variant="default" size="sm" onClick={onRetry}>
            Try again
          </Button>
        </div>
      )}
    </section>
  );
}

/** Stands where `rows` lines of content will be. */
export function Loading({ rows = 4, height = 18, label = 'Loading' }: { rows?: number; height?: number; label?: string }) {
  return (
    <div role="status" aria-label={label} className={classes.loading}>
      {Array.from({ length: rows }, (_, i) => (
        <Skeleton key={i} height={height} radius="sm" width={`${96 - (i % 3) * 11}%`} />
      ))}
    </div>
  );
}
