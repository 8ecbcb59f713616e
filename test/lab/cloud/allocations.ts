import type { CloudState, LabCompute, LabFlavor, LabServer, Resources } from './model.ts';

export function flavorResources(flavor: LabFlavor): Resources {
  // Nova claims swap in GB, rounded up (nova/scheduler/utils.py, resources from a flavor).
  const swapGib = Math.ceil(flavor.swapMib / 1024);
  return {
    VCPU: flavor.vcpus,
    MEMORY_MB: flavor.ramMib,
    DISK_GB: flavor.rootGib + flavor.ephemeralGib + swapGib,
  };
}

export function allocate(
  state: CloudState,
  server: LabServer,
  compute: LabCompute,
  consumerId = server.id,
): void {
  state.allocations.push({
    consumerId,
    providerId: compute.hypervisorId,
    resources: flavorResources(server.flavor),
    projectId: server.projectId,
    userId: server.userId,
  });
  compute.providerGeneration += 1;
}

export function release(state: CloudState, consumerId: string): void {
  for (let index = state.allocations.length - 1; index >= 0; index -= 1) {
    const allocation = state.allocations[index];
    if (allocation?.consumerId !== consumerId) continue;
    state.allocations.splice(index, 1);
    const compute = state.computes.find((candidate) => candidate.hypervisorId === allocation.providerId);
    if (compute !== undefined) compute.providerGeneration += 1;
  }
}

export function used(state: CloudState, compute: LabCompute): Resources {
  const sum = { VCPU: 0, MEMORY_MB: 0, DISK_GB: 0 };
  for (const { providerId, resources } of state.allocations) {
    if (providerId !== compute.hypervisorId) continue;
    sum.VCPU += resources.VCPU;
    sum.MEMORY_MB += resources.MEMORY_MB;
    sum.DISK_GB += resources.DISK_GB;
  }
  return sum;
}

export interface Inventory {
  readonly total: number;
  readonly reserved: number;
  readonly ratio: number;
}

/** Nova's defaults: 16 virtual cores a core, 1.5 times the memory, 512 MiB kept back. */
export function inventories(compute: LabCompute): Readonly<Record<keyof Resources, Inventory>> {
  return {
    VCPU: { total: compute.vcpus, reserved: 0, ratio: 16 },
    MEMORY_MB: { total: compute.memoryMib, reserved: 512, ratio: 1.5 },
    DISK_GB: { total: compute.diskGib, reserved: 0, ratio: 1 },
  };
}

export function capacity({ total, reserved, ratio }: Inventory): number {
  return Math.floor((total - reserved) * ratio);
}

export function fits(state: CloudState, compute: LabCompute, wanted: Partial<Resources>): boolean {
  const taken = used(state, compute);
  const rooms = inventories(compute);
  return (['VCPU', 'MEMORY_MB', 'DISK_GB'] as const).every(
    (kind) => taken[kind] + (wanted[kind] ?? 0) <= capacity(rooms[kind]),
  );
}
