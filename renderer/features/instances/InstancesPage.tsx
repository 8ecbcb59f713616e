import { Button, Group, Loader } from '@mantine/core';
import { Empty } from '../../components/Empty.tsx';
import { Problem } from '../../components/Problem.tsx';
import { hrefOf } from '../../route.ts';
import { openCloud } from '../../store/clouds.ts';
import { useDesk } from '../../store/desk.ts';
import { Inventory } from './Inventory.tsx';
import './instances.css';

/** The first screen: what is where, and what can be moved. Without a cloud it leads to one. */
export function InstancesPage() {
  const known = useDesk(({ desk }) => desk !== undefined);
  const cloud = useDesk((state) => state.cloud);
  switch (cloud.state) {
    case 'open':
      return <Inventory key={cloud.name} cloud={cloud.name} />;
    case 'opening':
      return (
        <div className="page">
          <h1>Instances</h1>
          <Empty
            title={`Opening ${cloud.name}`}
            text="Coldhaul logs in and asks the cloud what it can do."
            action={<Loader size="sm" aria-hidden />}
          />
        </div>
      );
    case 'failed':
      return (
        <div className="page">
          <h1>Instances</h1>
          <Problem title={`${cloud.name} cannot be opened`} failure={cloud.failure}>
            <Group gap="sm" mt="sm">
              <Button onClick={() => void openCloud(cloud.name)}>Try again</Button>
              <ToClouds words="Go to Clouds and hosts" isSecond />
            </Group>
          </Problem>
        </div>
      );
    case 'none':
      return (
        <div className="page">
          <h1>Instances</h1>
          {known && <NoCloud />}
        </div>
      );
  }
}

function NoCloud() {
  return (
    <Empty
      title="Choose a cloud first"
      text="Coldhaul shows the instances of one OpenStack cloud at a time. Choose one that was found on this computer, or bring in a clouds.yaml or openrc file."
      action={<ToClouds words="Choose a cloud" />}
    />
  );
}

function ToClouds({ words, isSecond = false }: { readonly words: string; readonly isSecond?: boolean }) {
  const look = isSecond ? { variant: 'default' } : { mt: 'sm' };
  return (
    <Button component="a" href={hrefOf({ page: 'clouds' })} {...look}>
      {words}
    </Button>
  );
}
