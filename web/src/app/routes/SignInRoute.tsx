import { useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { SignInPage } from '@/features/session/SignInPage';

export function SignInRoute() {
  const router = useRouter();
  const queryClient = useQueryClient();
  const { next } = useSearch({ from: '/sign-in' });
  return (
    <SignInPage
      onSignedIn={async () => {
        queryClient.clear();
        await router.navigate({ href: next ?? '/', replace: true });
      }}
    />
  );
}
