import { Button, Loader } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { printable } from '@contract/format.ts';
import { useDesk } from '../../store/desk.ts';
import { lookForStuck, useRecovery } from '../../store/recovery.ts';
import { ReadAgo } from './ReadAgo.tsx';

/** When it was looked last, what the look is at, and the button that looks. */
export function LookState() {
  const { stuck, looking, progress } = useRecovery();
  const offline = useDesk((state) => state.connection === 'offline');
  const resting = looking || offline;
  return (
    <div className="recovery-state">
      <span role="status" className="dimmed">
        {looking && (
          <>
            <Loader size={14} aria-hidden /> {printable(progress ?? 'Asking the cloud')}…
          </>
        )}
      </span>
      {!looking && stuck !== undefined && <ReadAgo word="Looked" atMs={stuck.readAtMs} />}
      <Button
        variant={stuck === undefined ? 'filled' : 'default'}
        leftSection={<IconSearch size={16} aria-hidden />}
        // Not disabled: a button that has the focus keeps it while the look runs.
        aria-disabled={resting}
        data-disabled={resting}
        onClick={() => {
          if (!resting) void lookForStuck();
        }}
      >
        {stuck === undefined ? 'Look for stuck instances' : 'Look again'}
      </Button>
    </div>
  );
}
