import type { Draft, Faults } from './draft';

/** What every part of the form is given. */
export interface FieldsProps {
  draft: Draft;
  /** What is wrong, by the names of the API. */
  faults: Faults;
  readOnly: boolean;
  onChange: (change: Partial<Draft>) => void;
}
