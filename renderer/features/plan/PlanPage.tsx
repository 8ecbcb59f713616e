import './plan.css';
import { Anchor, Title } from '@mantine/core';
import { useEffect, useMemo } from 'react';
import { Cut } from '../../components/Cut.tsx';
import { Empty } from '../../components/Empty.tsx';
import { hrefOf } from '../../route.ts';
import { useDesk } from '../../store/desk.ts';
import { readInventory, useInventory, useOpenCloud } from '../../store/inventory.ts';
import { openPlans } from '../../store/plans.ts';
import { movingOf, type Moving } from './moving.ts';
import { PlanScreen } from './PlanScreen.tsx';

/** Where to move these instances, how, and what that would mean; nothing happens before the one button. */
export function PlanPage({ servers }: { readonly servers: readonly string[] }) {
  const cloud = useOpenCloud();
  const deskIsRead = useDesk((state) => state.desk !== undefined);
  const opening = useDesk((state) => state.cloud.state === 'opening');
  const inventory = useInventory((state) => (state.cloud === cloud ? state.inventory : undefined));
  const moving = useMemo(() => movingOf(servers, inventory), [servers, inventory]);
  useEffect(() => {
    openPlans(servers);
  }, [servers]);
  useEffect(() => {
    const { cloud: read, inventory: there, reading } = useInventory.getState();
    const known = read === cloud && (there !== undefined || reading !== undefined);
    if (cloud !== undefined && !known) void readInventory(cloud);
  }, [cloud]);
  return (
    <div className="page plan">
      <PlanTitle moving={moving} />
      {cloud !== undefined ? (
        <PlanScreen servers={servers} moving={moving} hosts={inventory?.hosts} cloud={cloud} />
      ) : !deskIsRead || opening ? (
        <p role="status">Opening the cloud…</p>
      ) : (
        <Empty
          title="No cloud is open"
          text="A plan needs the cloud that the instance is in."
          action={<Anchor href={hrefOf({ page: 'clouds' })}>Choose a cloud</Anchor>}
        />
      )}
    </div>
  );
}

function PlanTitle({ moving }: { readonly moving: readonly Moving[] }) {
  const [only, ...others] = moving;
  const sources = [...new Set(moving.flatMap(({ instance }) => instance?.host ?? []))];
  return (
    <div className="page-title">
      <Title order={1}>
        {only !== undefined && others.length === 0 ? (
          <>
            Move <Cut text={only.name} length={48} />
          </>
        ) : (
          `Move ${String(moving.length)} instances`
        )}
      </Title>
      {sources.length > 0 && (
        <span className="dimmed">
          from{' '}
          {sources.length <= 3 ? (
            <Cut text={sources.join(', ')} length={72} />
          ) : (
            `${String(sources.length)} hosts`
          )}
        </span>
      )}
    </div>
  );
}
