import type { InstanceDirectory } from '../../domain/host.ts';
import { liveName } from '../../domain/naming.ts';

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', apos: "'", quot: '"' };

const SNAPSHOT = /^(?:\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?$/;

/**
 * The files that a domain writes to or reads from as its disks, not those below them: within `<disk>`, libvirt puts
 * `<source>` before `<backingStore>` (formatdomain.html#hard-drives-floppy-disks-cdroms). Without the files of volumes,
 * which Nova attaches again.
 *
 * @param disks - Of its XML, all `<disk>` elements; empty if it could not be read.
 */
export function domainFilesOf(disks: string): readonly string[] {
  return domainDisksOf(disks).map(({ path }) => path);
}

/** The same files with the format that QEMU is told of each (`<driver type=…>`; libvirt's default is raw). */
export function domainDisksOf(disks: string): readonly { readonly path: string; readonly format: string }[] {
  return [...disks.matchAll(/<disk\s[^]*?<\/disk>/g)].flatMap(([disk]) => {
    const [own = ''] = disk.split('<backingStore');
    const file = /<source\s[^>]*\bfile=(?<quote>['"])(?<path>.*?)\k<quote>/.exec(own)?.groups?.['path'];
    const serial = /<serial>(?<serial>[^<]+)</.exec(disk)?.groups?.['serial'];
    if (file === undefined || isOfVolume(unescaped(file), serial)) return [];
    const format = /<driver\s[^>]*\btype=['"](?<format>[^'"]+)/.exec(own)?.groups?.['format'];
    return [{ path: unescaped(file), format: format ?? 'raw' }];
  });
}

/**
 * Path of a file of the domain as Nova knows it. A disk that was frozen while its guest ran is known to libvirt by its second name,
 * in the stage, until the guest is started anew; that is the disk only if it is the same file.
 */
export function usualPath(
  path: string,
  directory: InstanceDirectory | undefined,
  stage: InstanceDirectory | undefined,
): string {
  const second = stage?.others.find((file) => file.path === path);
  const disk = directory?.disks.find(({ name }) => path === `${stage?.path ?? ''}/${liveName(name)}`);
  return disk !== undefined && second?.inode === disk.inode ? disk.path : path;
}

/**
 * Nova gives a volume's id to its disk as serial number. Cinder ends a file's name with it, or with it and the id of a
 * snapshot (remotefs.py); what has another name is a layer that somebody put on the volume beside Nova.
 */
function isOfVolume(file: string, serial: string | undefined): boolean {
  const at = serial === undefined ? -1 : file.lastIndexOf(serial);
  return serial !== undefined && at !== -1 && SNAPSHOT.test(file.slice(at + serial.length));
}

function unescaped(text: string): string {
  return text.replaceAll(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
