import { Button, CloseButton } from '@mantine/core';
import { IconArrowRight, IconLifebuoy } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Copy } from '../../components/Copyable.tsx';
import { Cut } from '../../components/Cut.tsx';
import { formatAge } from '../../components/figures.ts';
import { Problem } from '../../components/Problem.tsx';
import { Status } from '../../components/Status.tsx';
import { hrefOf } from '../../route.ts';
import { DetailsDisks } from './DetailsDisks.tsx';
import { planThem } from './plan-them.ts';
import type { Row } from './rows.ts';
import { useView } from './view.ts';
import { firmwareWords, migrationWords } from './words.ts';

/** Everything that is known of one instance. */
export function Details({ row, nowMs }: { readonly row: Row; readonly nowMs: number }) {
  const { instance, migration } = row;
  return (
    <section className="inst-details" aria-label={`Details of ${instance.name}`}>
      <div className="inst-details-head">
        <h2>
          <Cut text={instance.name} length={48} />
        </h2>
        <Status {...row.status} />
        <span style={{ flex: 1 }} />
        <Button
          variant="default"
          rightSection={<IconArrowRight size={16} aria-hidden />}
          onClick={() => {
            planThem([row]);
          }}
        >
          Plan a migration
        </Button>
        <CloseButton
          aria-label="Close the details"
          onClick={() => {
            useView.setState({ detailsOpen: false });
          }}
        />
      </div>
      <div className="inst-details-body">
        {instance.warning !== undefined && (
          <Problem tone="warn" title="It looks stuck" failure={{ message: instance.warning }}>
            <Button
              component="a"
              href={hrefOf({ page: 'case', id: instance.id })}
              variant="default"
              mt="sm"
              leftSection={<IconLifebuoy size={16} aria-hidden />}
            >
              Diagnose
            </Button>
          </Problem>
        )}
        {migration !== undefined && (
          <p className="inst-line">
            <a href={hrefOf({ page: 'migration', id: migration.id })}>
              Migration from {migration.source} to {migration.destination}
            </a>
            <Status {...migrationWords(migration)} />
          </p>
        )}
        <DetailsDisks instance={instance} />
        <Facts row={row} nowMs={nowMs} />
      </div>
    </section>
  );
}

function Facts({ row, nowMs }: { readonly row: Row; readonly nowMs: number }) {
  const { instance, updatedAtMs } = row;
  const {
    id,
    projectId,
    projectName,
    host,
    taskState,
    locked,
    volumes,
    configDrive,
    flavorDiskGib,
    domain,
    firmware,
  } = instance;
  return (
    <dl className="inst-facts">
      <Fact name="Id">
        <CopyableId id={id} what="Copy the id" />
      </Fact>
      <Fact name="Project">
        {projectName !== undefined && (
          <>
            <Cut text={projectName} length={24} />{' '}
          </>
        )}
        <CopyableId id={projectId} what="Copy the project id" />
      </Fact>
      <Fact name="Host">{host ?? 'On no host'}</Fact>
      <Fact name="Domain on its host">{domain ?? 'Not read'}</Fact>
      <Fact name="Firmware">{firmwareWords(firmware)}</Fact>
      <Fact name="Nova is doing">{taskState ?? 'Nothing'}</Fact>
      <Fact name="Last change">
        {Number.isNaN(updatedAtMs)
          ? 'Unknown'
          : `${new Date(updatedAtMs).toLocaleString()} (${formatAge(nowMs - updatedAtMs)} ago)`}
      </Fact>
      <Fact name="Locked">{locked === undefined ? 'Unknown' : locked ? 'Yes' : 'No'}</Fact>
      <Fact name="Volumes">
        {volumes === 0 ? 'None' : `${String(volumes)}; not copied, Nova attaches them`}
      </Fact>
      <Fact name="Config drive">{configDrive ? 'Yes' : 'No'}</Fact>
      <Fact name="Disk by flavor">
        {flavorDiskGib === undefined ? 'Unknown' : `${String(flavorDiskGib)} GiB`}
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt className="dimmed">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function CopyableId({ id, what }: { readonly id: string; readonly what: string }) {
  return (
    <span className="inst-id">
      <code className="mono">{id}</code>
      <Copy text={id} what={what} />
    </span>
  );
}
