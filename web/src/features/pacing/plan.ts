// What a budget's form holds, what is wrong with it, and the plan it stands for.
import type { Account, Budget, BudgetPlan } from '@/api/types';
import { isDay } from '@/lib/period';
import { kindOf } from '@/lib/platforms';

export const LEVELS = ['tenant', 'platform', 'account', 'campaign'] as const;
export type BudgetLevel = (typeof LEVELS)[number];

export interface Draft {
  name: string;
  level: BudgetLevel;
  source: string | null;
  account: string | null;
  campaign: string | null;
  amount: string;
  currency: string | null;
  /** `month`: every calendar month anew. */
  period: 'month' | 'days';
  from: string;
  to: string;
  rollOver: boolean;
}

export function emptyDraft(currency: string): Draft {
  return { name: '', level: 'tenant', source: null, account: null, campaign: null, amount: '', currency, period: 'month', from: '', to: '', rollOver: false };
}

export function draftOf(budget: Budget): Draft {
  return {
    name: budget.name,
    level: LEVELS.find((level) => level === budget.level) ?? 'tenant',
    source: budget.source ?? null,
    account: budget.account ?? null,
    campaign: budget.campaign ?? null,
    amount: budget.amount,
    currency: budget.currency,
    period: budget.from != null ? 'days' : 'month',
    from: budget.from ?? '',
    to: budget.to ?? '',
    rollOver: budget.roll_over,
  };
}

export type Fields = Partial<Record<'name' | 'source' | 'account' | 'campaign' | 'amount' | 'currency' | 'from' | 'to', string>>;

const NAME_MAX = 120;
const AMOUNT = /^\d{1,12}(\.\d{1,2})?$/;

/** A decimal as the API takes it, from what people type: "12 500,5" and "12,500.50" are the same money. */
export function amountOf(text: string): string | null {
  const plain = text.replaceAll(/[\s\u00a0'’]/g, '');
  // The last separator is the decimal one where it leaves one or two digits; any other parts thousands.
  const decimal = /^(.*)[.,](\d{1,2})$/.exec(plain);
  const [whole = '', cents] = decimal ? [decimal[1], decimal[2]] : [plain, undefined];
  if (!/^\d+$/.test(whole) && !/^\d{1,3}([.,])\d{3}(\1\d{3})*$/.test(whole)) return null;
  const amount = whole.replaceAll(/[.,]/g, '') + (cents === undefined ? '' : `.${cents}`);
  return AMOUNT.test(amount) && Number(amount) > 0 ? amount.replace(/^0+(?=\d)/, '') : null;
}

export function faultsOf(draft: Draft): Fields {
  const { name, level, source, account, campaign, amount, currency, period, from, to } = draft;
  const named = name.trim();
  return clean({
    name: named === '' ? 'Give the budget a name' : named.length > NAME_MAX ? `Use at most ${NAME_MAX} characters` : undefined,
    source: level === 'platform' && !source ? 'Choose a platform' : undefined,
    account: (level === 'account' || level === 'campaign') && !account ? 'Choose an account' : undefined,
    campaign: level === 'campaign' && account && !campaign ? 'Choose a campaign' : undefined,
    amount: amountOf(amount) ? undefined : 'Type an amount above zero, for example 5000 or 5000.50',
    currency: currency ? undefined : 'Choose a currency',
    from: period === 'days' && !isDay(from) ? 'Choose the first day' : undefined,
    to: period !== 'days' ? undefined : !isDay(to) ? 'Choose the last day' : isDay(from) && to < from ? 'The last day comes before the first' : undefined,
  });
}

function clean(fields: Record<string, string | undefined>): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, fault]) => fault !== undefined));
}

/** The plan of a draft without faults. */
export function planOf({ name, level, source, account, campaign, amount, currency, period, from, to, rollOver }: Draft): BudgetPlan {
  return {
    name: name.trim(),
    level,
    amount: amountOf(amount) ?? '',
    currency: currency ?? '',
    ...(level !== 'tenant' && source && { source }),
    ...((level === 'account' || level === 'campaign') && account && { account }),
    ...(level === 'campaign' && campaign && { campaign }),
    ...(period === 'days' && { from, to }),
    roll_over: period === 'month' && rollOver,
  };
}

/** Accounts that money is spent in, by the place a form can name them with. */
export function payingAccounts(accounts: readonly Account[]): { value: string; account: Account }[] {
  return accounts.filter(({ source }) => kindOf(source) === 'ads').map((account) => ({ value: `${account.source}/${account.id}`, account }));
}
