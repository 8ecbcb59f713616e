import { expect, test } from 'vitest';
import { printInventory } from '../../main/cli/print.ts';
import type { InstanceView } from '../../main/contract/views.ts';

const instance: InstanceView = {
  id: 'id-1',
  name: 'web-01',
  projectId: 'p',
  status: 'ACTIVE',
  volumes: 0,
  configDrive: false,
  updatedAt: '',
};

test('the firmware is printed where the hosts were read', () => {
  const print = (more: Partial<InstanceView>): string =>
    printInventory({ cloud: 'lab', readAtMs: 0, hosts: [], instances: [{ ...instance, ...more }] });
  expect(print({ firmware: 'uefi' })).toMatch(/^ +firmware +uefi$/m);
  expect(print({})).not.toContain('firmware');
});
