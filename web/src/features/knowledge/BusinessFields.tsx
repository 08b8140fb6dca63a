import { Autocomplete, Select, Stack, TagsInput, TextInput, Textarea } from '@mantine/core';
import type { Industry } from '@/api/types';
import type { FieldsProps } from './fields';
import classes from './Knowledge.module.css';

const CURRENCIES = Intl.supportedValuesOf('currency');

/** What the business is. */
export function BusinessFields({ draft, faults, readOnly, industries, onChange }: FieldsProps & { industries: readonly Industry[] }) {
  return (
    <Stack gap="md">
      <div className={classes.pair}>
        <Autocomplete
          label="Industry"
          description="In your own words; those offered have benchmarks."
          readOnly={readOnly}
          data={industries.map(({ name }) => name)}
          value={draft.industry}
          error={faults['context.industry']}
          onChange={(industry) => onChange({ industry })}
        />
        <TextInput
          label="Gross margin in percent"
          description="What is left of a sale before advertising: goods, shipping and payment taken off."
          inputMode="decimal"
          readOnly={readOnly}
          value={draft.margin}
          error={faults['context.gross_margin']}
          onChange={(event) => onChange({ margin: event.currentTarget.value })}
        />
      </div>
      <div className={classes.pair}>
        <TextInput
          label="Average order value"
          inputMode="decimal"
          readOnly={readOnly}
          value={draft.orderValue}
          error={faults['context.average_order_value']}
          onChange={(event) => onChange({ orderValue: event.currentTarget.value })}
        />
        <Select
          label="Its currency"
          searchable
          allowDeselect={false}
          readOnly={readOnly}
          data={CURRENCIES}
          value={draft.orderCurrency}
          onChange={(orderCurrency) => onChange({ orderCurrency })}
        />
      </div>
      <Textarea
        label="Business model"
        description="What it sells to whom, and how it earns."
        autosize
        minRows={2}
        readOnly={readOnly}
        value={draft.businessModel}
        error={faults['context.business_model']}
        onChange={(event) => onChange({ businessModel: event.currentTarget.value })}
      />
      <TagsInput label="Products" description="Press Enter after each." readOnly={readOnly} value={draft.products} error={faultOfList(faults, 'context.products')} onChange={(products) => onChange({ products })} />
      <TextInput label="Customer" readOnly={readOnly} value={draft.customer} error={faults['context.customer']} onChange={(event) => onChange({ customer: event.currentTarget.value })} />
      <Textarea
        label="Notes"
        description="Whatever else is worth knowing: seasons, launches, what was tried."
        autosize
        minRows={2}
        readOnly={readOnly}
        value={draft.notes}
        error={faults['context.notes']}
        onChange={(event) => onChange({ notes: event.currentTarget.value })}
      />
    </Stack>
  );
}

/** What is wrong with a list or with any of its entries. */
function faultOfList(faults: FieldsProps['faults'], at: string): string | undefined {
  return faults[at] ?? Object.entries(faults).find(([field]) => field.startsWith(`${at}[`))?.[1];
}
