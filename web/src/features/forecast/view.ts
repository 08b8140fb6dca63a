// What the address holds of the page Forecast.

export const HORIZONS = [7, 30, 60, 90] as const;
export type Horizon = (typeof HORIZONS)[number];

export interface ForecastView {
  /** The platform's id. */
  account?: string;
  metric?: string;
  /** Days ahead, as text. */
  days?: string;
}

const DEFAULT_HORIZON: Horizon = 30;

export function horizonOf({ days }: ForecastView): Horizon {
  return HORIZONS.find((horizon) => String(horizon) === days) ?? DEFAULT_HORIZON;
}
