import { Button, Checkbox, Select, TextInput } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconArrowBarToDown, IconCopy, IconDeviceFloppy, IconSearch } from '@tabler/icons-react';
import { useMemo } from 'react';
import { printable } from '@contract/format.ts';
import { LEVELS, lineText, type Filtered, type Level, type LogFilter } from './filter.ts';
import { saveText } from './save-text.ts';

interface LogControlsProps {
  readonly migration: string;
  readonly filter: LogFilter;
  readonly change: (filter: LogFilter) => void;
  readonly filtered: Filtered;
  readonly follow: boolean;
  readonly setFollow: (follow: boolean) => void;
}

const WORDS = {
  debug: 'Everything',
  info: 'Info and above',
  warn: 'Warnings, errors',
  error: 'Errors only',
} as const satisfies Record<Level, string>;

/** Which lines are shown, and what can be done with them. */
export function LogControls(props: LogControlsProps) {
  const { migration, filter, change, filtered, follow, setFollow } = props;
  const clipboard = useClipboard();
  const { hosts, disks } = useNames(filtered.source);
  const text = (): string => `${filtered.shown.map(lineText).join('\n')}\n`;
  return (
    <div className="log-controls">
      <TextInput
        aria-label="Search the log"
        placeholder="Search the log"
        leftSection={<IconSearch size={14} aria-hidden />}
        value={filter.search}
        onChange={(event) => {
          change({ ...filter, search: event.currentTarget.value });
        }}
      />
      <Select
        aria-label="Level"
        w={148}
        allowDeselect={false}
        data={LEVELS.map((value) => ({ value, label: WORDS[value] }))}
        value={filter.level}
        onChange={(level) => {
          if (level !== null) change({ ...filter, level });
        }}
      />
      <Select
        aria-label="Host"
        placeholder="All hosts"
        w={148}
        clearable
        data={hosts}
        value={filter.host ?? null}
        onChange={(host) => {
          change({ ...filter, host: host ?? undefined });
        }}
      />
      <Select
        aria-label="Disk"
        placeholder="All disks"
        w={132}
        clearable
        data={disks}
        value={filter.disk ?? null}
        onChange={(disk) => {
          change({ ...filter, disk: disk ?? undefined });
        }}
      />
      <Checkbox
        label="All migrations"
        checked={filter.migration === undefined}
        onChange={(event) => {
          change({ ...filter, migration: event.currentTarget.checked ? undefined : migration });
        }}
      />
      <span style={{ flex: 1 }} />
      <Button
        variant={follow ? 'light' : 'default'}
        aria-pressed={follow}
        leftSection={<IconArrowBarToDown size={14} aria-hidden />}
        onClick={() => {
          setFollow(!follow);
        }}
      >
        Follow
      </Button>
      {/* The text of 100,000 lines is made when it is asked for, and not before. */}
      <Button
        variant="default"
        disabled={filtered.shown.length === 0}
        leftSection={<IconCopy size={14} aria-hidden />}
        onClick={() => {
          clipboard.copy(text());
        }}
      >
        {clipboard.copied ? 'Copied' : 'Copy'}
      </Button>
      <Button
        variant="default"
        disabled={filtered.shown.length === 0}
        leftSection={<IconDeviceFloppy size={14} aria-hidden />}
        onClick={() => {
          saveText(`coldhaul-${migration.slice(0, 8)}.log`, text());
        }}
      >
        Save
      </Button>
    </div>
  );
}

/** Hosts and disks that the log knows, to choose from. */
function useNames(source: Filtered['source']): {
  readonly hosts: readonly Choice[];
  readonly disks: readonly Choice[];
} {
  return useMemo(() => {
    const hosts = new Set<string>();
    const disks = new Set<string>();
    for (const { host, disk } of source) {
      if (host !== undefined) hosts.add(host);
      if (disk !== undefined) disks.add(disk);
    }
    return { hosts: choices(hosts), disks: choices(disks) };
  }, [source]);
}

interface Choice {
  readonly value: string;
  readonly label: string;
}

function choices(names: ReadonlySet<string>): readonly Choice[] {
  return [...names].sort().map((value) => ({ value, label: printable(value) }));
}
