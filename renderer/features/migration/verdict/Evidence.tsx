import { Table, Title } from '@mantine/core';
import { formatBytes, isOver, sentence } from '@contract/format.ts';
import type { MigrationView } from '@contract/views.ts';
import { Copy } from '../../../components/Copyable.tsx';
import { Status } from '../../../components/Status.tsx';

/** Everything that was looked at before the verdict, on one page: proofs, digests, and where the copies are. */
export function Evidence({ view }: { readonly view: MigrationView }) {
  const { proofs, proven, novaCopiedBytes, route } = view;
  return (
    <section className="panel evidence" aria-labelledby="evidence-title">
      <div className="panel-title">
        <Title order={2} id="evidence-title">
          Evidence
        </Title>
        <Status tone={proven ? 'good' : 'bad'} word={proven ? 'Proven' : 'Not proven'} />
        {isOver(view.phase) && (
          <span className="dimmed">as it was seen before the end, not as it is now</span>
        )}
      </div>
      {proofs.length === 0 ? (
        <p className="dimmed">Nothing was looked at yet.</p>
      ) : (
        <Table className="evidence-proofs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={150}>Looked at</Table.Th>
              <Table.Th w={120}>Result</Table.Th>
              <Table.Th>What was seen</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {proofs.map(({ name, ok, said }) => (
              <Table.Tr key={name}>
                <Table.Th scope="row">{sentence(name)}</Table.Th>
                <Table.Td>
                  <Status tone={ok ? 'good' : 'bad'} word={ok ? 'In order' : 'Not in order'} />
                </Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{said}</Table.Td>
              </Table.Tr>
            ))}
            {novaCopiedBytes !== undefined && (
              <Table.Tr>
                <Table.Th scope="row">Copied by Nova</Table.Th>
                <Table.Td>
                  <Status tone="note" word={formatBytes(novaCopiedBytes)} />
                </Table.Td>
                <Table.Td>{copiedWords(route, novaCopiedBytes)}</Table.Td>
              </Table.Tr>
            )}
          </Table.Tbody>
        </Table>
      )}
      <Digests view={view} />
    </section>
  );
}

function copiedWords(route: MigrationView['route'], bytes: number): string {
  switch (route) {
    case 'nova':
      return 'Nova copied, and both sides were compared afterwards.';
    case 'thin':
      return 'Nova copied the overlays; the data are in the layers, which were proven before.';
    case 'seed':
      return bytes === 0
        ? 'Nova adopted the proven copy without writing a byte.'
        : 'Nova wrote at the destination itself, after the copy was proven.';
  }
}

function Digests({ view }: { readonly view: MigrationView }) {
  const rows = view.disks.flatMap(({ name, digest }) => (digest === undefined ? [] : [{ name, ...digest }]));
  if (rows.length === 0) return null;
  return (
    <details>
      <summary>
        Digests of {rows.length === 1 ? 'one file' : `${String(rows.length)} files`}, on both hosts
      </summary>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>File</Table.Th>
            <Table.Th>Result</Table.Th>
            <Table.Th>
              Digest on {view.source} and {view.destination}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ name, algorithm, source, destination }) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" className="mono">
                {name}
              </Table.Th>
              <Table.Td>
                <Status
                  tone={source === destination ? 'good' : 'bad'}
                  word={source === destination ? 'Equal' : 'Different'}
                />
              </Table.Td>
              <Table.Td>
                <Digest text={source} algorithm={algorithm} />
                {source !== destination && <Digest text={destination} algorithm={algorithm} />}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </details>
  );
}

function Digest({ text, algorithm }: { readonly text: string; readonly algorithm: string }) {
  return (
    <div className="digest">
      <span className="dimmed">{algorithm}</span>
      <code className="mono">{text}</code>
      <Copy text={text} what="Copy the digest" />
    </div>
  );
}
