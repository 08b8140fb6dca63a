import { Alert } from '@mantine/core';
import type { Trouble } from '@/ui/States';

/** What went wrong with a form, above it; nothing while nothing did. */
export function ProblemAlert({ problem }: { problem: Trouble | null }) {
  if (!problem) return null;
  return (
    <Alert color="red" title={problem.title} role="alert">
      {problem.detail}
    </Alert>
  );
}
