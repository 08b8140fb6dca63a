import { Button, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Passkey } from '@/api/identity';
import { asProblem } from '@/api/problem';
import { addPasskey, removePasskey, startPasskey } from '@/api/security';
import { Ask, type Question } from './Ask';
import { ConfirmForm } from './ConfirmForm';
import { makePasskey, passkeysWork } from '@/lib/webauthn';
import { Ago } from '@/ui/Ago';
import { Card } from '@/ui/Card';
import { Dialog } from '@/ui/Dialog';
import { FigureTable } from '@/ui/FigureTable';
import classes from './Settings.module.css';

/** Passkeys: a device signs in by itself, once its owner unlocks it. */
export function PasskeysCard({ passkeys }: { passkeys: readonly Passkey[] }) {
  const queryClient = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [question, setQuestion] = useState<Question | null>(null);
  const again = (): Promise<unknown> => queryClient.invalidateQueries({ queryKey: ['security'] });
  return (
    <Card
      title="Passkeys"
      note="Sign in with a fingerprint, a face or a security key instead of a password."
      actions={
        passkeysWork() && (
          <Button variant="default" size="sm" onClick={() => setAdding(true)}>
            Add a passkey
          </Button>
        )
      }
      flush={passkeys.length > 0}
    >
      {passkeys.length === 0 ? (
        <p className={classes.note}>You have none.</p>
      ) : (
        <FigureTable
          label="Passkeys"
          rows={passkeys}
          rowId={(passkey) => passkey.id}
          columns={[
            { header: 'Passkey', cell: (passkey) => passkey.name || 'Without a name' },
            { header: 'Made', cell: (passkey) => <Ago at={passkey.made_at} /> },
            { header: 'Last used', cell: (passkey) => (passkey.used_at === null ? 'Never' : <Ago at={passkey.used_at} />) },
            {
              header: 'Change',
              end: true,
              cell: (passkey) => (
                <Button
                  variant="subtle"
                  size="compact-sm"
                  aria-label={`Remove ${passkey.name}`}
                  onClick={() => setQuestion({ title: `Remove “${passkey.name}”?`, text: 'It signs you in no more.', does: 'Remove', run: () => removePasskey(passkey.id).then(again) })}
                >
                  Remove
                </Button>
              ),
            },
          ]}
        />
      )}
      <Dialog title="Add a passkey" size="sm" opened={adding} onClose={() => setAdding(false)}>
        <Add
          onAdded={async () => {
            await again();
            setAdding(false);
          }}
        />
      </Dialog>
      <Ask question={question} onClose={() => setQuestion(null)} />
    </Card>
  );
}

function Add({ onAdded }: { onAdded: () => Promise<void> }) {
  const [name, setName] = useState('');
  const add = useMutation({
    mutationFn: async (password: string) => {
      const { challenge, options } = await startPasskey(password);
      const credential = await makePasskey(options);
      return credential ? addPasskey(challenge, name.trim(), credential) : null;
    },
    onSuccess: (made) => (made ? onAdded() : undefined),
  });
  return (
    <Stack gap="md">
      <TextInput label="What to call it" description="For example the device it lives on." value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <ConfirmForm what="password" does="Add the passkey" busy={add.isPending} problem={add.error ? asProblem(add.error) : null} onConfirm={(password) => add.mutate(password)} />
    </Stack>
  );
}
