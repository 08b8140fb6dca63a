import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useScope } from '@/app/scope';
import { FindingPage } from '@/features/findings/FindingPage';

export function FindingRoute() {
  const scope = useScope();
  const { finding } = useParams({ from: '/shell/findings/$finding' });
  const { show } = useSearch({ from: '/shell/findings/$finding' });
  const navigate = useNavigate({ from: '/findings/$finding' });
  if (!scope) return null;
  return (
    <FindingPage
      key={`${scope.tenant.id}/${finding}`}
      tenant={scope.tenant}
      id={finding}
      open={show === undefined ? null : Number(show)}
      onOpen={(place) => void navigate({ search: (previous) => ({ ...previous, show: place === null ? undefined : String(place) }), replace: true, resetScroll: false })}
    />
  );
}
