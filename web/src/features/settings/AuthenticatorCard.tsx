import { Anchor, Button, Center, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Security } from '@/api/identity';
import { asProblem } from '@/api/problem';
import { confirmAuthenticator, enrolAuthenticator, removeAuthenticator } from '@/api/security';
import { ConfirmForm } from './ConfirmForm';
import { Secret } from './Secret';
import { download } from '@/lib/csv';
import { Card } from '@/ui/Card';
import { Dialog } from '@/ui/Dialog';
import { QrCode } from '@/ui/QrCode';
import classes from './Settings.module.css';

const problemOf = (error: Error | null) => (error ? asProblem(error) : null);

/** Codes of an app as a second factor. */
export function AuthenticatorCard({ security }: { security: Security }) {
  const [open, setOpen] = useState<'add' | 'remove' | null>(null);
  const close = (): void => setOpen(null);
  const left = security.recovery_codes_left ?? 0;
  return (
    <Card
      title="Authenticator app"
      note={security.authenticator ? `On. ${left} recovery ${left === 1 ? 'code is' : 'codes are'} left.` : 'Off. With it, your password alone is not enough to get in.'}
      actions={
        <Button variant="default" size="sm" onClick={() => setOpen(security.authenticator ? 'remove' : 'add')}>
          {security.authenticator ? 'Remove the app' : 'Set up an app'}
        </Button>
      }
    >
      <p className={classes.note}>{security.authenticator && left <= 2 ? 'Few recovery codes are left. Remove the app and set it up anew to get fresh ones.' : 'Any app that makes six-digit codes works. Recovery codes let you in where the device is lost.'}</p>
      <Dialog title="Set up an authenticator app" opened={open === 'add'} onClose={close}>
        <Enrol onClose={close} />
      </Dialog>
      <Dialog title="Remove the authenticator app?" size="sm" opened={open === 'remove'} onClose={close}>
        <Remove onClose={close} />
      </Dialog>
    </Card>
  );
}

function Enrol({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient();
  const start = useMutation({ mutationFn: enrolAuthenticator });
  const confirm = useMutation({ mutationFn: confirmAuthenticator, onSuccess: () => queryClient.invalidateQueries({ queryKey: ['security'] }) });
  if (confirm.data) {
    const codes = confirm.data.recovery_codes;
    return (
      <Stack gap="md">
        <Text size="sm" role="status">
          The app is on. Keep these recovery codes where you find them without the device: each is good once, and they are shown only now.
        </Text>
        <ul className={classes.codes} aria-label="Recovery codes">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <Secret label="All recovery codes" value={codes.join(' ')} />
        <Group grow>
          <Button variant="default" onClick={() => download('trimtab-recovery-codes.txt', `Recovery codes for Trimtab. Each is good once.\n\n${codes.join('\n')}\n`, 'text/plain;charset=utf-8')}>
            Download them
          </Button>
          <Button onClick={onClose}>I have kept them</Button>
        </Group>
      </Stack>
    );
  }
  if (!start.data) return <ConfirmForm key="password" what="password" does="Continue" busy={start.isPending} problem={problemOf(start.error)} onConfirm={(password) => start.mutate(password)} />;
  return (
    <Stack gap="md">
      <Text size="sm">
        Scan this with your app, type the secret below into it, or{' '}
        <Anchor href={start.data.url} underline="always">
          open it in an app on this device
        </Anchor>
        . Then enter the code it shows.
      </Text>
      <Center>
        <QrCode label="QR code for the app" value={start.data.url} />
      </Center>
      <Secret label="Secret for the app" value={start.data.secret} />
      <ConfirmForm key="code" what="code" does="Switch it on" busy={confirm.isPending} problem={problemOf(confirm.error)} onConfirm={(code) => confirm.mutate(code)} />
    </Stack>
  );
}

function Remove({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: removeAuthenticator,
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['security'] });
      onClose();
    },
  });
  return <ConfirmForm what="password" does="Remove it and its recovery codes" busy={remove.isPending} problem={problemOf(remove.error)} onConfirm={(password) => remove.mutate(password)} />;
}
