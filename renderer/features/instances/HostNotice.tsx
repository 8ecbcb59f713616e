import { Button } from '@mantine/core';
import type { HostView } from '@contract/views.ts';
import { formatBytes } from '@contract/format.ts';
import { Copy } from '../../components/Copyable.tsx';
import { Problem } from '../../components/Problem.tsx';
import { Status } from '../../components/Status.tsx';
import { readHost, useInventory } from '../../store/inventory.ts';
import { hostWords } from './host-words.ts';

const TRANSPORTS = { rsync: 'Nova copies by rsync', ssh: 'Nova copies by scp' } as const;

/** What is known of the chosen host beyond its line in the list, and the way to read it alone. */
export function HostNotice({ host }: { readonly host: HostView }) {
  const reading = useInventory(
    (state) => state.reading === 'disks' || state.readingHosts.includes(host.name),
  );
  const again = () => void readHost(host.name);
  const { onHost, problem, address, disabledReason } = host;
  return (
    <>
      <div className="inst-host-facts">
        <strong>{host.name}</strong>
        <Status {...hostWords(host)} />
        {disabledReason !== undefined && <span className="dimmed">“{disabledReason}”</span>}
        <span className="inst-id">
          <code className="mono">{address}</code>{' '}
          <Copy text={address} what={`Copy the address of ${host.name}`} />
        </span>
        {onHost !== undefined && (
          <>
            <span>
              {formatBytes(onHost.freeBytes)} of {formatBytes(onHost.totalBytes)} free on its disk
            </span>
            <span>{TRANSPORTS[onHost.transport]}</span>
          </>
        )}
        {problem === undefined && (
          <Button variant="subtle" size="compact-xs" loading={reading} onClick={again}>
            Read this host again
          </Button>
        )}
      </div>
      {problem !== undefined && (
        <Problem
          tone="warn"
          title={`${host.name} could not be read`}
          failure={{
            message: problem,
            hint: 'What Nova tells of its instances is shown; their disks are not known. Clouds and hosts can test the connection.',
          }}
          {...(!reading && { again })}
        />
      )}
    </>
  );
}
