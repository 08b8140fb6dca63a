import { useNavigate, useSearch } from '@tanstack/react-router';
import { useScope } from '@/app/scope';
import { AnalyseButton } from '@/features/findings/Analyse';
import { PixelsPage } from '@/features/pixels/PixelsPage';

export function PixelsRoute() {
  const scope = useScope();
  const view = useSearch({ from: '/shell/pixels' });
  const navigate = useNavigate({ from: '/pixels' });
  if (!scope) return null;
  return (
    <PixelsPage
      key={scope.tenant.id}
      tenant={scope.tenant}
      view={view}
      analyse={<AnalyseButton tenant={scope.tenant.id} />}
      onView={(change) => void navigate({ search: (previous) => ({ ...previous, ...change }), resetScroll: false })}
    />
  );
}
