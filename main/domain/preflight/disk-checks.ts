import { formatBytes } from '../units.ts';
import type { PlanEvidence } from './evidence.ts';
import type { Finding } from './finding.ts';

/** What lies on the disks of both hosts: files, owners, leftovers, room. */
export function checkDisks(evidence: PlanEvidence): readonly Finding[] {
  return [
    checkFiles(evidence),
    checkOwner(evidence),
    ...checkLeftovers(evidence),
    checkDestinationMode(evidence),
    checkDomains(evidence),
    checkDestinationRoom(evidence),
    checkSourceRoom(evidence),
  ];
}

function checkFiles({ source, server }: PlanEvidence): Finding {
  const id = 'source.disks';
  const directory = source.instance.directory;
  if (directory === undefined) {
    return {
      id,
      verdict: 'block',
      message: `${source.name} has no directory of this instance in ${source.facts.nova.instancesPath}.`,
      fix: 'Check the host’s instances_path and whether Nova’s record names the right host.',
    };
  }
  const broken = directory.disks.filter((disk) => disk.problem !== undefined);
  if (broken.length > 0) {
    return {
      id,
      verdict: 'block',
      message: broken.map((disk) => `${disk.name} cannot be read: ${disk.problem ?? ''}`).join('; '),
      fix: `On ${source.name}: qemu-img info -U --backing-chain ${broken[0]?.path ?? ''}`,
    };
  }
  const paths = directory.disks.map((disk) => disk.path);
  const layer = directory.disks.find((disk) => disk.chain.slice(1).some((link) => paths.includes(link.path)));
  if (layer !== undefined) {
    return {
      id,
      verdict: 'block',
      message: `${layer.name} is a layer on another disk of the instance: a snapshot was taken beside Nova, which would start the instance without it at the destination.`,
      fix: `On ${source.name}: virsh domblklist ${server.id}, then merge it: virsh blockcommit ${server.id} TARGET --active --pivot`,
    };
  }
  const elsewhere = (source.instance.domainFiles ?? []).filter((path) => !paths.includes(path));
  if (elsewhere.length > 0) {
    return {
      id,
      verdict: 'block',
      message: `Its domain uses files that Nova does not carry along: ${elsewhere.join(', ')}.`,
      fix: `On ${source.name}: virsh domblklist ${server.id}`,
    };
  }
  const unknown = directory.disks.find((disk) =>
    disk.chain.some((link) => link.backingPath !== undefined && link.backingFormat === undefined),
  );
  if (unknown !== undefined) {
    return {
      id,
      verdict: 'block',
      message: `${unknown.name} does not record the format of its backing file; to guess it could turn its content into garbage (F24).`,
      fix: `With the instance off, on ${source.name}: qemu-img rebase -u -F FORMAT -b ${unknown.chain[1]?.path ?? 'BASE'} ${unknown.path}, with the format that qemu-img info tells of a base you trust.`,
    };
  }
  if (!directory.disks.some((disk) => disk.role === 'root') && server.imageId !== undefined) {
    return {
      id,
      verdict: 'block',
      message: `${directory.path} holds no root disk.`,
      fix: `On ${source.name}: ls -la ${directory.path}`,
    };
  }
  return {
    id,
    verdict: 'pass',
    message: `${String(directory.disks.length)} disk file(s) were read on ${source.name}.`,
  };
}

function checkOwner({ source }: PlanEvidence): Finding {
  const id = 'source.owner';
  const { directory } = source.instance;
  const { name, uid } = source.facts.novaUser;
  if (directory === undefined || directory.uid === uid)
    return { id, verdict: 'pass', message: `The instance’s directory belongs to ${name}.` };
  return {
    id,
    verdict: 'block',
    message: `${directory.path} on ${source.name} belongs to uid ${String(directory.uid)}, not to ${name} (${String(uid)}); Nova could not rename it.`,
    fix: `On ${source.name}: chown ${name}: ${directory.path}`,
  };
}

function checkLeftovers({ source, destination }: PlanEvidence): readonly Finding[] {
  const findings: Finding[] = [];
  const aside = (host: string, path: string): string =>
    `After making sure that nothing needs it, on ${host}: mv ${path} ${path}.kept`;
  if (source.instance.resizeDirectory !== undefined) {
    const { path } = source.instance.resizeDirectory;
    // Nova removes an old _resize at the next migrate (lp#1960230), whatever it holds.
    findings.push({
      id: 'source.leftovers',
      verdict: 'block',
      message: `${path} is left on ${source.name} from an earlier move; it may hold the only good copy, and a migrate would delete it.`,
      fix: aside(source.name, path),
    });
  }
  for (const directory of [destination.instance.directory, destination.instance.resizeDirectory]) {
    if (directory === undefined) continue;
    findings.push({
      id: 'destination.leftovers',
      verdict: 'block',
      message: `${destination.name} already has ${directory.path}.`,
      fix: aside(destination.name, directory.path),
    });
  }
  for (const { name, instance } of [source, destination]) {
    if (instance.leftovers.length > 0)
      findings.push({
        id: `leftovers.${name}`,
        verdict: 'note',
        message: `On ${name} lie, from earlier: ${instance.leftovers.join(', ')}.`,
      });
  }
  return findings.length > 0
    ? findings
    : [{ id: 'leftovers', verdict: 'pass', message: 'Nothing is left from an earlier move.' }];
}

/** QEMU runs as its own user and must pass through the directory; a failed copy by Nova's rsync leaves it at 0700. */
function checkDestinationMode({ destination, destinationMode }: PlanEvidence): Finding {
  const id = 'destination.instances-directory';
  const path = destination.facts.nova.instancesPath;
  if (destinationMode === undefined) {
    return {
      id,
      verdict: 'block',
      message: `${destination.name} has no ${path}.`,
      fix: 'Check instances_path in its nova.conf.',
    };
  }
  if ((destinationMode & 0o001) !== 0)
    return { id, verdict: 'pass', message: `QEMU can pass through ${path} on ${destination.name}.` };
  return {
    id,
    verdict: 'block',
    message: `${path} on ${destination.name} has mode ${destinationMode.toString(8)}: QEMU could not open any disk in it, so no instance would start there.`,
    fix: `On ${destination.name}: chmod 0755 ${path}`,
  };
}

function checkDomains({ source, destination }: PlanEvidence): Finding {
  const id = 'hosts.domains';
  const there = destination.instance.domain;
  if (there !== 'absent' && there !== 'unknown') {
    return {
      id,
      verdict: 'block',
      message: `${destination.name} already has a domain of this instance (${there}).`,
      fix: `On ${destination.name}: virsh dominfo, then find out which of the two is the right one.`,
    };
  }
  const silent = [source, destination].filter(({ instance }) => instance.domain === 'unknown');
  if (silent.length > 0) {
    const names = silent.map(({ name }) => name).join(' and ');
    return {
      id,
      verdict: 'block',
      message: `libvirt on ${names} does not say whether the instance runs there; without its word nothing may be started or handed over.`,
      fix: `Make virsh available to the login on ${names}: as root, virsh list --all must answer there.`,
    };
  }
  return {
    id,
    verdict: 'pass',
    message: `The domain is on ${source.name} (${source.instance.domain}) and nowhere else that we look.`,
  };
}

function checkDestinationRoom({ destination, disks, bases, reserveBytes }: PlanEvidence): Finding {
  const staged = bases
    .filter((base) => base.action === 'stage')
    .reduce((bytes, base) => bytes + base.allocatedBytes, 0);
  const needed = disks.reduce((bytes, disk) => bytes + disk.bytesToMove, staged);
  return room(
    'destination.room',
    destination.name,
    destination.facts.instancesFileSystem.freeBytes,
    needed,
    reserveBytes,
    'arrive',
  );
}

function checkSourceRoom({ source, disks, reserveBytes }: PlanEvidence): Finding {
  const needed = disks
    .filter((disk) => disk.strategy === 'flatten')
    .reduce((bytes, disk) => bytes + disk.bytesToMove, 0);
  return needed === 0
    ? { id: 'source.room', verdict: 'pass', message: 'Nothing is written on the source.' }
    : room(
        'source.room',
        source.name,
        source.facts.instancesFileSystem.freeBytes,
        needed,
        reserveBytes,
        'are written to flatten',
      );
}

function room(
  id: string,
  host: string,
  freeBytes: number,
  neededBytes: number,
  reserveBytes: number,
  why: string,
): Finding {
  const numbers = `${formatBytes(neededBytes)} (${String(neededBytes)} bytes) ${why}, ${formatBytes(freeBytes)} (${String(freeBytes)} bytes) are free on ${host}, ${formatBytes(reserveBytes)} of them in reserve`;
  if (neededBytes + reserveBytes <= freeBytes) return { id, verdict: 'pass', message: `${numbers}.` };
  const short = neededBytes + reserveBytes - freeBytes;
  return {
    id,
    verdict: 'block',
    message: `${numbers}: ${formatBytes(short)} (${String(short)} bytes) too few.`,
    fix: 'Choose another destination, make room, or lower reserveGib in the settings.',
  };
}
