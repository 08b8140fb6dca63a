import { Alert, Anchor, Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconAlertTriangle, IconFingerprint, IconLock, IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useState, type SubmitEvent } from 'react';
import type { SecondFactor } from '@/api/identity';
import { asProblem, type Problem } from '@/api/problem';
import { askForPasskey, providersOptions, signIn, signInWithPasskey } from '@/api/session';
import { ForgotPassword } from './ForgotPassword';
import { Frame } from './Frame';
import { SecondFactorStep } from './SecondFactorStep';
import { formatDuration } from '@/lib/format';
import { askPasskey, passkeysWork } from '@/lib/webauthn';
import classes from './SignInPage.module.css';

interface Props {
  onSignedIn: () => Promise<void>;
  /** Where to go on, for providers. */
  returnTo?: string;
  /** A provider vouched for somebody of whom a second factor is asked. */
  challenge?: string;
  /** What went wrong at a provider. */
  refused?: string;
}

const REFUSALS: Readonly<Record<string, string>> = {
  provider_unknown: 'Nobody here signs in with that account. Ask to be invited, or sign in otherwise.',
  provider_failed: 'The provider did not vouch for you. Try again, or sign in otherwise.',
};

type Step = { at: 'password' } | { at: 'forgot' } | { at: 'factor'; factor: Omit<SecondFactor, 'state'> };

export function SignInPage({ onSignedIn, returnTo = '/', challenge, refused }: Props) {
  const [step, setStep] = useState<Step>(challenge ? { at: 'factor', factor: { challenge, codes: true, passkey: null } } : { at: 'password' });
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [missing, setMissing] = useState<{ email?: string; password?: string }>({});
  const again = (): void => setStep({ at: 'password' });
  const login = useMutation({
    mutationFn: () => signIn(email.trim(), password),
    onSuccess: async (answer) => {
      if (answer.state !== 'second_factor') return onSignedIn();
      setPassword('');
      setStep({ at: 'factor', factor: answer });
    },
  });
  const passkey = useMutation({
    mutationFn: async () => {
      const asked = await askForPasskey(email.trim());
      const credential = await askPasskey(asked.options);
      return credential ? signInWithPasskey(asked.challenge, credential) : null;
    },
    onSuccess: (answer) => (answer ? onSignedIn() : undefined),
  });
  const { data: providers = [] } = useQuery({ ...providersOptions, retry: false });
  const error = login.error ?? passkey.error;
  const problem = error ? asProblem(error) : null;
  const wait = useCountdown(problem);
  if (step.at === 'factor') return <SecondFactorStep factor={step.factor} onSignedIn={onSignedIn} onAgain={again} />;
  if (step.at === 'forgot') return <ForgotPassword known={email} onBack={again} />;

  const check = (needsPassword: boolean): boolean => {
    const lacks = {
      email: /^\S+@\S+$/.test(email.trim()) ? undefined : 'Enter your e-mail address',
      password: password || !needsPassword ? undefined : 'Enter your password',
    };
    setMissing(lacks);
    return !lacks.email && !lacks.password;
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    passkey.reset();
    if (check(true)) login.mutate();
  };

  return (
    <Frame
      title="Sign in to Trimtab"
      says="All your advertising in one place, down to the cent."
      foot={
        <Anchor component="button" type="button" size="sm" onClick={() => setStep({ at: 'forgot' })}>
          Forgot your password?
        </Anchor>
      }
    >
      {problem ? (
        <SignInProblem problem={problem} wait={wait} />
      ) : (
        refused && (
          <Alert color="yellow" icon={<IconAlertTriangle size={18} />} title="Not signed in" className={classes.alert} role="alert">
            {REFUSALS[refused] ?? REFUSALS.provider_failed}
          </Alert>
        )
      )}
      <form onSubmit={submit} noValidate className={classes.form}>
        <TextInput
          label="E-mail"
          type="email"
          name="email"
          autoComplete="username"
          autoFocus
          size="md"
          value={email}
          error={missing.email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          size="md"
          value={password}
          error={missing.password}
          aria-invalid={Boolean(missing.password)}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
        />
        <Button type="submit" size="md" fullWidth loading={login.isPending} disabled={wait > 0}>
          Sign in
        </Button>
        {passkeysWork() && (
          <Button
            variant="default"
            size="md"
            fullWidth
            leftSection={<IconFingerprint size={18} aria-hidden />}
            loading={passkey.isPending}
            onClick={() => {
              login.reset();
              if (check(false)) passkey.mutate();
            }}
          >
            Use a passkey
          </Button>
        )}
        {providers.map(({ name, label }) => (
          <Button key={name} component="a" variant="default" size="md" fullWidth href={`/api/v1/auth/oidc/${encodeURIComponent(name)}?${new URLSearchParams({ return_to: returnTo }).toString()}`}>
            Continue with {label}
          </Button>
        ))}
      </form>
    </Frame>
  );
}

function SignInProblem({ problem, wait }: { problem: Problem; wait: number }) {
  if (problem.unreachable) {
    return (
      <Alert color="red" icon={<IconPlugConnectedX size={18} />} title={problem.title} className={classes.alert} role="alert">
        {problem.detail}
      </Alert>
    );
  }
  if (problem.status === 429) {
    return (
      <Alert color="yellow" icon={<IconLock size={18} />} title={problem.title} className={classes.alert} role="alert">
        {wait > 0 ? `After several wrong passwords sign-in is locked. Try again in ${formatDuration(wait)}.` : problem.detail}
      </Alert>
    );
  }
  return (
    <Alert color="red" icon={<IconAlertTriangle size={18} />} title={problem.status === 401 ? 'E-mail or password is wrong' : problem.title} className={classes.alert} role="alert">
      {problem.status === 401 ? 'Check both and try again. After several wrong passwords sign-in is locked for a while.' : problem.detail}
      {problem.status >= 500 && problem.requestId && ` Request ${problem.requestId}.`}
    </Alert>
  );
}

/** Seconds until the server lets this person try again; 0 when it already does. */
function useCountdown(problem: Problem | null): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const seconds = problem?.retryAfter ?? 0;
    const until = Date.now() + seconds * 1000;
    const tick = (): void => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1000)));
    tick();
    if (seconds === 0) return undefined;
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [problem]);
  return left;
}
