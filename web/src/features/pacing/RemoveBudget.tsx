import { Alert, Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { removeBudget } from '@/api/budgets';
import { asProblem } from '@/api/problem';
import type { Budget } from '@/api/types';
import { Dialog } from '@/ui/Dialog';
import { useToast } from '@/ui/Toasts';

interface Props {
  tenant: string;
  budget: Budget | null;
  onClose: () => void;
}

/** Asks before a budget goes. */
export function RemoveBudget({ tenant, budget, onClose }: Props) {
  const queryClient = useQueryClient();
  const toast = useToast();
  const remove = useMutation({
    mutationFn: (id: string) => removeBudget(tenant, id),
    onSuccess: () => {
      void Promise.all(['budgets', 'pacing', 'findings'].map((kind) => queryClient.invalidateQueries({ queryKey: [kind, tenant] })));
      toast({ tone: 'good', title: 'Removed', text: budget?.name });
      onClose();
    },
  });
  const problem = remove.error ? asProblem(remove.error) : null;
  return (
    <Dialog title={budget ? `Remove “${budget.name}”?` : ''} size="sm" opened={budget !== null} onClose={onClose}>
      {problem && (
        <Alert color="red" title={problem.title} role="alert" mb="md">
          {problem.detail}
        </Alert>
      )}
      <Text size="sm">The plan is removed from Trimtab. Nothing changes on the platforms: their own budgets stay as they are.</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
        <Button color="red.9" data-autofocus loading={remove.isPending} onClick={() => budget && remove.mutate(budget.id)}>
          Remove
        </Button>
      </Group>
    </Dialog>
  );
}
