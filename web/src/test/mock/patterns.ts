// Patterns of the mock's ad accounts: the first has most kinds, the second none but a delay, the search account is too young.
import type { Pattern, PatternCard, PatternCell, PatternPicture, PatternsOfAccount, SeasonPart } from '@/api/types';
import { addDays, type Day } from '@/lib/period';
import { analysedAccounts, keptOf } from '@/test/mock/analyses';
import { hash, type MockAccount } from '@/test/mock/world';

const chance = (text: string): number => hash(text) / 4294967296;
const round = (value: number, digits = 3): number => Number(value.toFixed(digits));

const OVERALL = 2.4;
/** Mornings and late evenings sell; nights do not. */
const BY_HOUR = [0.62, 0.58, 0.55, 0.57, 0.66, 0.82, 0.98, 1.09, 1.06, 0.99, 0.96, 0.97, 1, 0.98, 0.96, 0.97, 1.01, 1.06, 1.12, 1.22, 1.36, 1.41, 1.18, 0.84];
const BY_DAY = [0.97, 0.98, 1, 1.01, 0.96, 0.94, 1.16];

function cellOf(weekday: number, hour: number, index: number, weight: number, differs: boolean): PatternCell {
  const value = OVERALL * index;
  const reach = value * Math.min(0.3, 9 / Math.sqrt(weight));
  return { weekday, hour, value: round(value), low: round(value - reach), high: round(value + reach), index: round(index), weight: Math.round(weight), differs };
}

function hours(): PatternPicture {
  const traffic = (hour: number): number => 240 + 700 * BY_HOUR[hour]!;
  const cells = BY_DAY.flatMap((day, weekday) =>
    BY_HOUR.map((by, hour) => {
      const index = 1 + (by * day - 1) * 0.72 + (chance(`${weekday}/${hour}`) - 0.5) * 0.14;
      return cellOf(weekday, hour, index, traffic(hour), Math.abs(index - 1) > 0.29);
    }),
  );
  return {
    type: 'hours', rate: 'cvr', overall: OVERALL, cells,
    hours: BY_HOUR.map((by, hour) => cellOf(0, hour, 1 + (by - 1) * 0.92, traffic(hour) * 7, Math.abs(by - 1) > 0.1)),
    weekdays: BY_DAY.map((by, weekday) => cellOf(weekday, 0, 1 + (by - 1) * 0.9, 16_800, by > 1.1)),
    weekend: 1.06,
  };
}

function wear(): PatternPicture {
  const ages = [6, 9, 11, 14, 17, 19, 21, 24, 28, 33, 37];
  const curve = ages.map((days, i) => {
    const share = 0.96 - i * 0.07;
    return { days, share: round(share), low: round(share - 0.05 - i * 0.012), high: round(Math.min(1, share + 0.03 + i * 0.012)), followed: 31 - i * 2 };
  });
  return { type: 'wear', curve, typical_days: 24, first_quarter_days: 14, low_days: 19, high_days: 31, ads: 34, tired: 13, seen_days: 61 };
}

function budget(): PatternPicture {
  const bring = (spend: number): number => 11.5 * (1 - Math.exp(-spend / 165));
  const curve = Array.from({ length: 12 }, (_, i) => {
    const spend = 90 + i * 20;
    return { spend, result: round(bring(spend)), marginal: round((bring(spend + 1) - bring(spend)), 5) };
  });
  const weeks = Array.from({ length: 16 }, (_, i) => {
    const spend = 90 + chance(`w${i}`) * 220;
    return { spend: round(spend, 2), result: round(bring(spend) * (0.88 + chance(`r${i}`) * 0.24)) };
  });
  return { type: 'budget', goal: 'conversions', weeks, curve, diminishing_at: 214, low: 181, high: 262, best: 230, seen_low: 90, seen_high: 310 };
}

const AUDIENCES: PatternPicture = {
  type: 'audience', of: 9,
  decays: [
    { id: '12020843110411', name: 'Lookalike | Buyers', per_week: 0.061, low: 0.042, high: 0.079, half_weeks: 11.1, frequency_before: 1.24, frequency_after: 2.07, new_ads: 0, chance: 0.0008 },
    { id: '12020843110012', name: 'Interests | Speciality', per_week: 0.034, low: 0.018, high: 0.05, half_weeks: 20, frequency_before: 1.11, frequency_after: 1.38, new_ads: 3, chance: 0.011 },
    { id: '12020843110213', name: 'Retargeting | Viewed 14 days, without those who have bought in the last half year', per_week: 0.029, low: 0.012, high: 0.046, half_weeks: 23.6, frequency_before: null, frequency_after: null, new_ads: 1, chance: 0.019 },
  ],
};

function lag(most: number): PatternPicture {
  const shares = Array.from({ length: 15 }, (_, age) => {
    const share = 1 - 0.42 * Math.exp((-age / most) * 1.5);
    return { age, share: round(age === 14 ? 1 : share), low: round(Math.max(0, share - 0.05 / (age + 1))), high: round(Math.min(1, share + 0.04 / (age + 1))) };
  });
  return { type: 'lag', half_days: 0, most_days: most, learnt_from: 42, shares };
}

function season(): PatternPicture {
  const part = (index: number, place: number): SeasonPart => ({ place, index, low: round(index - 0.06), high: round(index + 0.06), seen: 31 });
  return { type: 'season', metric: 'revenue', weekdays: [1.06, 0.93, 0.91, 0.95, 1.02, 0.98, 1.15].map(part), weekdays_because: null, months: null, months_because: 'cannot tell, because there are 400 days and it takes 730' };
}

type Told = Pick<Pattern, 'headline' | 'detail' | 'doubt' | 'actions' | 'picture'> & { sure: [number, number, number]; days: number };

function patternOf({ sure: [sample, spread, span], days, ...told }: Told, today: Day): Pattern {
  return {
    learned_from: addDays(today, -days), learned_to: addDays(today, -3), valid_until: addDays(today, Math.max(14, Math.round(days / 4))), currency: 'EUR',
    confidence: { value: round(sample * spread * span), sample, spread, span }, ...told,
  };
}

const LAG: Omit<Told, 'picture'> = {
  headline: 'Nine tenths of conversions are in after 6 days', detail: 'On the day itself 58 % are in, a day later 67 %, after a week 92 %. Half are in after 0 days.',
  doubt: 'Another attribution window or a slower checkout makes another curve.', actions: ['Do not judge days younger than 6 days by their conversions; correct them by this curve.'], sure: [0.999, 0.94, 0.976], days: 60,
};

function cardsOf(account: MockAccount, today: Day): PatternCard[] {
  const card = (kind: string, of: Partial<PatternCard>): PatternCard => ({ kind, level: 'account', id: account.id, name: account.name, pattern: null, because: null, enough: of.pattern != null, ...of });
  const told = (kind: string, of: Told, more: Partial<PatternCard> = {}): PatternCard => card(kind, { pattern: patternOf(of, today), ...more });
  const few = (kind: string, because: string): PatternCard => card(kind, { because: `cannot tell, because ${because}` });
  const none = (kind: string, cases: number): PatternCard => card(kind, { enough: true, because: `there is no pattern: chance shows as much in ${cases} of 100 cases` });
  if (account.source === 'google') {
    return [
      few('time_performance', 'there are 11 conversions and it takes 150'), few('creative_fatigue', 'there are 0 creatives that tired within the days at hand and it takes 5'),
      few('budget_sweet_spot', 'there are 5 weeks and it takes 8'), few('audience_decay', 'there are 2 ad groups with figures of 28 days and it takes 3'),
      few('conversion_lag', 'there are 11 conversions and it takes 50'), few('seasonal', 'there are 34 days and it takes 56'),
    ];
  }
  if (account.name.endsWith('DE')) {
    return [
      none('time_performance', 34), few('creative_fatigue', 'there are 2 creatives that tired within the days at hand and it takes 5'),
      few('budget_sweet_spot', 'the highest spend was 1.12 times the lowest and it takes 1.50'), none('audience_decay', 61), told('conversion_lag', { ...LAG, picture: lag(6) }), none('seasonal', 22),
    ];
  }
  return [
    told('time_performance', {
      headline: 'Time matters for CVR: 21:00 (+38 %)',
      detail: 'Better than the whole: Sunday (+14 %), 21:00 (+38 %), 20:00 (+33 %), 19:00 (+20 %). Worse: 2:00 (−41 %), 3:00 (−40 %), 1:00 (−39 %). 37 of 168 hours of the week differ beyond chance, all comparisons taken together.',
      doubt: 'Wrong if conversions are credited to the hour of the purchase rather than of the click, or if ads of another kind run in those hours.',
      actions: ['Schedule budgets or bids by these hours; start with a tenth and look again after two weeks.', 'Leave hours that do not differ as they are.'],
      picture: hours(), sure: [0.999, 0.82, 0.875], days: 56,
    }),
    told('creative_fatigue', {
      headline: 'Half of the creatives are tired after 24 days', detail: 'Of 34 creatives followed from their first day, 13 lost a quarter of their click rate. A quarter is tired after 14 days, half after 24 days (19 to 31, four times in five).',
      doubt: 'Ads that were paused before they were seen to be tired make it look longer.', actions: ['Plan the next creative for the third week of each.'], picture: wear(), sure: [0.98, 0.77, 0.92], days: 240,
    }),
    told('budget_sweet_spot', {
      headline: 'Beyond 214 EUR a day another unit buys less than half', detail: 'At the upper end one unit more brings 34 % of what an average unit brings.',
      doubt: 'Wrong if budgets were raised when demand was high anyway; only a planned change proves it.', actions: ['Move its budget towards 230 EUR a day, in steps of a fifth, and look again after two weeks.', 'Put the next money where the last unit still buys more.'],
      picture: budget(), sure: [0.97, 0.71, 0.94], days: 112,
    }, { level: 'campaign', id: '120208431100', name: 'Prospecting | Broad | Purchases' }),
    told('audience_decay', {
      headline: '3 of 9 ad groups lose their audience', detail: 'Each is held against the other ad groups on the same days.',
      doubt: 'Where an ad group had no new ads, its creatives may be what wears.', actions: ['Widen or renew the audience of the fastest; exclude those who bought.', 'Where no new ads joined, bring in a new creative first and see whether the fall stops.'],
      picture: AUDIENCES, sure: [0.999, 0.66, 0.9], days: 84,
    }),
    told('conversion_lag', { ...LAG, picture: lag(6) }),
    told('seasonal', {
      headline: 'Revenue: most on Sunday (+15 %) and least on Wednesday (−9 %)', detail: '',
      doubt: 'It says what was planned where budgets follow the calendar.', actions: ['Compare a day with the same weekday, and a month with the same month; plan budgets by the strong ones.'], picture: season(), sure: [0.999, 0.58, 0.968], days: 220,
    }),
  ];
}

export function patterns(tenant: string, today: Day, at: string): PatternsOfAccount[] {
  const monday = addDays(today, -((new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7));
  return analysedAccounts(tenant).map((account) => ({ ...keptOf(account, at), result: { learned_on: monday, due_on: addDays(monday, 7), patterns: cardsOf(account, today) } }));
}
