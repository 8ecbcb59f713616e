import { Title } from '@mantine/core';

export function InstancesPage() {
  return (
    <div className="page">
      <Title order={1}>Instances</Title>
    </div>
  );
}
