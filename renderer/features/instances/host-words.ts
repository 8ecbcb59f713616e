import type { HostView } from '@contract/views.ts';
import { formatNumber } from '../../components/figures.ts';
import type { Words } from './words.ts';

/** Whether Nova can work on it, in one word or two; the reason of a disabled one stands beside it. */
export function hostWords({ state, status, problem }: HostView): Words {
  if (state === 'down') return { tone: 'bad', word: status === 'disabled' ? 'Down, disabled' : 'Down' };
  if (problem !== undefined)
    return { tone: 'warn', word: status === 'disabled' ? 'Disabled, not readable' : 'Not readable' };
  return status === 'disabled' ? { tone: 'warn', word: 'Disabled' } : { tone: 'good', word: 'Up' };
}

export interface Load {
  readonly used: number;
  readonly capacity: number;
  /** 0 to 1; more than is there can be promised, and then it is 1. */
  readonly part: number;
  /** `400/1,000 GiB`. */
  readonly words: string;
}

/** In GiB for every host, so that hosts can be compared. */
export function diskLoad({ diskGib }: HostView): Load | undefined {
  return diskGib === undefined ? undefined : load(diskGib.used, diskGib.capacity);
}

/** RAM and vCPU, short enough for one line together: `RAM 64/256 GiB`, `vCPU 16/64`. */
export function otherLoads({ ramMib, vcpus }: HostView): readonly string[] {
  const ram = ramMib === undefined ? [] : [`RAM ${parts(ramMib.used / 1024, ramMib.capacity / 1024)} GiB`];
  const cpu = vcpus === undefined ? [] : [`vCPU ${parts(vcpus.used, vcpus.capacity)}`];
  return [...ram, ...cpu];
}

function parts(used: number, capacity: number): string {
  return `${formatNumber(Math.round(used))}/${formatNumber(Math.round(capacity))}`;
}

function load(used: number, capacity: number): Load {
  return {
    used,
    capacity,
    part: capacity <= 0 ? 1 : Math.min(1, used / capacity),
    words: `${parts(used, capacity)} GiB`,
  };
}

/** `1 instance`, `1,000 instances`. */
export function instancesWords(count: number): string {
  return count === 1 ? '1 instance' : `${formatNumber(count)} instances`;
}
