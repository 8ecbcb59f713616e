import type { Clock, Hosts, Log } from '../../domain/ports.ts';
import type { Transfer } from '../../domain/transfer.ts';
import { createJobs, type JobsOptions } from '../jobs/jobs.ts';
import { createCompareFlattened } from './compare-flattened.ts';
import { createCopy, describeCopy } from './copy.ts';
import { createDigest } from './digest.ts';
import { createDigestBases } from './digest-bases.ts';
import { createFlatten } from './flatten.ts';
import { createMerge } from './merge.ts';
import { createProbe } from './probe.ts';
import { createTryTunnel } from './try-tunnel.ts';
import { describeCompare } from './tunnel.ts';

export interface TransferOptions {
  readonly hosts: Hosts;
  readonly clock: Clock;
  readonly log: Log;
  /** Where the jobs' records lie, and how often they are looked at; for tests. */
  readonly jobs?: Pick<JobsOptions, 'directory' | 'pollMs' | 'graceSeconds'>;
}

/** Moves and proves bytes by jobs on the hosts. */
export function createTransfer({ hosts, clock, log, jobs: settings }: TransferOptions): Transfer {
  const jobs = createJobs({ hosts, clock, log, ...settings });
  return {
    copy: createCopy({ hosts, clock, jobs }),
    compareFlattened: createCompareFlattened({ hosts, jobs }),
    tryTunnel: createTryTunnel({ hosts, clock }),
    digest: createDigest({ hosts, jobs }),
    digestBases: createDigestBases({ hosts }),
    flatten: createFlatten({ hosts, jobs }),
    merge: createMerge({ jobs }),
    probe: createProbe({ hosts }),
    describeCopy,
    describeCompare,
    forget: (host, migrationId, signal) => jobs.forget(host, migrationId, signal),
  };
}
