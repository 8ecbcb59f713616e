import { expect, test } from 'vitest';
import type { Evidence } from '../../../../main/domain/recovery/evidence.ts';
import { ids, record, said, spoken } from '../../../support/recovery-evidence.ts';
import { atRest, errorAtSource, verify } from '../../../support/recovery-scenes.ts';
import { SERVER_ID } from '../../../support/samples.ts';

const port = (hostId: string | undefined, vifType = 'ovs'): Pick<Evidence, 'ports'> => ({
  ports: { known: true, value: [{ id: 'p1', vnicType: 'normal', vifType, hostId }] },
});
const volume = (status: string, attachedTo: readonly string[] = [SERVER_ID]): Pick<Evidence, 'volumes'> => ({
  volumes: { known: true, value: [{ id: 'v1', status, multiAttach: false, attachedTo }] },
});
const held = (
  ofServer: readonly string[],
  ofMigration: readonly string[] = [],
): Pick<Evidence, 'allocations'> => ({
  allocations: { known: true, value: { ofServer, ofMigration } },
});
const unknown = { known: false, why: 'forbidden' } as const;

test('disk-errors: it stands still, and is resumed by hand', () => {
  const of = atRest({ hostA: { domain: 'paused', trouble: { diskErrors: 'vda: no space' } } });
  expect(said(of, 'disk-errors')).toEqual([
    'certain',
    'On hostA its disk gives errors: vda: no space.',
    'by-hand Resume it, when there is room',
  ]);
  expect(ids(atRest({ hostA: { domain: 'paused' } }))).not.toContain('disk-errors');
});

test('allocations: the wrong host, two, or those of a migration that is over', () => {
  const [confidence, verdict, first] = said(atRest(held(['hostA', 'hostB'])), 'allocations');
  expect([confidence, first]).toEqual(['certain', 'by-hand Put Placement right']);
  expect(verdict).toBe('Placement holds it on hostA and hostB; it is on hostA.');
  const leaked = atRest({ records: [record({ status: 'error' })], ...held(['hostA'], ['hostB']) });
  const [step] = spoken(leaked, 'allocations').steps;
  expect(step?.kind === 'by-hand' && step.commands).toContain(
    `openstack resource provider allocation delete ${record().uuid ?? ''}`,
  );
});

test.each([
  ['they are right', atRest()],
  [
    'a device of the host has some, too',
    atRest(held(['hostA', 'hostA:NIC Switch agent:eth0', 'hostA_0000:81:00.0'])),
  ],
  ['there are none', atRest(held([]))],
  ['they are not known', atRest({ allocations: unknown })],
  ['it waits for a verdict, where both is right', verify(held(['hostB'], ['hostA']))],
])('allocations is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('allocations');
});

test('ports: bound to another host, or not at all', () => {
  const [confidence, verdict, first] = said(atRest(port('hostB')), 'ports');
  expect([confidence, first]).toEqual(['certain', 'by-hand Bind its ports']);
  expect(verdict).toContain('not bound to hostA');
  expect(ids(atRest(port('hostA', 'binding_failed')))).toContain('ports');
});

test.each([
  ['they are right', atRest(port('hostA'))],
  ['Neutron does not tell the host', atRest(port(undefined))],
  ['they are not known', atRest({ ports: unknown })],
  ['it is in ERROR, which comes first', errorAtSource(port('hostB'))],
])('ports is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('ports');
});

test.each(['reserved', 'attaching', 'detaching', 'available', 'error_detaching'])(
  'volumes: Cinder says %s of one that Nova has attached',
  (status) => {
    const [confidence, verdict, first] = said(atRest(volume(status)), 'volumes');
    expect([confidence, first]).toEqual(['certain', 'by-hand Refresh the attachment']);
    expect(verdict).toBe(`Cinder says ${status} of volume v1.`);
  },
);

test.each([
  ['it is in use', atRest(volume('in-use'))],
  ['it is being backed up', atRest(volume('backing-up'))],
  ['they are not known', atRest({ volumes: unknown })],
  ['it is in ERROR, which comes first', errorAtSource(volume('reserved'))],
])('volumes is silent where %s', (_what, of) => {
  expect(ids(of)).not.toContain('volumes');
});

test('volumes: another instance has it', () => {
  expect(ids(atRest(volume('in-use', ['somebody'])))).toContain('volumes');
});
