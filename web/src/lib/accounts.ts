/** The account that was asked for by its id, or the first of which something can be told, or any. */
export function chosenOf<Account extends { account: string }>(accounts: readonly Account[], asked: string | undefined, told: (account: Account) => boolean = () => true): Account | null {
  return accounts.find(({ account }) => account === asked) ?? accounts.find(told) ?? accounts[0] ?? null;
}
