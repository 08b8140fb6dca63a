import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { InvitationPage } from '@/features/session/InvitationPage';
import { ResetPage } from '@/features/session/ResetPage';
import { fragment } from '@/lib/fragment';

export function ResetRoute() {
  return <ResetPage token={fragment()} />;
}

export function InvitationRoute() {
  const router = useRouter();
  const queryClient = useQueryClient();
  return (
    <InvitationPage
      token={fragment()}
      onSignedIn={async () => {
        queryClient.clear();
        await router.navigate({ to: '/', replace: true });
      }}
    />
  );
}
