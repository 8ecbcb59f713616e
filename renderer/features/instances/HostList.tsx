import { memo, useMemo, useRef, type KeyboardEvent } from 'react';
import type { HostView } from '@contract/views.ts';
import { Fitted } from '../../components/Fitted.tsx';
import { formatNumber } from '../../components/figures.ts';
import { Status } from '../../components/Status.tsx';
import { diskLoad, hostWords, instancesWords, otherLoads } from './host-words.ts';
import { setFilter, useView } from './view.ts';

const names = new Intl.Collator('en', { numeric: true });

interface HostListProps {
  readonly hosts: readonly HostView[];
  readonly instances: number;
}

/** Every host with its state and its load. Choosing one shows only what is on it. */
export function HostList({ hosts, instances }: HostListProps) {
  const chosen = useView(({ filter }) => filter.host);
  const list = useRef<HTMLDivElement>(null);
  const sorted = useMemo(() => hosts.toSorted((a, b) => names.compare(a.name, b.name)), [hosts]);
  const walk = (event: KeyboardEvent): void => {
    const all = [undefined, ...sorted.map(({ name }) => name)];
    const at = all.indexOf(chosen);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const index = Math.max(0, Math.min(all.length - 1, to));
    setFilter({ host: all[index] });
    const option = list.current?.querySelectorAll<HTMLElement>('[role=option]')[index];
    option?.focus();
  };
  return (
    <div ref={list} role="listbox" aria-label="Hosts" className="inst-hosts" onKeyDown={walk}>
      <Option chosen={chosen === undefined} host={undefined}>
        <span className="inst-host-line">
          <strong>All hosts</strong>
          <Count of={instances} />
        </span>
        <AllHosts hosts={hosts} />
      </Option>
      {sorted.map((host) => (
        <HostOption key={host.name} host={host} chosen={chosen === host.name} />
      ))}
    </div>
  );
}

const HostOption = memo(function HostOption({
  host,
  chosen,
}: {
  readonly host: HostView;
  readonly chosen: boolean;
}) {
  const disk = diskLoad(host);
  const others = otherLoads(host);
  return (
    <Option chosen={chosen} host={host.name}>
      <span className="inst-host-line">
        <strong className="inst-host-name">
          <Fitted text={host.name} />
        </strong>
        <Count of={host.instances} />
      </span>
      <span className="inst-host-line">
        <Status {...hostWords(host)} />
        <span className="dimmed figures">{disk === undefined ? 'Room unknown' : disk.words}</span>
      </span>
      {disk !== undefined && (
        <span className="inst-bar" aria-hidden>
          <span style={{ width: `${String(disk.part * 100)}%` }} data-full={disk.part > 0.9 || undefined} />
        </span>
      )}
      {host.status === 'disabled' && host.disabledReason !== undefined && (
        <span className="inst-host-line dimmed">
          <Fitted text={host.disabledReason} />
        </span>
      )}
      <span className="inst-host-line inst-host-small dimmed">
        {others.map((words) => (
          <span key={words}>{words}</span>
        ))}
      </span>
    </Option>
  );
});

interface OptionProps {
  readonly chosen: boolean;
  readonly host: string | undefined;
  readonly children: React.ReactNode;
}

function Option({ chosen, host, children }: OptionProps) {
  return (
    <div
      role="option"
      aria-selected={chosen}
      tabIndex={chosen ? 0 : -1}
      className="inst-host"
      onClick={() => {
        setFilter({ host });
      }}
    >
      {children}
    </div>
  );
}

function Count({ of }: { readonly of: number }) {
  return (
    <span className="inst-count figures" title={instancesWords(of)}>
      {formatNumber(of)}
    </span>
  );
}

function AllHosts({ hosts }: { readonly hosts: readonly HostView[] }) {
  const down = hosts.filter(({ state }) => state === 'down').length;
  const disabled = hosts.filter(({ state, status }) => state === 'up' && status === 'disabled').length;
  const unread = hosts.filter(({ problem }) => problem !== undefined).length;
  const parts = [
    hosts.length === 1 ? '1 host' : `${formatNumber(hosts.length)} hosts`,
    down > 0 && `${String(down)} down`,
    disabled > 0 && `${String(disabled)} disabled`,
    unread > 0 && `${String(unread)} not readable`,
  ];
  return <span className="dimmed inst-host-small">{parts.filter(Boolean).join(', ')}</span>;
}
