import type { LabHost, LabResult } from '../types.ts';

/** What a fake host says no to. */
export interface FakeTrouble {
  /** Nova's copies of files to another host. */
  copies?: boolean;
  /** Every login to another host. */
  logins?: boolean;
  /** The image's base file. */
  bases?: boolean;
}

export interface FakeHost extends LabHost {
  readonly trouble: FakeTrouble;
}

/**
 * A host that is only talk: for tests of the API's shapes, where no bytes matter. It says yes to every command,
 * knows which domains run, and has no files but those that an instance would have.
 */
export function fakeHost(name: string, address: string): FakeHost {
  const trouble: FakeTrouble = {};
  const domains = new Map<string, { state: string; xml: string }>();
  const say = (stdout: string, code = 0): LabResult => ({ code, stdout, stderr: '' });

  const virsh = (command: string, id: string): LabResult => {
    const domain = domains.get(id);
    if (domain === undefined) return { code: 1, stdout: '', stderr: `error: failed to get domain '${id}'` };
    if (command === 'start') domain.state = 'running';
    if (command === 'shutdown' || command === 'destroy') domain.state = 'shut off';
    if (command === 'undefine') domains.delete(id);
    if (command === 'dumpxml') return say(domain.xml);
    return say(`${domain.state}\n`);
  };

  return {
    name,
    address,
    sshPort: 22,
    trouble,
    exec(argv, options) {
      const [program = '', first = '', second = ''] = argv;
      if (program === 'virsh') return Promise.resolve(virsh(first, second));
      if (program === 'cat')
        return Promise.resolve(say(first.endsWith('nova.conf') ? conf(address) : 'LAB BOOT=1\n'));
      if (program === 'mktemp') return Promise.resolve(say('/tmp/lab\n'));
      if (program === 'rsync' && refuses(trouble, argv)) {
        return Promise.resolve({ code: 255, stdout: '', stderr: 'no' });
      }
      // The probe for shared storage finds nothing; everything else is there.
      const absent = second.endsWith('.tmp') || (trouble.bases === true && second.includes('/_base/'));
      if (program === 'test') return Promise.resolve(say('', absent ? 1 : 0));
      if (program === 'sh' && second.includes('virsh define')) {
        const xml = options?.stdin ?? '';
        domains.set(/<uuid>(.*?)<\/uuid>/.exec(xml)?.[1] ?? '', { state: 'shut off', xml });
      }
      return Promise.resolve(say(''));
    },
  };
}

function conf(address: string): string {
  return `[DEFAULT]\nmy_ip = ${address}\n[libvirt]\nremote_filesystem_transport = rsync\n`;
}

function refuses(trouble: FakeTrouble, argv: readonly string[]): boolean {
  return trouble.logins === true || (trouble.copies === true && argv[1] === '-r');
}
