import { Button } from '@mantine/core';
import { useIsMutating, useMutation, useQueryClient } from '@tanstack/react-query';
import { IconSparkles } from '@tabler/icons-react';
import { runAnalyses } from '@/api/findings';
import { asProblem } from '@/api/problem';
import { REFUSED, useCan } from '@/api/session';
import type { Analysed } from '@/api/types';
import { formatCount, plural } from '@/lib/format';
import { StatusBadge } from '@/ui/StatusBadge';
import { useToast, type Toast } from '@/ui/Toasts';
import classes from './Findings.module.css';

const KEY = 'analyse';
/** What analysis makes. */
const MADE = ['findings', 'finding', 'insights', 'pacing', 'forecasts', 'funnel', 'fatigue', 'scores', 'patterns', 'pixels'];

/** Whether analysis is being made, whoever on this page asked for it. */
export function useAnalysing(tenant: string): boolean {
  return useIsMutating({ mutationKey: [KEY, tenant] }) > 0;
}

export function analysedToast({ made, unchanged, failed }: Analysed): Toast {
  if (failed > 0) {
    return { tone: 'bad', title: `${plural(failed, 'analysis', 'analyses')} failed`, text: `What ${failed === 1 ? 'it' : 'they'} said before stays. The server’s log says why. Made anew: ${formatCount(made)}.` };
  }
  if (made === 0) return { tone: 'good', title: 'Nothing has changed', text: unchanged > 0 ? 'All figures are the same as when they were last analysed.' : 'There are no figures to analyse yet.' };
  return { tone: 'good', title: 'Analysed', text: `${plural(made, 'analysis', 'analyses')} made anew, ${formatCount(unchanged)} unchanged.` };
}

export function AnalyseButton({ tenant, variant = 'default' }: { tenant: string; variant?: 'default' | 'filled' }) {
  const queryClient = useQueryClient();
  const toast = useToast();
  const allowed = useCan()('data:load', tenant);
  const running = useAnalysing(tenant);
  const run = useMutation({
    mutationKey: [KEY, tenant],
    mutationFn: () => runAnalyses(tenant),
    onSuccess: (answer) => {
      toast(analysedToast(answer));
      return Promise.all(MADE.map((kind) => queryClient.invalidateQueries({ queryKey: [kind, tenant] })));
    },
    onError: (error) => toast({ tone: 'bad', title: asProblem(error).title, text: asProblem(error).detail }),
  });
  return (
    <Button
      variant={variant}
      size="sm"
      leftSection={<IconSparkles size={16} aria-hidden />}
      loading={running}
      disabled={!allowed}
      title={allowed ? undefined : REFUSED}
      onClick={() => run.mutate()}
    >
      Analyse now
    </Button>
  );
}

/** Says that analysis is under way; silent otherwise. */
export function Analysing({ tenant }: { tenant: string }) {
  const running = useAnalysing(tenant);
  return (
    <div role="status" className={classes.analysing}>
      {running && <StatusBadge tone="busy">Analysing all figures. This takes some seconds; you can go on meanwhile.</StatusBadge>}
    </div>
  );
}
