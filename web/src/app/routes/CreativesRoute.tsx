import { useNavigate, useSearch } from '@tanstack/react-router';
import { useScope } from '@/app/scope';
import { CreativesPage } from '@/features/creatives/CreativesPage';
import { AnalyseButton } from '@/features/findings/Analyse';

export function CreativesRoute() {
  const scope = useScope();
  const view = useSearch({ from: '/shell/creatives' });
  const navigate = useNavigate({ from: '/creatives' });
  if (!scope) return null;
  return (
    <CreativesPage
      key={scope.tenant.id}
      tenant={scope.tenant}
      view={view}
      analyse={<AnalyseButton tenant={scope.tenant.id} />}
      onView={(change) => void navigate({ search: (previous) => ({ ...previous, ...change }), resetScroll: false })}
    />
  );
}
