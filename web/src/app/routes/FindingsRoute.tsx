import { useNavigate, useSearch } from '@tanstack/react-router';
import { useScope } from '@/app/scope';
import { FindingsPage } from '@/features/findings/FindingsPage';

export function FindingsRoute() {
  const scope = useScope();
  const view = useSearch({ from: '/shell/findings' });
  const navigate = useNavigate({ from: '/findings' });
  if (!scope) return null;
  return (
    <FindingsPage
      key={scope.tenant.id}
      tenant={scope.tenant}
      today={scope.today}
      view={view}
      onView={(change) => void navigate({ search: (previous) => ({ ...previous, ...change }), resetScroll: false })}
    />
  );
}
