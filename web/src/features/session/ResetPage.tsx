import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import { asProblem } from '@/api/problem';
import { resetPassword } from '@/api/session';
import { Frame } from './Frame';
import { NewPassword, tooShort } from './NewPassword';
import { ProblemAlert } from '@/ui/ProblemAlert';
import classes from './SignInPage.module.css';

/** Where the link for a new password leads. */
export function ResetPage({ token }: { token: string }) {
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const reset = useMutation({ mutationFn: () => resetPassword(token, password) });
  const problem = reset.error ? asProblem(reset.error) : null;
  const toSignIn = (
    <Button component={Link} to="/sign-in" size="md" fullWidth>
      Go to sign-in
    </Button>
  );
  if (reset.isSuccess) {
    return (
      <Frame title="Your new password is set" says="All your sessions ended: sign in with it.">
        {toSignIn}
      </Frame>
    );
  }
  if (token === '' || problem?.status === 404) {
    return (
      <Frame title="This link is over" says="It was used already, or it is too old. Ask for a new one under “Forgot your password?”.">
        {toSignIn}
      </Frame>
    );
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!tooShort(password)) reset.mutate();
  };
  return (
    <Frame title="Set a new password" says="All devices are signed out once it is set.">
      <form onSubmit={submit} noValidate className={classes.form}>
        <ProblemAlert problem={problem?.fields.password === undefined ? problem : null} />
        <NewPassword value={password} error={(tried ? tooShort(password) : undefined) ?? problem?.fields.password} onChange={setPassword} />
        <Button type="submit" size="md" fullWidth loading={reset.isPending}>
          Set the password
        </Button>
      </form>
    </Frame>
  );
}
