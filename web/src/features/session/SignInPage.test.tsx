import { screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { SignInPage } from './SignInPage';
import { show } from '@/test/render';

async function signIn(email: string, password: string) {
  const done = vi.fn(async () => Promise.resolve());
  const { user } = await show(<SignInPage onSignedIn={done} />);
  if (email) await user.type(screen.getByLabelText('E-mail'), email);
  if (password) await user.type(screen.getByLabelText('Password'), password);
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  return done;
}

it('goes on with the right password', async () => {
  const done = await signIn('ada@example.com', 'right');
  await vi.waitFor(() => expect(done).toHaveBeenCalledOnce());
});

it('asks for what is missing without asking the server', async () => {
  const done = await signIn('ada', '');
  expect(screen.getByText('Enter your e-mail address')).toBeInTheDocument();
  expect(screen.getByText('Enter your password')).toBeInTheDocument();
  expect(done).not.toHaveBeenCalled();
});

it('says that e-mail or password is wrong, not which', async () => {
  await signIn('ada@example.com', 'wrong');
  expect(await screen.findByRole('alert')).toHaveTextContent('E-mail or password is wrong');
});

it('counts down while locked', async () => {
  await signIn('locked@example.com', 'x');
  expect(await screen.findByText(/Try again in 4 min 0 s/)).toBeInTheDocument();
  expect(screen.getByRole('button', { name: 'Sign in' })).toBeDisabled();
});

it('says when the server does not answer', async () => {
  await signIn('down@example.com', 'x');
  expect(await screen.findByRole('alert')).toHaveTextContent('The server does not answer');
});

it('asks for a second factor, and takes a recovery code as well', async () => {
  const done = vi.fn(async () => Promise.resolve());
  const { user } = await show(<SignInPage onSignedIn={done} />);
  await user.type(screen.getByLabelText('E-mail'), 'factor@example.com');
  await user.type(screen.getByLabelText('Password'), 'right');
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  await user.type(await screen.findByLabelText('Code'), '111111');
  await user.click(screen.getByRole('button', { name: 'Continue' }));
  expect(await screen.findByRole('alert')).toHaveTextContent('The code is wrong');
  expect(done).not.toHaveBeenCalled();
  await user.click(screen.getByRole('button', { name: 'Use a recovery code' }));
  await user.type(screen.getByLabelText('Recovery code'), 'abcd-efgh');
  await user.click(screen.getByRole('button', { name: 'Continue' }));
  await vi.waitFor(() => expect(done).toHaveBeenCalledOnce());
});

it('begins again where the second factor came too late', async () => {
  const { user } = await show(<SignInPage challenge="from-a-provider" onSignedIn={vi.fn()} />);
  await user.type(screen.getByLabelText('Code'), '000000');
  await user.click(screen.getByRole('button', { name: 'Continue' }));
  await user.click(await screen.findByRole('button', { name: 'Begin again' }));
  expect(screen.getByLabelText('Password')).toBeInTheDocument();
});

it('sends a link for a new password, whoever asks', async () => {
  const { user } = await show(<SignInPage onSignedIn={vi.fn()} />);
  await user.click(screen.getByRole('button', { name: 'Forgot your password?' }));
  await user.type(screen.getByLabelText('E-mail'), 'nobody@example.com');
  await user.click(screen.getByRole('button', { name: 'Send the link' }));
  expect(await screen.findByRole('status', { name: 'Look into your mail' })).toBeInTheDocument();
});
