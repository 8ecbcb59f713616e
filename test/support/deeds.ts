import type { Fact } from '../../main/domain/facts.ts';
import type { Hypervisors } from '../../main/domain/hypervisors.ts';
import type { Ports } from '../../main/domain/ports.ts';
import type { Transfer } from '../../main/domain/transfer.ts';

/** Something that the engine had done on a host, and the words by which a person would know it in a list of commands. */
export interface Deed {
  readonly host: string;
  readonly words: readonly string[];
}

/** For `openLabEngine`: notes whatever changes or reads files at length on the hosts, as it is begun. Looking is no deed. */
export function noteDeeds(deeds: Deed[]): (ports: Ports<Fact>) => Ports<Fact> {
  const note = (host: string, ...words: readonly string[]): void => {
    deeds.push({ host, words });
  };
  return (ports) => ({
    ...ports,
    hypervisors: { ...ports.hypervisors, ...changes(ports.hypervisors, note) },
    transfer: { ...ports.transfer, ...jobs(ports.transfer, note) },
  });
}

type Note = (host: string, ...words: readonly string[]) => void;

function changes(real: Hypervisors, note: Note): Partial<Hypervisors> {
  const stage = (host: string, serverId: string): void => {
    note(host, 'mkdir', 'chown nova:', `chmod 0711 \\S+/_coldhaul/${serverId}$`);
  };
  return {
    lock(host, serverId, owner, signal) {
      note(host, 'ln -T', `/locks/${serverId}`);
      return real.lock(host, serverId, owner, signal);
    },
    unlock(host, serverId, owner, signal) {
      note(host, 'rm -f', `/locks/${serverId}`);
      return real.unlock(host, serverId, owner, signal);
    },
    makeStage(host, serverId, signal) {
      stage(host, serverId);
      return real.makeStage(host, serverId, signal);
    },
    releaseStage(host, serverId, signal) {
      note(host, `/_coldhaul/${serverId}`, '(rmdir|mv -n)');
      return real.releaseStage(host, serverId, signal);
    },
    pin(host, serverId, path, signal) {
      // It makes the stage for itself.
      stage(host, serverId);
      note(host, `ln -T ${path}`, '/pinned\\.');
      return real.pin(host, serverId, path, signal);
    },
    publishBase(host, stagedPath, finalPath, signal) {
      note(host, `ln -T ${stagedPath} ${finalPath}`);
      return real.publishBase(host, stagedPath, finalPath, signal);
    },
    async swapIn(host, path, newPath, keptPath, signal) {
      note(host, `ln -T ${path} ${keptPath}`);
      note(host, `mv -f -T ${newPath} ${path}`);
      await real.swapIn(host, path, newPath, keptPath, signal);
    },
    layer(host, serverId, disk) {
      stage(host, serverId);
      note(host, `ln -T \\S+/${serverId}/${disk} \\S+/layer\\.${disk}$`);
      note(host, 'qemu-img create', `layer\\.${disk} `, `mv -f -T \\S+ \\S+/${serverId}/${disk}$`);
      return real.layer(host, serverId, disk);
    },
    async place(host, serverId, names, signal) {
      note(host, 'mkdir', 'chown nova:', `chmod 0755 \\S+/${serverId}$`);
      for (const name of names) note(host, 'ln -T', `/${serverId}/${name}$`);
      await real.place(host, serverId, names, signal);
    },
    destroyDomain(host, serverId, signal) {
      note(host, `virsh destroy ${serverId}`);
      return real.destroyDomain(host, serverId, signal);
    },
  };
}

function jobs(real: Transfer, note: Note): Partial<Transfer> {
  return {
    copy(order, ...more) {
      note(order.sourceHost, '^(rsync|dd) ', order.fromPath, order.toPath);
      return real.copy(order, ...more);
    },
    digest(order, signal) {
      note(order.host, `\\b${order.algorithm}\\b`, ` ${order.path}( |$)`);
      return real.digest(order, signal);
    },
    flatten(order, ...more) {
      note(order.host, 'qemu-img convert', order.fromPath, order.toPath);
      note(order.host, 'qemu-img compare', order.fromPath, order.toPath);
      return real.flatten(order, ...more);
    },
    merge(order, ...more) {
      note(order.host, order.running ? 'virsh blockpull' : 'qemu-img commit', order.path);
      return real.merge(order, ...more);
    },
    forget(host, migrationId, signal) {
      note(host, 'rm -rf', `/jobs/${migrationId}`);
      return real.forget(host, migrationId, signal);
    },
  };
}
