import { Alert, Anchor, Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconMail } from '@tabler/icons-react';
import { useState, type SubmitEvent } from 'react';
import { asProblem } from '@/api/problem';
import { forgotPassword } from '@/api/session';
import { Frame } from './Frame';
import { ProblemAlert } from '@/ui/ProblemAlert';
import classes from './SignInPage.module.css';

/** Asks for a link by mail. Says the same whether or not there is such a person. */
export function ForgotPassword({ known, onBack }: { known: string; onBack: () => void }) {
  const [email, setEmail] = useState(known);
  const [missing, setMissing] = useState(false);
  const ask = useMutation({ mutationFn: () => forgotPassword(email.trim()) });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const fine = /^\S+@\S+$/.test(email.trim());
    setMissing(!fine);
    if (fine) ask.mutate();
  };
  return (
    <Frame
      title="Set a new password"
      says="We send you a link that is good for a short time."
      foot={
        <Anchor component="button" type="button" size="sm" onClick={onBack}>
          Back to sign-in
        </Anchor>
      }
    >
      {ask.isSuccess ? (
        <Alert color="teal" icon={<IconMail size={18} />} title="Look into your mail" role="status">
          If somebody here has that address, a link is on its way. Where no mail is set up, the person who runs this installation can set a new password.
        </Alert>
      ) : (
        <form onSubmit={submit} noValidate className={classes.form}>
          <ProblemAlert problem={ask.error ? asProblem(ask.error) : null} />
          <TextInput
            label="E-mail"
            type="email"
            name="email"
            autoComplete="username"
            autoFocus
            size="md"
            value={email}
            error={missing ? 'Enter your e-mail address' : undefined}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <Button type="submit" size="md" fullWidth loading={ask.isPending}>
            Send the link
          </Button>
        </form>
      )}
    </Frame>
  );
}
