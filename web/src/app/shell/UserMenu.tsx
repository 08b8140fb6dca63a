import { ActionIcon, Menu, useComputedColorScheme, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { IconCheck, IconDeviceDesktop, IconLogout, IconMoon, IconShieldLock, IconSun, IconUserCircle } from '@tabler/icons-react';
import { meOptions, signOut } from '@/api/session';
import classes from '@/app/shell/Shell.module.css';

const THEMES: readonly { id: MantineColorScheme; label: string; Icon: typeof IconSun }[] = [
  { id: 'light', label: 'Light', Icon: IconSun },
  { id: 'dark', label: 'Dark', Icon: IconMoon },
  { id: 'auto', label: 'As the system', Icon: IconDeviceDesktop },
];

export function UserMenu() {
  const { data: me } = useQuery(meOptions);
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme('light') === 'dark';
  return (
    <div className={classes.tools}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={38}
        className={classes.tool}
        aria-label={dark ? 'Use the light theme' : 'Use the dark theme'}
        onClick={() => setColorScheme(dark ? 'light' : 'dark')}
      >
        {dark ? <IconSun size={19} stroke={1.6} /> : <IconMoon size={19} stroke={1.6} />}
      </ActionIcon>
      <Menu position="bottom-end" width={250} shadow="md">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={38} className={classes.tool} aria-label="Account menu">
            <IconUserCircle size={22} stroke={1.5} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <div className={classes.who}>
            <strong>{me?.user?.name || me?.user?.email}</strong>
            {me?.user?.name && <span>{me.user.email}</span>}
            <span>
              {[me?.agency, ...new Set(me?.grants.map((grant) => grant.role_label))].filter(Boolean).join(' · ')}
            </span>
          </div>
          <Menu.Divider />
          <Menu.Label>Theme</Menu.Label>
          {THEMES.map(({ id, label, Icon }) => (
            <Menu.Item
              key={id}
              leftSection={<Icon size={16} stroke={1.6} aria-hidden />}
              rightSection={colorScheme === id ? <IconCheck size={15} aria-label="chosen" /> : null}
              onClick={() => setColorScheme(id)}
            >
              {label}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<IconShieldLock size={16} stroke={1.6} aria-hidden />} onClick={() => void navigate({ to: '/settings', search: { part: 'security' } })}>
            My security
          </Menu.Item>
          <Menu.Item
            leftSection={<IconLogout size={16} stroke={1.6} aria-hidden />}
            onClick={() => {
              // A fresh page forgets everything that was read; it is loaded whether or not the server could be told.
              void signOut().finally(() => globalThis.location.assign('/sign-in'));
            }}
          >
            Sign out
          </Menu.Item>
          <Menu.Divider />
          <Menu.Label>Trimtab {me?.version}</Menu.Label>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
