import { Checkbox } from '@mantine/core';
import { printable } from '@contract/format.ts';
import { acknowledge } from '../../store/plans.ts';

interface AcknowledgeProps {
  readonly server: string;
  readonly finding: string;
  /** Ids of what is ticked; `undefined` once it is being started: nothing can be ticked any more. */
  readonly acknowledged: readonly string[] | undefined;
}

/** The box of one warning, which is ticked by its name. */
export function Acknowledge({ server, finding, acknowledged }: AcknowledgeProps) {
  return (
    <Checkbox
      mt={4}
      label={
        <>
          I know this and go on: <code className="mono">{printable(finding)}</code>
        </>
      }
      checked={acknowledged?.includes(finding) ?? true}
      disabled={acknowledged === undefined}
      onChange={(event) => {
        acknowledge(server, finding, event.currentTarget.checked);
      }}
    />
  );
}
