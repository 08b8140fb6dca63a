import { useNavigate, useSearch } from '@tanstack/react-router';
import { useScope } from '@/app/scope';
import { AnalyseButton } from '@/features/findings/Analyse';
import { PatternsPage } from '@/features/patterns/PatternsPage';

export function PatternsRoute() {
  const scope = useScope();
  const view = useSearch({ from: '/shell/patterns' });
  const navigate = useNavigate({ from: '/patterns' });
  if (!scope) return null;
  return (
    <PatternsPage
      key={scope.tenant.id}
      tenant={scope.tenant}
      today={scope.today}
      view={view}
      analyse={<AnalyseButton tenant={scope.tenant.id} />}
      onView={(change) => void navigate({ search: (previous) => ({ ...previous, ...change }), resetScroll: false })}
    />
  );
}
