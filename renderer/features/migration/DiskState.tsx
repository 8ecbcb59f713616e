import { Tooltip } from '@mantine/core';
import { Copy } from '../../components/Copyable.tsx';
import { Status } from '../../components/Status.tsx';
import type { DiskRow } from './disk-rows.ts';

/** Figures of a digest that are enough to tell two apart at a glance. */
const SHORT = 8;

/** Where a disk stands, and once it was compared, by which digest. */
export function DiskState({ row: { tone, word, digest, disk } }: { readonly row: DiskRow }) {
  const pair = disk.digest;
  if (pair === undefined || digest === 'waiting' || digest === 'not needed')
    return <Status tone={tone} word={word} />;
  const equal = digest === 'equal';
  const whole = equal ? pair.source : `${pair.source} ${pair.destination}`;
  const short = [pair.source, ...(equal ? [] : [pair.destination])].map((text) => text.slice(0, SHORT));
  return (
    <span className="disk-state">
      <Status tone={tone} word={word} />
      <Tooltip label={<span className="mono digest-whole">{`${pair.algorithm} ${whole}`}</span>}>
        <code className="mono dimmed" tabIndex={0}>
          {short.join(' ≠ ')}
        </code>
      </Tooltip>
      <Copy
        text={whole}
        what={equal ? `Copy the digest of ${disk.name}` : `Copy both digests of ${disk.name}`}
      />
    </span>
  );
}
