import { useNavigate, useRouterState, useSearch } from '@tanstack/react-router';
import { useScope } from '@/app/scope';
import { DataPage } from '@/features/data/DataPage';

export function DataRoute() {
  const scope = useScope();
  const view = useSearch({ from: '/shell/data' });
  const section = useRouterState({ select: (state) => state.location.hash });
  const navigate = useNavigate({ from: '/data' });
  if (!scope) return null;
  return (
    <DataPage
      key={scope.tenant.id}
      tenant={scope.tenant}
      period={scope.period}
      view={view}
      section={section || undefined}
      onView={(change) => void navigate({ search: (previous) => ({ ...previous, ...change }), resetScroll: false })}
      onShowDay={({ day }) => void navigate({ to: '/', search: { from: day, to: day } })}
    />
  );
}
