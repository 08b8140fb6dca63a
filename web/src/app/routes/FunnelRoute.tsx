import { useNavigate, useSearch } from '@tanstack/react-router';
import { useScope } from '@/app/scope';
import { AnalyseButton } from '@/features/findings/Analyse';
import { FunnelPage } from '@/features/funnel/FunnelPage';

export function FunnelRoute() {
  const scope = useScope();
  const view = useSearch({ from: '/shell/funnel' });
  const navigate = useNavigate({ from: '/funnel' });
  if (!scope) return null;
  return (
    <FunnelPage
      key={scope.tenant.id}
      tenant={scope.tenant}
      view={view}
      analyse={<AnalyseButton tenant={scope.tenant.id} />}
      onView={(change) => void navigate({ search: (previous) => ({ ...previous, ...change }), resetScroll: false })}
    />
  );
}
