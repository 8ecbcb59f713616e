import { newServer } from './compute/conductor.ts';
import { allocate } from './allocations.ts';
import type { CloudState } from './model.ts';
import { saveServer } from './records.ts';
import { internalContext, newCompute } from './state.ts';

/** Adds hosts and servers that exist in the API only, to see lists at scale. They cannot be migrated. */
export function addSynthetic(state: CloudState, hosts: number, servers: number): void {
  const first = state.computes.length;
  for (let index = 0; index < hosts; index += 1) {
    const number = first + index + 1;
    const name = `cn${String(index + 1).padStart(3, '0')}`;
    state.computes.push(newCompute(number, name, `127.0.${1 + (index >> 8)}.${index & 255}`, undefined));
  }
  const computes = hosts > 0 ? state.computes.slice(first) : state.computes;
  const flavor = state.flavors[0];
  if (servers === 0 || flavor === undefined) return;
  const context = internalContext(state, 'demo');
  const image = { id: '7d0c4f0e-5f0f-4a43-9d1e-6b1f3a0e2c11' };
  for (let index = 0; index < servers; index += 1) {
    const compute = computes[index % computes.length];
    if (compute === undefined) return;
    const name = `app-${String(index + 1).padStart(4, '0')}`;
    const wanted = {
      name,
      flavor,
      image,
      host: compute.name,
      configDrive: false,
      metadata: {},
    };
    const server = newServer(state, context, wanted);
    const running = index % 4 !== 3;
    allocate(state, server, compute);
    saveServer(state, server, {
      host: compute.name,
      vmState: running ? 'active' : 'stopped',
      powerState: running ? 1 : 4,
      launchedAtMs: state.now(),
    });
  }
}
