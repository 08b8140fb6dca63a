// What the address holds of the page Pacing.

export interface PacingView {
  /** The budget whose days are shown. */
  budget?: string;
  /** An open form: `new`, or the budget that is changed. */
  edit?: string;
}
