import { Button } from '@mantine/core';
import { IconCompassOff } from '@tabler/icons-react';
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { asProblem } from '@/api/problem';
import { EmptyState, ErrorState, Loading } from '@/ui/States';

export function RouteError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <main>
      <ErrorState
        problem={asProblem(error)}
        onRetry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </main>
  );
}

export function NotFound() {
  return (
    <main>
      <EmptyState
        page
        icon={<IconCompassOff size={22} stroke={1.6} />}
        title="There is no such page"
        actions={
          <Button component={Link} to="/">
            Go to Home
          </Button>
        }
      >
        The address may be mistyped, or the page is not part of this version.
      </EmptyState>
    </main>
  );
}

export function Pending() {
  return <Loading rows={6} height={22} />;
}
