import { Title } from '@mantine/core';

export function CloudsPage() {
  return (
    <div className="page">
      <Title order={1}>Clouds and hosts</Title>
    </div>
  );
}
