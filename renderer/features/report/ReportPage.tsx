import { Title } from '@mantine/core';

export function ReportPage({ id }: { readonly id: string }) {
  return (
    <div className="page">
      <Title order={1}>Report {id}</Title>
    </div>
  );
}
