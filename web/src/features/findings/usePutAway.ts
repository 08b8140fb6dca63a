import { useMutation, useQueryClient } from '@tanstack/react-query';
import { dismissFinding, findingOptions, restoreFinding, snoozeFinding } from '@/api/findings';
import { asProblem } from '@/api/problem';
import type { Finding } from '@/api/types';
import { formatInstant } from '@/lib/format';
import { useToast } from '@/ui/Toasts';

/** What is done with a finding: `until` for a snooze. */
export type Away = { do: 'dismiss' } | { do: 'snooze'; until: string } | { do: 'restore' };

interface Order {
  finding: Finding;
  away: Away;
}

/** Puts findings away and back, saying so with a way to take it back. */
export function usePutAway(tenant: string): { put: (finding: Finding, away: Away) => void; busy: (finding: Finding) => boolean } {
  const queryClient = useQueryClient();
  const toast = useToast();
  const mutation = useMutation({
    mutationFn: ({ finding: { id }, away }: Order) => {
      switch (away.do) {
        case 'dismiss':
          return dismissFinding(tenant, id);
        case 'snooze':
          return snoozeFinding(tenant, id, away.until);
        case 'restore':
          return restoreFinding(tenant, id);
      }
    },
    onSuccess: (answer, { finding, away }) => {
      queryClient.setQueryData(findingOptions(tenant, answer.id).queryKey, answer);
      const back: Away = finding.state === 'snoozed' && finding.snoozed_until ? { do: 'snooze', until: finding.snoozed_until } : { do: 'restore' };
      toast({
        tone: 'good',
        title: away.do === 'dismiss' ? 'Dismissed' : away.do === 'snooze' ? `Snoozed until ${formatInstant(away.until)}` : 'Brought back',
        text: finding.headline,
        ...(away.do === 'restore' ? {} : { action: { label: 'Undo', run: () => mutation.mutate({ finding: answer, away: back }) } }),
      });
      return Promise.all(['findings', 'insights'].map((kind) => queryClient.invalidateQueries({ queryKey: [kind, tenant] })));
    },
    onError: (error) => toast({ tone: 'bad', title: asProblem(error).title, text: asProblem(error).detail }),
  });
  return {
    put: (finding, away) => mutation.mutate({ finding, away }),
    busy: (finding) => mutation.isPending && mutation.variables.finding.id === finding.id,
  };
}
