import { Button, Group, Loader } from '@mantine/core';
import { useState } from 'react';
import type { CloudView } from '@contract/desk-views.ts';
import { Problem } from '../../components/Problem.tsx';
import { Status } from '../../components/Status.tsx';
import { hrefOf } from '../../route.ts';
import { openCloud, useClouds } from '../../store/clouds.ts';
import { useDesk } from '../../store/desk.ts';
import { SecretDialog } from './SecretDialog.tsx';

/** The cloud that the page works on: whether it is open, as whom, and what to do if it is not. */
export function CloudPanel() {
  const cloud = useDesk((state) => state.cloud);
  switch (cloud.state) {
    case 'none':
      return (
        <p className="panel clouds-note">
          No cloud is open. Open one of the clouds below to see its hosts and instances.
        </p>
      );
    case 'opening':
      return (
        <Group className="panel" gap="sm" role="status">
          <Loader size="xs" /> Opening {cloud.name}: logging in and asking what the cloud can do…
        </Group>
      );
    case 'failed':
      return <Failed cloud={cloud} />;
    case 'open':
      return <Open cloud={cloud} />;
  }
}

function Open({ cloud }: { readonly cloud: Extract<CloudView, { state: 'open' }> }) {
  const { name, userName, projectName, roles, region, computeVersion } = cloud;
  return (
    <section className="panel clouds-open" aria-label="The open cloud" role="status">
      <Status tone="good" word={`${name} is open`} />
      <dl className="clouds-facts">
        <Fact name="User" value={userName} />
        <Fact name="Project" value={projectName ?? 'none'} />
        <Fact name="Roles" value={roles.join(', ') || 'none'} />
        {region !== undefined && <Fact name="Region" value={region} />}
        <Fact name="Compute API" value={computeVersion} />
      </dl>
      <Button component="a" href={hrefOf({ page: 'instances' })} variant="default">
        Go to the instances
      </Button>
    </section>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Failed({ cloud: { name, failure } }: { readonly cloud: Extract<CloudView, { state: 'failed' }> }) {
  const [asking, setAsking] = useState(false);
  const profile = useClouds(({ clouds }) => clouds?.profiles.find((known) => known.name === name));
  const canGiveSecret =
    profile?.needsSecret === true || (profile?.imported === true && failure.code === 'cloud.credentials');
  return (
    <Problem failure={failure} title={`${name} cannot be opened`} again={() => void openCloud(name)}>
      {canGiveSecret && (
        <Button
          mt="sm"
          variant="default"
          onClick={() => {
            setAsking(true);
          }}
        >
          Give its password
        </Button>
      )}
      {asking && profile !== undefined && (
        <SecretDialog
          profile={profile}
          close={() => {
            setAsking(false);
          }}
        />
      )}
    </Problem>
  );
}
