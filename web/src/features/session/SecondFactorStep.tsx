import { Anchor, Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconFingerprint } from '@tabler/icons-react';
import { useState, type SubmitEvent } from 'react';
import type { SecondFactor } from '@/api/identity';
import { asProblem } from '@/api/problem';
import { prove } from '@/api/session';
import { Frame } from './Frame';
import { askPasskey, passkeysWork } from '@/lib/webauthn';
import { ProblemAlert } from '@/ui/ProblemAlert';
import classes from './SignInPage.module.css';

interface Props {
  factor: Omit<SecondFactor, 'state'>;
  onSignedIn: () => Promise<void>;
  /** Back to e-mail and password. */
  onAgain: () => void;
}

/** The second step of signing in. */
export function SecondFactorStep({ factor, onSignedIn, onAgain }: Props) {
  const [recovery, setRecovery] = useState(false);
  const [code, setCode] = useState('');
  const [missing, setMissing] = useState(false);
  const byCode = useMutation({
    mutationFn: () => prove(factor.challenge, recovery ? { recovery_code: code.trim() } : { code: code.replaceAll(/\s/g, '') }),
    onSuccess: () => onSignedIn(),
  });
  const byPasskey = useMutation({
    mutationFn: async () => {
      const passkey = await askPasskey(factor.passkey ?? {});
      return passkey ? prove(factor.challenge, { passkey }) : null;
    },
    onSuccess: (answer) => (answer ? onSignedIn() : undefined),
  });
  const error = byCode.error ?? byPasskey.error;
  const problem = error ? asProblem(error) : null;
  // Too late, or too many tries: the challenge is of no more use.
  const over = problem?.status === 409;

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setMissing(code.trim() === '');
    byPasskey.reset();
    if (code.trim() !== '') byCode.mutate();
  };

  return (
    <Frame
      title="One more step"
      says={factor.codes ? (recovery ? 'Enter one of the recovery codes you kept.' : 'Enter the six digits your authenticator app shows.') : 'Confirm with your passkey that it is you.'}
      foot={
        <Anchor component="button" type="button" size="sm" onClick={onAgain}>
          Sign in as somebody else
        </Anchor>
      }
    >
      <div className={classes.form}>
        <ProblemAlert problem={problem} />
        {over ? (
          <Button size="md" onClick={onAgain}>
            Begin again
          </Button>
        ) : (
          <>
            {factor.passkey && passkeysWork() && (
              <Button size="md" variant={factor.codes ? 'default' : 'filled'} leftSection={<IconFingerprint size={18} aria-hidden />} loading={byPasskey.isPending} onClick={() => byPasskey.mutate()}>
                Use a passkey
              </Button>
            )}
            {factor.codes && (
              <form onSubmit={submit} noValidate className={classes.form}>
                <TextInput
                  key={recovery ? 'recovery' : 'code'}
                  label={recovery ? 'Recovery code' : 'Code'}
                  name="code"
                  autoComplete="one-time-code"
                  inputMode={recovery ? 'text' : 'numeric'}
                  autoFocus
                  size="md"
                  value={code}
                  error={missing && code.trim() === '' ? 'Enter the code' : undefined}
                  onChange={(event) => setCode(event.currentTarget.value)}
                />
                <Button type="submit" size="md" fullWidth loading={byCode.isPending || byCode.isSuccess}>
                  Continue
                </Button>
                <Anchor
                  component="button"
                  type="button"
                  size="sm"
                  onClick={() => {
                    setRecovery(!recovery);
                    setCode('');
                    byCode.reset();
                  }}
                >
                  {recovery ? 'Use the authenticator app' : 'Use a recovery code'}
                </Anchor>
              </form>
            )}
          </>
        )}
      </div>
    </Frame>
  );
}
