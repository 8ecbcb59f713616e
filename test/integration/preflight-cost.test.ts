/** What a plan costs the hosts: a command over SSH is a round trip, and a host may be far away. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Hosts, Shell } from '../../main/domain/ports.ts';
import { createHypervisors } from '../../main/services/hypervisor/hypervisors.ts';
import { createTransfer } from '../../main/services/transfer/transfer.ts';
import { openLabEngine, type LabEngine } from '../support/lab-engine.ts';
import { DESTINATION, labWithImage, SOURCE, type LabWithImage } from '../support/lab.ts';

/** Of a whole plan, whatever the instance has. */
const MOST_COMMANDS = 6;

let bench: LabWithImage;
let engine: LabEngine;
const counted = new Map<string, string[]>();

beforeAll(async () => {
  bench = await labWithImage();
  const { cloud } = bench.lab;
  const order = { image: bench.image, flavor: 'lab.data', configDrive: true };
  await cloud.createServer({ ...order, name: 'neighbour', host: DESTINATION });
  await cloud.createServer({ ...order, name: 'web', host: SOURCE });
  engine = await openLabEngine(bench.lab, (ports) => {
    const hosts = counting(ports.hosts);
    return {
      ...ports,
      hosts,
      hypervisors: createHypervisors({
        hosts,
        clock: ports.clock,
        log: ports.log,
        settings: { novaUser: 'nova' },
      }),
      transfer: createTransfer({ hosts, clock: ports.clock, log: ports.log }),
    };
  });
});
afterAll(async () => {
  await engine.close();
  await bench.lab.down();
});

/** The same hosts; each program that is run is noted. */
function counting(hosts: Hosts): Hosts {
  return {
    shell(name): Shell {
      const shell = hosts.shell(name);
      return {
        host: shell.host,
        run(argv, options) {
          const [program = '', , script = ''] = argv;
          counted.set(name, [...(counted.get(name) ?? []), `${program} ${script.slice(-60)}`]);
          return shell.run(argv, options);
        },
      };
    },
    close: () => hosts.close(),
  };
}

test('a plan asks each host at most six times, also the first one', async () => {
  for (const which of ['first', 'second'] as const) {
    counted.clear();
    const began = performance.now();
    const plan = await engine.call('plan.make', { server: 'web', destination: DESTINATION });
    const seconds = (performance.now() - began) / 1000;
    const numbers = [...counted].map(([host, commands]) => `${host}: ${String(commands.length)}`).join(', ');
    console.log(`${which} plan: ${seconds.toFixed(2)} s; commands: ${numbers}`);
    expect(plan.findings.filter(({ verdict }) => verdict === 'block')).toEqual([]);
    expect(plan.disks.map(({ name }) => name).sort()).toEqual([
      'disk',
      'disk.config',
      'disk.eph0',
      'disk.info',
      'disk.swap',
    ]);
    for (const host of [SOURCE, DESTINATION]) {
      const commands = counted.get(host) ?? [];
      expect(commands.length, commands.join('\n')).toBeGreaterThan(0);
      expect(commands.length, commands.join('\n')).toBeLessThanOrEqual(MOST_COMMANDS);
    }
  }
});
