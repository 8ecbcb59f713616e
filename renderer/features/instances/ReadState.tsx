import { Button, Loader } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { formatAge, formatNumber } from '../../components/figures.ts';
import { useDesk } from '../../store/desk.ts';
import { readInventory, useInventory } from '../../store/inventory.ts';
import { useNow } from '../../use-now.ts';

/** How old the list is, what is being read, and the button that reads it anew. */
export function ReadState({ cloud }: { readonly cloud: string }) {
  const reading = useInventory((state) => state.reading);
  const offline = useDesk((state) => state.connection === 'offline');
  return (
    <div className="inst-read">
      <span role="status" className="dimmed">
        {reading === 'disks' ? (
          <ReadingDisks />
        ) : reading === 'cloud' ? (
          <Reading word="Reading the cloud" />
        ) : null}
      </span>
      {reading === undefined && <Age />}
      <Button
        variant="default"
        leftSection={<IconRefresh size={16} aria-hidden />}
        disabled={reading === 'cloud' || offline}
        onClick={() => void readInventory(cloud)}
      >
        Refresh
      </Button>
    </div>
  );
}

function ReadingDisks() {
  const hosts = useInventory((state) => state.inventory?.hosts.length ?? 0);
  const words = hosts === 1 ? 'the host' : `${formatNumber(hosts)} hosts`;
  return <Reading word={`Reading disks on ${words}`} />;
}

function Reading({ word }: { readonly word: string }) {
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 8 }}>
      <Loader size={14} aria-hidden />
      {word}
    </span>
  );
}

/** Seconds that nobody wants to count. */
const JUST_NOW_MS = 3_000;

/** Ticks by itself, so that nothing else is drawn again for it. */
function Age() {
  const nowMs = useNow(true);
  const readAtMs = useInventory((state) => state.inventory?.readAtMs);
  const disksReadAtMs = useInventory((state) => state.disksReadAtMs);
  if (readAtMs === undefined) return null;
  return (
    <span
      className="dimmed"
      title={
        disksReadAtMs === undefined
          ? 'The disks on the hosts were not read yet'
          : `The disks were read ${formatAge(nowMs - disksReadAtMs)} ago`
      }
    >
      {nowMs - readAtMs < JUST_NOW_MS ? 'Read just now' : `Read ${formatAge(nowMs - readAtMs)} ago`}
    </span>
  );
}
