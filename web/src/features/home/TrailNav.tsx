import { UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconChevronRight } from '@tabler/icons-react';
import { textOf } from '@/api/result';
import type { HomeView } from './levels';
import { nounOf } from '@/lib/levels';
import { platformName } from '@/lib/platforms';
import { pathOptions, type HomeScope } from './queries';
import classes from './HomePage.module.css';

interface Props {
  scope: HomeScope;
  view: HomeView;
  onView: (change: Partial<HomeView>) => void;
}

/** Leaving a level leaves what was typed and sorted on it. */
const TOP: Partial<HomeView> = { campaign: undefined, ad_group: undefined, q: undefined, sort: undefined };

/** Where in the account tree the page stands, with the way back. */
export function TrailNav({ scope, view, onView }: Props) {
  const names = useQuery({ ...pathOptions(scope, view), enabled: view.campaign !== undefined });
  const row = view.campaign && !names.isPlaceholderData ? names.data?.rows[0] : undefined;
  // An object without facts in these days has no name here; its id still says which it is.
  const campaign = (row && textOf(row, 'campaign')) || view.campaign;
  const adGroup = (row && textOf(row, 'ad_group')) || view.ad_group;
  const all = view.platform ? `${platformName(view.platform)} campaigns` : 'All campaigns';
  const platform = row ? textOf(row, 'platform') : 'meta';

  if (!view.campaign) {
    return (
      <div>
        {view.platform && (
          <nav aria-label="Breadcrumb">
            <ol className={classes.trail}>
              <li>
                <UnstyledButton className={classes.crumb} onClick={() => onView({ ...TOP, platform: undefined })}>
                  All platforms
                </UnstyledButton>
                <IconChevronRight size={13} aria-hidden />
              </li>
              <li aria-current="page">{platformName(view.platform)}</li>
            </ol>
          </nav>
        )}
        <h1 className={classes.title}>{view.platform ? platformName(view.platform) : scope.tenant.name}</h1>
      </div>
    );
  }
  return (
    <div>
      <nav aria-label="Breadcrumb">
        <ol className={classes.trail}>
          <li>
            <UnstyledButton className={classes.crumb} onClick={() => onView(TOP)}>
              {all}
            </UnstyledButton>
            <IconChevronRight size={13} aria-hidden />
          </li>
          {view.ad_group && (
            <li>
              <UnstyledButton className={classes.crumb} onClick={() => onView({ ad_group: undefined, q: undefined, sort: undefined })}>
                {campaign}
              </UnstyledButton>
              <IconChevronRight size={13} aria-hidden />
            </li>
          )}
          <li aria-current="page">{nounOf(view.ad_group ? 'ad_group' : 'campaign', platform).one}</li>
        </ol>
      </nav>
      <h1 className={classes.title}>{view.ad_group ? adGroup : campaign}</h1>
    </div>
  );
}
