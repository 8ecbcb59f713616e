import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface EmptyProps {
  readonly title: string;
  readonly text: ReactNode;
  /** The one thing to do next. */
  readonly action?: ReactNode;
}

/** A page or a panel with nothing in it: why, and what to do next. */
export function Empty({ title, text, action }: EmptyProps) {
  return (
    <Stack align="center" justify="center" gap="sm" style={{ flex: 1, minHeight: 240, textAlign: 'center' }}>
      <Title order={2}>{title}</Title>
      <Text className="dimmed" maw={520}>
        {text}
      </Text>
      {action}
    </Stack>
  );
}
