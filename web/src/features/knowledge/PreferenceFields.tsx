import { Select, Stack, Switch, TextInput, Textarea } from '@mantine/core';
import { TONES } from './draft';
import type { FieldsProps } from './fields';
import classes from './Knowledge.module.css';

/** How the client wants to be told. */
export function PreferenceFields({ draft, faults, readOnly, onChange }: FieldsProps) {
  return (
    <Stack gap="md">
      <div className={classes.pair}>
        <Select label="Tone" description="Of reports and messages." allowDeselect={false} readOnly={readOnly} data={TONES} value={draft.tone} error={faults['preferences.tone']} onChange={(tone) => onChange({ tone: tone ?? draft.tone })} />
        <TextInput
          label="Language"
          description="A tag such as en, nl or de-CH."
          readOnly={readOnly}
          value={draft.language}
          error={faults['preferences.language']}
          onChange={(event) => onChange({ language: event.currentTarget.value })}
        />
      </div>
      <Switch label="Show what is usual elsewhere beside its figures" disabled={readOnly} checked={draft.includeBenchmarks} onChange={(event) => onChange({ includeBenchmarks: event.currentTarget.checked })} />
      <Switch label="Open reports with its creatives" disabled={readOnly} checked={draft.highlightCreatives} onChange={(event) => onChange({ highlightCreatives: event.currentTarget.checked })} />
      <Textarea
        label="What else to mind when writing to it"
        autosize
        minRows={2}
        readOnly={readOnly}
        value={draft.reportNotes}
        error={faults['preferences.notes']}
        onChange={(event) => onChange({ reportNotes: event.currentTarget.value })}
      />
    </Stack>
  );
}
