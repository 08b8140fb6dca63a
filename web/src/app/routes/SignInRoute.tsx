import { useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { SignInPage } from '@/features/session/SignInPage';
import { fragment } from '@/lib/fragment';

export function SignInRoute() {
  const router = useRouter();
  const queryClient = useQueryClient();
  const { next, error } = useSearch({ from: '/sign-in' });
  return (
    <SignInPage
      returnTo={next}
      refused={error}
      challenge={new URLSearchParams(fragment()).get('second-factor') ?? undefined}
      onSignedIn={async () => {
        queryClient.clear();
        await router.navigate({ href: next ?? '/', replace: true });
      }}
    />
  );
}
