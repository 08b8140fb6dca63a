import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { asProblem } from '@/api/problem';
import { Dialog } from '@/ui/Dialog';
import { ProblemAlert } from '@/ui/ProblemAlert';

export interface Question {
  title: string;
  text: ReactNode;
  /** On the button that does it. */
  does: string;
  run: () => Promise<unknown>;
}

/** Asks before something is taken away. */
export function Ask({ question, onClose }: { question: Question | null; onClose: () => void }) {
  return (
    <Dialog title={question?.title ?? ''} size="sm" opened={question !== null} onClose={onClose}>
      {question && <Body question={question} onClose={onClose} />}
    </Dialog>
  );
}

function Body({ question, onClose }: { question: Question; onClose: () => void }) {
  const act = useMutation({ mutationFn: question.run, onSuccess: onClose });
  return (
    <Stack gap="md">
      <ProblemAlert problem={act.error ? asProblem(act.error) : null} />
      <Text size="sm">{question.text}</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button color="red.9" data-autofocus loading={act.isPending} onClick={() => act.mutate()}>
          {question.does}
        </Button>
      </Group>
    </Stack>
  );
}
