import type {
  CaseView,
  DiagnosisView,
  OfferView,
  SideView,
  StuckView,
} from '../../../main/contract/recovery-views.ts';
import { GIB, SERVER_ID } from './samples.ts';

/** Small, complete examples of what recovery says: VERIFY_RESIZE with nothing copied. */

const PROJECT = '4f1d0a5e6c1f4a7b9a532f5a4d1f0c11';
const INSTANCES = '/var/lib/nova/instances';
/** Names and sentences that would do harm if they were taken for anything but text. */
export const HOSTILE = '<img src=x onerror=alert(1)> $(reboot) \u202etxt.exe \u0007';
/** The same as the page may show it. */
export const HOSTILE_SHOWN = String.raw`<img src=x onerror=alert(1)> $(reboot) \u{202e}txt.exe \u{7}`;

export type StuckCase = StuckView['cases'][number];

export function aStuckCase(more: Partial<StuckCase> = {}): StuckCase {
  return {
    id: SERVER_ID,
    name: 'legacy-04',
    projectId: PROJECT,
    status: 'VERIFY_RESIZE',
    host: 'compute-b',
    updatedAt: new Date(Date.now() - 3 * 86_400_000).toISOString(),
    rule: 'verify-nothing-copied',
    title: 'VERIFY_RESIZE, and nothing was copied',
    urgency: 'danger',
    verdict: 'Nothing of it is on compute-b; the only disks are on compute-a.',
    bytesAtStake: 5 * GIB,
    ...more,
  };
}

export function aStuckView(more: Partial<StuckView> = {}): StuckView {
  return { readAtMs: Date.now(), cases: [aStuckCase()], orphans: [], problems: [], ...more };
}

export function anOffer(more: Partial<OfferView> = {}): OfferView {
  return {
    key: 'revert',
    act: 'Revert',
    title: 'Revert: back to compute-a',
    where: 'the cloud',
    commands: [`openstack server migration revert ${SERVER_ID}`],
    changes: 'Nova removes what is on compute-b and takes the disks on compute-a again.',
    undo: 'Migrate it again.',
    check: 'Nova says it is on compute-a, and there is no _resize.',
    isDoneByUs: true,
    refusals: [],
    ...more,
  };
}

/** What a person does at a host. */
export function byHand(more: Partial<OfferView> = {}): OfferView {
  return anOffer({
    key: 'by-hand Look into the log',
    act: 'I did it, look again',
    title: 'Look into the log',
    where: 'compute-b',
    commands: ['grep req-1 /var/log/nova/nova-compute.log'],
    changes: 'Nothing.',
    isDoneByUs: false,
    ...more,
  });
}

/** What would remove the only copy. */
export function refused(more: Partial<OfferView> = {}): OfferView {
  return anOffer({
    key: 'confirm',
    act: 'Confirm',
    title: 'Confirm: it stays on compute-b',
    changes: 'Nova removes the disks on compute-a, for good.',
    refusals: ['G1: no copy on compute-b was proven'],
    ...more,
  });
}

export function aDiagnosis(more: Partial<DiagnosisView> = {}): DiagnosisView {
  return {
    rule: 'verify-nothing-copied',
    title: 'VERIFY_RESIZE, and nothing was copied',
    failures: ['F01'],
    urgency: 'danger',
    confidence: 'certain',
    verdict: 'Nothing of it is on compute-b; the only disks are on compute-a.',
    because: ['Nova says VERIFY_RESIZE on compute-b', 'compute-b has no root disk of it'],
    steps: [anOffer()],
    never: [{ what: 'confirm', why: 'Nova removes the only copy.' }],
    mendedWhen: 'Nova says that it is on compute-a, and its disks are there.',
    ...more,
  };
}

export function aSide(more: Partial<SideView> = {}): SideView {
  return {
    name: 'compute-a',
    role: 'source',
    service: 'nova-compute up, enabled',
    domain: 'absent',
    directories: [
      {
        path: `${INSTANCES}/${SERVER_ID}_resize`,
        files: [
          {
            name: 'disk',
            sizeBytes: 20 * GIB,
            allocatedBytes: 5 * GIB,
            changedAtMs: Date.now() - 86_400_000,
            inode: 1234,
            base: `${INSTANCES}/_base/a3c5d1ac0b1a1d1c9a0e5a57e1d0f6a0a3c5d1ac`,
          },
        ],
      },
    ],
    leftovers: [],
    copies: [],
    freeBytes: 300 * GIB,
    logLines: ['INFO nova.compute.manager Starting the migration'],
    ...more,
  };
}

export function aCase(more: Partial<CaseView> = {}): CaseView {
  return {
    readAtMs: Date.now(),
    server: {
      id: SERVER_ID,
      name: 'legacy-04',
      projectId: PROJECT,
      status: 'VERIFY_RESIZE',
      host: 'compute-b',
      locked: false,
      updatedAt: '2026-11-17T22:00:00Z',
    },
    cloud: ['Record 7 (migration): finished, compute-a to compute-b'],
    sides: [aSide(), aSide({ name: 'compute-b', role: 'destination', directories: [], logLines: [] })],
    clocks: [],
    diagnoses: [aDiagnosis()],
    past: [],
    ...more,
  };
}

/** As it is when all is well again. */
export function aMendedCase(): CaseView {
  const { server } = aCase();
  return aCase({ server: { ...server, status: 'SHUTOFF', host: 'compute-a' }, diagnoses: [] });
}
