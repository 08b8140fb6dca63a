import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import type { Person } from '@/api/identity';
import { asProblem } from '@/api/problem';
import { changeName } from '@/api/security';
import { meOptions } from '@/api/session';
import { Card } from '@/ui/Card';
import { ProblemAlert } from '@/ui/ProblemAlert';
import { useToast } from '@/ui/Toasts';
import classes from './Settings.module.css';

/** The server's own limit. */
const NAME_MAX = 100;

/** What others see one called. */
export function NameCard({ person }: { person: Person }) {
  const queryClient = useQueryClient();
  const toast = useToast();
  const [name, setName] = useState(person.name);
  const wanted = name.trim();
  const change = useMutation({
    mutationFn: () => changeName(wanted),
    onSuccess: () => {
      queryClient.setQueryData(meOptions.queryKey, (known) => known && { ...known, user: known.user && { ...known.user, name: wanted } });
      void queryClient.invalidateQueries({ queryKey: ['users'] });
      toast({ tone: 'good', title: 'Saved', text: wanted || person.email });
    },
  });
  const problem = change.error ? asProblem(change.error) : null;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Card title="Name" note={`Others see it beside ${person.email}.`}>
      <form onSubmit={submit} noValidate className={classes.narrow}>
        <Stack gap="md">
          <ProblemAlert problem={problem && !problem.fields.name ? problem : null} />
          <TextInput label="Your name" autoComplete="name" maxLength={NAME_MAX} value={name} error={problem?.fields.name} onChange={(event) => setName(event.currentTarget.value)} />
          <Group>
            <Button type="submit" loading={change.isPending}>
              Save the name
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}
