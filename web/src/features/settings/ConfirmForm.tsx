import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import type { Problem } from '@/api/problem';
import { ProblemAlert } from '@/ui/ProblemAlert';

interface Props {
  what: 'password' | 'code';
  does: string;
  busy: boolean;
  problem: Problem | null;
  onConfirm: (value: string) => void;
}

/** Asks for the password, or a code of the authenticator app, before something that matters. */
export function ConfirmForm({ what, does, busy, problem, onConfirm }: Props) {
  const [value, setValue] = useState('');
  const [tried, setTried] = useState(false);
  const error = tried && value.trim() === '' ? `Enter the ${what}` : undefined;
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (value.trim() !== '') onConfirm(what === 'code' ? value.replaceAll(/\s/g, '') : value);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <ProblemAlert problem={problem} />
        {what === 'password' ? (
          <PasswordInput label="Your password" autoComplete="current-password" data-autofocus value={value} error={error} visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }} onChange={(event) => setValue(event.currentTarget.value)} />
        ) : (
          <TextInput label="Code" inputMode="numeric" autoComplete="one-time-code" data-autofocus value={value} error={error} onChange={(event) => setValue(event.currentTarget.value)} />
        )}
        <Button type="submit" loading={busy}>
          {does}
        </Button>
      </Stack>
    </form>
  );
}
