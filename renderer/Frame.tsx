import { ActionIcon, Badge, Tooltip, useMantineColorScheme } from '@mantine/core';
import {
  IconArrowsExchange,
  IconCloud,
  IconDeviceDesktop,
  IconKeyboard,
  IconLifebuoy,
  IconMoon,
  IconServer2,
  IconSettings,
  IconSun,
} from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { Cut } from './components/Cut.tsx';
import { Problem } from './components/Problem.tsx';
import { Status } from './components/Status.tsx';
import { ShortcutsDialog, useShortcuts } from './features/help/Shortcuts.tsx';
import { hrefOf, useRoute, type Route } from './route.ts';
import { readDesk, useDesk } from './store/desk.ts';
import { countUrgent, useRecovery } from './store/recovery.ts';

const LINKS = [
  { route: { page: 'instances' }, word: 'Instances', Icon: IconServer2 },
  { route: { page: 'migrations' }, word: 'Migrations', Icon: IconArrowsExchange },
  { route: { page: 'recovery' }, word: 'Recovery', Icon: IconLifebuoy },
  { route: { page: 'clouds' }, word: 'Clouds and hosts', Icon: IconCloud },
  { route: { page: 'settings' }, word: 'Settings', Icon: IconSettings },
] as const satisfies readonly {
  readonly route: Route;
  readonly word: string;
  readonly Icon: typeof IconCloud;
}[];

/** What stands around every screen: where one is, which cloud, and whether the engine is heard. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const [helpOpen, setHelpOpen] = useState(false);
  useShortcuts(() => {
    setHelpOpen(true);
  });
  const connection = useDesk((state) => state.connection);
  const failure = useDesk((state) => state.failure);
  return (
    <div className="frame">
      <header className="frame-head">
        <span className="frame-name">Coldhaul</span>
        <CloudName />
        <span style={{ flex: 1 }} />
        {connection === 'offline' && (
          <span role="status">
            <Status tone="warn" word="Engine not reachable; connecting again" />
          </span>
        )}
        <Tooltip label="Keyboard shortcuts (?)">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label="Keyboard shortcuts"
            onClick={() => {
              setHelpOpen(true);
            }}
          >
            <IconKeyboard size={18} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <SchemeSwitch />
      </header>
      <Rail />
      <main className="frame-body" id="content" tabIndex={-1}>
        {failure !== undefined && (
          <div style={{ padding: 16 }}>
            <Problem failure={failure} title="The engine did not answer" again={() => void readDesk()} />
          </div>
        )}
        {children}
      </main>
      <ShortcutsDialog
        opened={helpOpen}
        close={() => {
          setHelpOpen(false);
        }}
      />
    </div>
  );
}

function Rail() {
  const route = useRoute();
  const waiting = useDesk(
    ({ migrations }) => migrations.filter(({ phase }) => phase === 'awaiting-verdict').length,
  );
  const urgent = useRecovery(({ stuck }) => countUrgent(stuck));
  const section = sectionOf(route);
  return (
    <nav className="frame-rail" aria-label="Screens">
      {LINKS.map(({ route: target, word, Icon }) => (
        <a
          key={target.page}
          className="frame-link"
          href={hrefOf(target)}
          aria-current={section === target.page ? 'page' : undefined}
        >
          <Icon size={18} aria-hidden />
          <span style={{ flex: 1 }}>{word}</span>
          {target.page === 'migrations' && (
            <Count count={waiting} color="indigo" what="waiting for a verdict" />
          )}
          {target.page === 'recovery' && <Count count={urgent} color="red" what="in danger or stuck" />}
        </a>
      ))}
    </nav>
  );
}

interface CountProps {
  readonly count: number;
  readonly color: string;
  /** For the ear: `3 waiting for a verdict`. */
  readonly what: string;
}

/** How many there are that want somebody; nothing if there are none. */
function Count({ count, color, what }: CountProps) {
  if (count === 0) return null;
  return (
    <Badge size="sm" color={color} variant="filled" aria-label={`${String(count)} ${what}`}>
      {count}
    </Badge>
  );
}

/** Which link of the rail a screen belongs to. */
function sectionOf({ page }: Route): Route['page'] {
  switch (page) {
    case 'migration':
    case 'report':
      return 'migrations';
    case 'plan':
      return 'instances';
    case 'case':
      return 'recovery';
    case 'instances':
    case 'migrations':
    case 'recovery':
    case 'clouds':
    case 'settings':
      return page;
  }
}

function CloudName() {
  const cloud = useDesk((state) => state.cloud);
  switch (cloud.state) {
    case 'none':
      return <span className="dimmed">No cloud chosen</span>;
    case 'opening':
      return <Status tone="busy" word={`Opening ${cloud.name}`} />;
    case 'failed':
      return <Status tone="bad" word={`${cloud.name}: cannot be opened`} />;
    case 'open':
      return (
        <span>
          <Cut text={cloud.name} length={32} />{' '}
          <span className="dimmed">
            {cloud.userName}
            {cloud.projectName === undefined ? '' : ` in ${cloud.projectName}`}
          </span>
        </span>
      );
  }
}

const SCHEMES = { auto: IconDeviceDesktop, light: IconSun, dark: IconMoon } as const;
const NEXT = { auto: 'light', light: 'dark', dark: 'auto' } as const;
const WORDS = { auto: 'as the system', light: 'light', dark: 'dark' } as const;

function SchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Icon = SCHEMES[colorScheme];
  const label = `Colours: ${WORDS[colorScheme]}. Change to ${WORDS[NEXT[colorScheme]]}.`;
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={label}
        onClick={() => {
          setColorScheme(NEXT[colorScheme]);
        }}
      >
        <Icon size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
