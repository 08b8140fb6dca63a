import { SegmentedControl } from '@mantine/core';

export type As = 'picture' | 'table';

interface Props {
  /** What is shown: "Show Seasons as". */
  label: string;
  as: As;
  onAs: (as: As) => void;
  /** What the picture is: a chart, a map. */
  picture?: string;
}

/** A picture, or the same figures in a table. */
export function ShowAs({ label, as, onAs, picture = 'Picture' }: Props) {
  return (
    <SegmentedControl
      size="xs"
      aria-label={label}
      value={as}
      onChange={(value) => onAs(value === 'table' ? 'table' : 'picture')}
      data={[
        { value: 'picture', label: picture },
        { value: 'table', label: 'Table' },
      ]}
    />
  );
}
