const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', apos: "'", quot: '"' };

/**
 * The files that a domain writes to or reads from as its disks, not those below them: within `<disk>`, libvirt puts
 * `<source>` before `<backingStore>` (formatdomain.html#hard-drives-floppy-disks-cdroms).
 *
 * @param disks - Of its XML, all `<disk>` elements; empty if it could not be read.
 */
export function domainFilesOf(disks: string): readonly string[] {
  return [...disks.matchAll(/<disk\s[^]*?<\/disk>/g)].flatMap(([disk]) => {
    const [own = ''] = disk.split('<backingStore');
    const file = /<source\s[^>]*\bfile=(?<quote>['"])(?<path>.*?)\k<quote>/.exec(own)?.groups?.['path'];
    return file === undefined ? [] : [unescaped(file)];
  });
}

function unescaped(text: string): string {
  return text.replaceAll(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
