import { Alert, Button, Group } from '@mantine/core';
import { sentence } from '@contract/format.ts';
import { IconAlertTriangle, IconCircleX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Copy } from './Copyable.tsx';

interface ProblemProps {
  /** Any failure: of a call, of a migration, of a profile. */
  readonly failure: {
    readonly message: string;
    readonly hint?: string | undefined;
    readonly requestId?: string | undefined;
  };
  readonly title?: string;
  readonly tone?: 'bad' | 'warn';
  /** Tries again, if that makes sense. */
  readonly again?: () => void;
  readonly children?: ReactNode;
}

/** What went wrong, why, what to do, and the cloud's request id for its operators. */
export function Problem({ failure, title, tone = 'bad', again, children }: ProblemProps) {
  const { message, hint, requestId } = failure;
  return (
    <Alert
      role="alert"
      variant="default"
      className={tone === 'bad' ? 'problem problem-bad' : 'problem problem-warn'}
      icon={tone === 'bad' ? <IconCircleX aria-hidden /> : <IconAlertTriangle aria-hidden />}
      title={title}
    >
      <div style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{sentence(message)}</div>
      {hint !== undefined && <div style={{ overflowWrap: 'anywhere' }}>{hint}</div>}
      {requestId !== undefined && (
        <Group gap={4}>
          <span className="dimmed">Request</span>
          <code className="mono">{requestId}</code>
          <Copy text={requestId} what="Copy the request id" />
        </Group>
      )}
      {children}
      {again !== undefined && (
        <Button mt="sm" variant="default" onClick={again}>
          Try again
        </Button>
      )}
    </Alert>
  );
}
