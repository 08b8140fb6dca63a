import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { makeRouter } from '@/app/router';
import { onSignedOut } from '@/api/client';
import { Problem } from '@/api/problem';
import { takeFragment } from '@/lib/fragment';
import { ToastProvider } from '@/ui/Toasts';
import { cssVariables, schemeManager, theme } from '@/ui/theme';

const RETRIES_MAX = 2;
/** Pages of people who are not signed in. */
const OUTSIDE: ReadonlySet<string> = new Set(['/sign-in', '/reset', '/invitation']);

function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Only what may pass by itself is tried again: a refusal stays one.
        retry: (count, error) => count < RETRIES_MAX && error instanceof Problem && (error.unreachable || error.status >= 502),
        retryDelay: (attempt) => 400 * 2 ** attempt,
        refetchOnWindowFocus: true,
      },
    },
  });
}

takeFragment();
const queryClient = makeQueryClient();
const router = makeRouter(queryClient);

onSignedOut(() => {
  const { location } = router.state;
  if (OUTSIDE.has(location.pathname)) return;
  queryClient.clear();
  void router.navigate({ to: '/sign-in', search: { next: location.href === '/' ? undefined : location.href }, replace: true });
});

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} colorSchemeManager={schemeManager} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <ToastProvider>
          <RouterProvider router={router} />
        </ToastProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
