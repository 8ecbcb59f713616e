import { Button, Group, Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import { Empty } from '../../components/Empty.tsx';
import { Problem } from '../../components/Problem.tsx';
import { hrefOf } from '../../route.ts';
import { openCloud } from '../../store/clouds.ts';
import { useDesk } from '../../store/desk.ts';

interface WithCloudProps {
  /** Head of the screen. */
  readonly title: string;
  /** Why the screen needs a cloud. */
  readonly why: string;
  /** The screen itself, on the cloud of this name. */
  readonly children: (cloud: string) => ReactNode;
}

/** A screen that works on the open cloud; without one it leads to one. */
export function WithCloud({ title, why, children }: WithCloudProps) {
  const known = useDesk(({ desk }) => desk !== undefined);
  const cloud = useDesk((state) => state.cloud);
  if (cloud.state === 'open') return children(cloud.name);
  return (
    <div className="page">
      <h1>{title}</h1>
      {cloud.state === 'opening' && (
        <Empty
          title={`Opening ${cloud.name}`}
          text="Coldhaul logs in and asks the cloud what it can do."
          action={<Loader size="sm" aria-hidden />}
        />
      )}
      {cloud.state === 'failed' && (
        <Problem title={`${cloud.name} cannot be opened`} failure={cloud.failure}>
          <Group gap="sm" mt="sm">
            <Button onClick={() => void openCloud(cloud.name)}>Try again</Button>
            <ToClouds words="Go to Clouds and hosts" isSecond />
          </Group>
        </Problem>
      )}
      {cloud.state === 'none' && known && (
        <Empty title="Choose a cloud first" text={why} action={<ToClouds words="Choose a cloud" />} />
      )}
    </div>
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
