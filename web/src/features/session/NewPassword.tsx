import { PasswordInput } from '@mantine/core';

export const PASSWORD_MIN = 12;

interface Props {
  label?: string;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

/** A password to be set. The server judges how easily it is guessed. */
export function NewPassword({ label = 'New password', value, error, onChange }: Props) {
  return (
    <PasswordInput
      label={label}
      description={`At least ${PASSWORD_MIN} characters. A few unrelated words do well.`}
      name="new-password"
      autoComplete="new-password"
      size="md"
      value={value}
      error={error}
      aria-invalid={Boolean(error)}
      onChange={(event) => onChange(event.currentTarget.value)}
      visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password' }}
    />
  );
}

export const tooShort = (password: string): string | undefined => (password.length < PASSWORD_MIN ? `Use at least ${PASSWORD_MIN} characters` : undefined);
