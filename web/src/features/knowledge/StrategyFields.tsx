import { ActionIcon, Button, Select, TagsInput, TextInput, Textarea } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { emptyChannel, type ChannelDraft } from './draft';
import type { FieldsProps } from './fields';
import { AD_PLATFORMS } from './view';
import { platformName } from '@/lib/platforms';
import classes from './Knowledge.module.css';

/** What each platform is there for. */
export function StrategyFields({ draft, faults, readOnly, onChange }: FieldsProps) {
  const { strategy } = draft;
  const set = (key: number, change: Partial<ChannelDraft>): void => onChange({ strategy: strategy.map((channel) => (channel.key === key ? { ...channel, ...change } : channel)) });
  const taken = new Set(strategy.map(({ platform }) => platform));
  return (
    <>
      {strategy.length === 0 && <p className={classes.none}>Nothing is agreed yet.</p>}
      <ul className={classes.rows} aria-label="Platforms">
        {strategy.map((channel, i) => {
          const at = (field: string): string | undefined => Object.entries(faults).find(([name]) => name.startsWith(`strategy[${i}].${field}`))?.[1];
          return (
            <li key={channel.key} className={classes.channel} aria-label={`Platform ${i + 1}`}>
              <Select
                label="Platform"
                readOnly={readOnly}
                data={AD_PLATFORMS.map((id) => ({ value: id, label: platformName(id), disabled: taken.has(id) && id !== channel.platform }))}
                value={channel.platform}
                error={at('platform')}
                onChange={(platform) => set(channel.key, { platform })}
              />
              <TextInput label="Objective" placeholder="Sales, leads, awareness" readOnly={readOnly} value={channel.objective} error={at('objective')} onChange={(event) => set(channel.key, { objective: event.currentTarget.value })} />
              <TagsInput label="Kinds of campaigns" readOnly={readOnly} value={channel.campaignTypes} error={at('campaign_types')} onChange={(campaignTypes) => set(channel.key, { campaignTypes })} />
              {!readOnly && (
                <ActionIcon variant="subtle" color="gray" size={36} aria-label={`Remove platform ${i + 1}`} onClick={() => onChange({ strategy: strategy.filter(({ key }) => key !== channel.key) })}>
                  <IconTrash size={17} stroke={1.6} />
                </ActionIcon>
              )}
              <Textarea className={classes.wide} label="What is agreed" autosize minRows={1} readOnly={readOnly} value={channel.notes} error={at('notes')} onChange={(event) => set(channel.key, { notes: event.currentTarget.value })} />
            </li>
          );
        })}
      </ul>
      {!readOnly && strategy.length < AD_PLATFORMS.length && (
        <Button variant="default" size="xs" leftSection={<IconPlus size={15} aria-hidden />} onClick={() => onChange({ strategy: [...strategy, emptyChannel()] })}>
          Add a platform
        </Button>
      )}
    </>
  );
}
