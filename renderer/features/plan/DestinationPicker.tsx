import { Radio, Table, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { Cut } from '../../components/Cut.tsx';
import { formatNumber } from '../../components/figures.ts';
import { Status } from '../../components/Status.tsx';
import type { Destination } from './destinations.ts';

interface DestinationPickerProps {
  readonly rows: readonly Destination[];
  readonly chosen: string | undefined;
  readonly choose: (host: string) => void;
}

/** From this many hosts on, a search field helps. */
const MANY = 8;

/** Every host with its room and load; those that cannot be chosen say why. */
export function DestinationPicker({ rows, chosen, choose }: DestinationPickerProps) {
  const [search, setSearch] = useState('');
  const shown = rows.filter(({ host }) => host.name.toLowerCase().includes(search.toLowerCase()));
  const possible = rows.filter(({ refused }) => refused === undefined).length;
  return (
    <div className="destinations">
      {rows.length >= MANY && (
        <TextInput
          aria-label="Search the hosts"
          placeholder="Search the hosts"
          leftSection={<IconSearch size={14} aria-hidden />}
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
          }}
        />
      )}
      {possible === 0 && (
        <p className="warn" role="status">
          No host can take {rows.length === 0 ? 'it: the cloud knows of none.' : 'it. Each row says why.'}
        </p>
      )}
      <div
        className="panel panel-table destination-rows"
        role="radiogroup"
        aria-labelledby="destination-title"
      >
        <Table stickyHeader highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Host</Table.Th>
              <Table.Th className="figures">Free, GiB</Table.Th>
              <Table.Th className="figures">Instances</Table.Th>
              <Table.Th className="figures">Load, %</Table.Th>
              <Table.Th>State</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((row) => (
              <Row key={row.host.name} row={row} chosen={row.host.name === chosen} choose={choose} />
            ))}
          </Table.Tbody>
        </Table>
        {shown.length === 0 && <p className="dimmed no-row">No host has this in its name.</p>}
      </div>
    </div>
  );
}

interface RowProps {
  readonly row: Destination;
  readonly chosen: boolean;
  readonly choose: (host: string) => void;
}

function Row({ row: { host, freeGib, load, refused, recommended }, chosen, choose }: RowProps) {
  const possible = refused === undefined;
  return (
    <Table.Tr
      className={possible ? 'destination' : 'destination destination-refused'}
      onClick={() => {
        if (possible) choose(host.name);
      }}
    >
      <Table.Td>
        <Radio
          size="xs"
          name="destination"
          value={host.name}
          checked={chosen}
          disabled={!possible}
          onChange={() => {
            choose(host.name);
          }}
          label={<Cut text={host.name} length={32} />}
        />
      </Table.Td>
      <Table.Td className="figures">{freeGib === undefined ? '–' : formatNumber(freeGib)}</Table.Td>
      <Table.Td className="figures">{host.instances}</Table.Td>
      <Table.Td className="figures">{load === undefined ? '–' : (load * 100).toFixed(0)}</Table.Td>
      <Table.Td className="destination-state">
        {possible ? (
          <Status
            tone={host.problem === undefined ? 'good' : 'warn'}
            word={host.problem ?? (recommended ? 'Recommended' : 'Ready')}
          />
        ) : (
          <Status tone={host.state === 'down' ? 'bad' : 'quiet'} word={refused} />
        )}
      </Table.Td>
    </Table.Tr>
  );
}
