import { Alert, Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconAlertTriangle, IconLock, IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useState, type SubmitEvent } from 'react';
import { asProblem, type Problem } from '@/api/problem';
import { signIn } from '@/api/session';
import { formatDuration } from '@/lib/format';
import { Logo } from '@/ui/Logo';
import classes from './SignInPage.module.css';

interface Props {
  onSignedIn: () => Promise<void>;
}

export function SignInPage({ onSignedIn }: Props) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [missing, setMissing] = useState<{ email?: string; password?: string }>({});
  const login = useMutation({ mutationFn: () => signIn(email.trim(), password), onSuccess: () => onSignedIn() });
  const problem = login.error ? asProblem(login.error) : null;
  const wait = useCountdown(problem);

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const lacks = {
      email: /^\S+@\S+$/.test(email.trim()) ? undefined : 'Enter your e-mail address',
      password: password ? undefined : 'Enter your password',
    };
    setMissing(lacks);
    if (!lacks.email && !lacks.password) login.mutate();
  };

  return (
    <main className={classes.page}>
      <div className={classes.box}>
        <div className={classes.brand}>
          <Logo size={44} />
        </div>
        <h1 className={classes.title}>Sign in to Trimtab</h1>
        <p className={classes.sub}>All your advertising in one place, down to the cent.</p>
        {problem && <SignInProblem problem={problem} wait={wait} />}
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
          <Button type="submit" size="md" fullWidth loading={login.isPending || login.isSuccess} disabled={wait > 0}>
            Sign in
          </Button>
        </form>
      </div>
      <p className={classes.foot}>Forgot your password? The person who runs this installation can set a new one.</p>
    </main>
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
