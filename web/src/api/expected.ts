// Shapes of routes the API document does not have yet. Each goes when the document brings it.
import type { Budget } from '@/api/types';

/** How a budget is doing; amounts are decimals in the budget's currency. */
export interface Pace {
  from: string;
  to: string;
  /** The last day that counts; `null` before the first. */
  as_of: string | null;
  days_left: number;
  /** The budget, with what rolled over. */
  amount: string;
  rolled_over: string;
  planned_to_date: string;
  actual: string;
  provisional: string;
  variance: string;
  variance_percent: number | null;
  required_daily: string | null;
  recent_daily: string | null;
  projected: string | null;
  projected_low: string | null;
  projected_high: string | null;
  projected_off_percent: number | null;
  used_up_on: string | null;
  tolerance_percent: number;
  verdict: 'on_track' | 'under' | 'over' | 'cannot_tell';
  /** Why nothing can be told. */
  because: string | null;
  confidence: number;
  notes: string[];
}

export interface PaceDay {
  day: string;
  actual: string | null;
  actual_to_date: string;
  planned_to_date: string;
}

export interface PacedBudget {
  budget: Budget;
  /** `null` until it was first looked at. */
  result: Pace | null;
  days: PaceDay[];
}

export interface Pacing {
  items: PacedBudget[];
}
