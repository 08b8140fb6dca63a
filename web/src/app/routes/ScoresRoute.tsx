import { useNavigate, useSearch } from '@tanstack/react-router';
import { useScope } from '@/app/scope';
import { AnalyseButton } from '@/features/findings/Analyse';
import { ScoresPage } from '@/features/scores/ScoresPage';

export function ScoresRoute() {
  const scope = useScope();
  const view = useSearch({ from: '/shell/scores' });
  const navigate = useNavigate({ from: '/scores' });
  if (!scope) return null;
  return (
    <ScoresPage
      key={scope.tenant.id}
      tenant={scope.tenant}
      view={view}
      analyse={<AnalyseButton tenant={scope.tenant.id} />}
      onView={(change) => void navigate({ search: (previous) => ({ ...previous, ...change }), resetScroll: false })}
    />
  );
}
