import { useNavigate, useSearch } from '@tanstack/react-router';
import { useScope } from '@/app/scope';
import { InsightsPage } from '@/features/findings/InsightsPage';

export function InsightsRoute() {
  const scope = useScope();
  const view = useSearch({ from: '/shell/insights' });
  const navigate = useNavigate({ from: '/insights' });
  if (!scope) return null;
  return (
    <InsightsPage
      key={scope.tenant.id}
      tenant={scope.tenant}
      view={view}
      onView={(change) => void navigate({ search: (previous) => ({ ...previous, ...change }), resetScroll: false })}
    />
  );
}
