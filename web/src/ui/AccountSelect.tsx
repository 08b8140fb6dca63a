import { Select } from '@mantine/core';
import { accountLabel } from '@/lib/platforms';

interface Props {
  accounts: readonly { source: string; account: string; name: string }[];
  value: string;
  onChange: (account: string) => void;
}

/** Which of several accounts is shown. */
export function AccountSelect({ accounts, value, onChange }: Props) {
  // One option per id: an address tells accounts apart by that alone.
  const options = new Map(accounts.map(({ source, account, name }) => [account, accountLabel(name || account, source)]));
  return (
    <Select
      size="sm"
      label="Account"
      searchable
      allowDeselect={false}
      maw={{ sm: 320 }}
      data={[...options].map(([id, label]) => ({ value: id, label }))}
      value={value}
      onChange={(account) => account !== null && onChange(account)}
    />
  );
}
