import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { Offer } from '@/api/identity';
import { asProblem } from '@/api/problem';
import { acceptInvitation, openInvitation } from '@/api/session';
import { Frame } from './Frame';
import { NewPassword, tooShort } from './NewPassword';
import { formatInstant } from '@/lib/format';
import { ProblemAlert } from '@/ui/ProblemAlert';
import { Loading } from '@/ui/States';
import classes from './SignInPage.module.css';

interface Props {
  token: string;
  onSignedIn: () => Promise<void>;
}

/** Where an invitation leads. */
export function InvitationPage({ token, onSignedIn }: Props) {
  const offer = useQuery({ queryKey: ['offer'], queryFn: () => openInvitation(token), enabled: token !== '', staleTime: Infinity, gcTime: 0 });
  if (offer.data) return <Accept token={token} offer={offer.data} onSignedIn={onSignedIn} />;
  const problem = offer.error ? asProblem(offer.error) : null;
  if (token === '' || problem?.status === 404) {
    return (
      <Frame title="This invitation is over" says="It was taken up or taken back, or it is too old. Ask whoever invited you for a new one.">
        <Button component={Link} to="/sign-in" size="md" fullWidth>
          Go to sign-in
        </Button>
      </Frame>
    );
  }
  return (
    <Frame title="Your invitation" says="One moment.">
      {problem ? (
        <div className={classes.form}>
          <ProblemAlert problem={problem} />
          <Button variant="default" onClick={() => void offer.refetch()}>
            Try again
          </Button>
        </div>
      ) : (
        <Loading rows={3} />
      )}
    </Frame>
  );
}

function Accept({ token, offer, onSignedIn }: Props & { offer: Offer }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const [joined, setJoined] = useState(false);
  const accept = useMutation({
    mutationFn: () => acceptInvitation(token, name.trim(), password),
    onSuccess: (answer) => (answer.state === 'signed_in' ? onSignedIn() : setJoined(true)),
  });
  const problem = accept.error ? asProblem(accept.error) : null;
  const faults = offer.known ? {} : { name: name.trim() ? undefined : 'Enter your name', password: tooShort(password) };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!faults.name && !faults.password) accept.mutate();
  };
  if (joined) {
    return (
      <Frame title="You are in" says="Sign in as ever: you see more from now on.">
        <Button component={Link} to="/sign-in" size="md" fullWidth>
          Go to sign-in
        </Button>
      </Frame>
    );
  }
  const roles = offer.grants.map((grant) => (grant.tenant === null ? grant.role_label : `${grant.role_label} of ${grant.tenant}`)).join(', ');
  return (
    <Frame
      title={`Join ${offer.agency ?? 'Trimtab'}`}
      says={
        <>
          {offer.email} is invited as {roles}.
        </>
      }
      foot={`The invitation ends on ${formatInstant(offer.expires_at)}.`}
    >
      <form onSubmit={submit} noValidate className={classes.form}>
        <ProblemAlert problem={problem && problem.fields.password === undefined ? problem : null} />
        {!offer.known && (
          <>
            <input type="hidden" name="email" autoComplete="username" value={offer.email} readOnly />
            <TextInput label="Your name" name="name" autoComplete="name" autoFocus size="md" value={name} error={(tried ? faults.name : undefined) ?? problem?.fields.name} onChange={(event) => setName(event.currentTarget.value)} />
            <NewPassword label="Password" value={password} error={(tried ? faults.password : undefined) ?? problem?.fields.password} onChange={setPassword} />
          </>
        )}
        <Button type="submit" size="md" fullWidth loading={accept.isPending}>
          {offer.known ? 'Accept' : 'Create the account'}
        </Button>
      </form>
    </Frame>
  );
}
