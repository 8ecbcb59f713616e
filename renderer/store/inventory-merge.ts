import type { HostView, InstanceView, InventoryView } from '@contract/views.ts';

/** What only the hosts can tell is kept from before, until they have been asked again. */
export function carryOver(before: InventoryView | undefined, fresh: InventoryView): InventoryView {
  if (before === undefined) return fresh;
  const hosts = new Map(before.hosts.map((host) => [host.name, host]));
  const instances = new Map(before.instances.map((instance) => [instance.id, instance]));
  return {
    ...fresh,
    hosts: fresh.hosts.map((host) => withHostOf(host, hosts.get(host.name))),
    instances: fresh.instances.map((instance) => withDisksOf(instance, instances.get(instance.id))),
  };
}

/** One host and its instances as they are now; what moved away from it is gone, what came is there. */
export function replaceHost(before: InventoryView, host: string, fresh: InventoryView): InventoryView {
  const came = new Set(fresh.instances.map(({ id }) => id));
  const others = before.instances.filter((instance) => instance.host !== host && !came.has(instance.id));
  const found = fresh.hosts.find(({ name }) => name === host);
  return {
    ...before,
    hosts: before.hosts.map((old) => (old.name === host && found !== undefined ? found : old)),
    instances: [...others, ...fresh.instances],
  };
}

function withHostOf(host: HostView, before: HostView | undefined): HostView {
  if (before === undefined) return host;
  const { onHost, problem } = before;
  return {
    ...host,
    ...(onHost !== undefined && { onHost }),
    ...(problem !== undefined && { problem }),
  };
}

/** The disks of an instance that changed its host meanwhile are not the ones that were seen. */
function withDisksOf(instance: InstanceView, before: InstanceView | undefined): InstanceView {
  if (before === undefined || before.host !== instance.host) return instance;
  const { disks, domain, leftovers } = before;
  return {
    ...instance,
    ...(disks !== undefined && { disks }),
    ...(domain !== undefined && { domain }),
    ...(leftovers !== undefined && { leftovers }),
  };
}
