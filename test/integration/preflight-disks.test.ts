/** Checks of the disks of an instance: each fails for its reason on a lab host, and passes again afterwards. */
import { expect, test } from 'vitest';
import { INSTANCES_PATH } from '../lab/types.ts';
import { program, sh, type Undo } from '../support/host-program.ts';
import { must } from '../support/instance-files.ts';
import {
  checkObstacles,
  type Obstacle,
  type PreflightLab,
  usePreflightLab,
} from '../support/preflight-lab.ts';

const lab = usePreflightLab({ running: false });

const home = ({ server }: PreflightLab): string => `${INSTANCES_PATH}/${server.id}`;

/** Runs a script with the instance's directory, as root on the source; the other undoes it. */
function onSource(make: string, undo: string): Obstacle['harm'] {
  return async (here) => {
    await sh(here.source, make, home(here));
    return () => sh(here.source, undo, home(here));
  };
}

/** Changes the disk itself, and puts the very bytes back. */
function damaged(script: string): Obstacle['harm'] {
  return onSource(
    `cp --sparse=always -p "$1/disk" "$1/../kept-disk" && cd "$1" && ${script}`,
    'cat "$1/../kept-disk" >"$1/disk" && rm "$1/../kept-disk"',
  );
}

/** Redefines the domain with its XML changed by sed. */
async function redefined({ source, server }: PreflightLab, edit: string): Promise<Undo> {
  const define =
    'virsh dumpxml "$1" >/run/kept.xml && sed "$2" /run/kept.xml >/run/other.xml && virsh define /run/other.xml';
  await sh(source, define, server.id, edit);
  return () => must(source, 'virsh', 'define', '/run/kept.xml');
}

/** Starts the guest behind Nova's back. */
async function started({ source, server }: PreflightLab): Promise<Undo> {
  await must(source, 'virsh', 'start', server.id);
  return () => must(source, 'virsh', 'destroy', server.id);
}

/** Bytes in octal, written at an offset that the script computes. */
const WRITE = 'write() { printf "$2" | dd of=disk bs=1 seek="$1" conv=notrunc 2>/dev/null; }';
const NUMBER_AT = 'number_at() { od -An -tu8 --endian=big -j"$1" -N8 disk | tr -d " "; }';
const EXTRA_DISK =
  "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/var/lib/nova/extra.qcow2'/><target dev='vdz'/></disk>";
const ENCRYPT =
  'qemu-img create -q -f qcow2 --object secret,id=key,data=secret -o encrypt.format=luks,encrypt.key-secret=key,encrypt.iter-time=10';
const OTHER_BASE = '9'.repeat(40);

const OF_CHAINS: readonly Obstacle[] = [
  {
    id: 'source.disks',
    because: 'the header of its disk is gone',
    verdict: 'block',
    says: /disk cannot be read/,
    harm: damaged(`${WRITE}; write 0 XXXX`),
  },
  {
    id: 'disks.root',
    because: 'its disk was moved away',
    verdict: 'block',
    says: /holds no root disk/,
    harm: onSource('mv "$1/disk" "$1/../kept-disk"', 'mv "$1/../kept-disk" "$1/disk"'),
  },
  {
    id: 'disks.layers',
    because: 'a snapshot was taken beside Nova',
    verdict: 'block',
    says: /disk\.snap1 is a layer/,
    harm: onSource('qemu-img create -q -f qcow2 -F qcow2 -b "$1/disk" "$1/disk.snap1"', 'rm "$1/disk.snap1"'),
  },
  {
    id: 'disks.elsewhere',
    because: 'its domain has a disk that Nova does not know',
    verdict: 'block',
    says: /does not carry along: \/var\/lib\/nova\/extra\.qcow2/,
    harm: (here) => redefined(here, `s|</devices>|${EXTRA_DISK}</devices>|`),
  },
  {
    id: 'disks.backing-format',
    because: 'its disk was made by an old release',
    verdict: 'block',
    says: /does not record the format/,
    // The header extension that holds the format (qcow2.txt, 0xe2792aca) becomes one that nobody knows.
    harm: damaged(
      `${WRITE}; at=$(LC_ALL=C grep -obUaP "\\xE2\\x79\\x2A\\xCA" disk | head -n 1 | cut -d: -f1); write "$at" "\\022\\064\\126\\170"`,
    ),
  },
  {
    id: 'disks.chain',
    because: 'its disk lies on the base of another image',
    verdict: 'note',
    says: new RegExp(`lies on .*/${OTHER_BASE}, which is not the base of its image`),
    harm: damaged(
      `base=$(readlink -f ../_base)/${OTHER_BASE}; cp --sparse=always "$(qemu-img info --output=json disk | sed -n 's/.*"full-backing-filename": "\\(.*\\)".*/\\1/p')" "$base" && qemu-img rebase -u -f qcow2 -F raw -b "$base" disk`,
    ),
  },
];

const OF_CONTENT: readonly Obstacle[] = [
  {
    id: 'disks.health',
    because: 'QEMU has marked it as corrupt',
    verdict: 'block',
    says: /disk on compute-a is what QEMU has marked as damaged/,
    harm: damaged(`${WRITE}; write 79 "\\002"`),
  },
  {
    id: 'disks.health',
    because: 'a reference count is wrong',
    verdict: 'block',
    says: /qemu-img check finds damaged/,
    harm: damaged(`${WRITE}; ${NUMBER_AT}; write $(($(number_at "$(number_at 48)") + 6)) "\\000\\000"`),
  },
  {
    id: 'disks.health',
    because: 'it was not closed in order',
    verdict: 'warn',
    says: /dirty bit/,
    harm: damaged(`${WRITE}; write 79 "\\001"`),
  },
  {
    id: 'disks.snapshots',
    because: 'it has a snapshot inside',
    verdict: 'note',
    says: /disk \(before-upgrade\): they travel/,
    harm: damaged('qemu-img snapshot -c before-upgrade disk'),
  },
  {
    id: 'disks.encrypted',
    because: 'a disk is encrypted',
    verdict: 'warn',
    says: /disk\.eph0 is encrypted/,
    // It measures the processor first, and gives up where that is too busy to be measured.
    harm: onSource(
      `for try in 1 2 3 4 5 6; do ${ENCRYPT} "$1/disk.eph0" 4M && exit 0; done; exit 1`,
      'rm "$1/disk.eph0"',
    ),
  },
  {
    id: 'disks.in-use',
    because: 'somebody reads its disk',
    verdict: 'block',
    says: /in use by: \d+ tail -f/,
    harm: onSource(
      'setsid tail -f -n 0 "$1/disk" >/dev/null 2>&1 </dev/null & echo $! >/run/reader',
      'kill "$(cat /run/reader)"; while kill -0 "$(cat /run/reader)" 2>/dev/null; do :; done',
    ),
  },
  {
    id: 'disks.jobs',
    because: 'a block copy is under way',
    verdict: 'block',
    says: /Block Copy of vda/,
    harm: async (here) => {
      const stop = await started(here);
      const job = `/run/guests/${here.server.id}-vda.job`;
      await sh(here.source, 'printf " type=Block Copy\\n bandwidth=0\\n cur=1\\n end=2\\n" >"$1"', job);
      return async () => {
        await must(here.source, 'rm', job);
        await stop();
      };
    },
  },
  {
    id: 'disks.info',
    because: 'disk.info names another format',
    verdict: 'block',
    says: /disk: disk\.info says raw, the domain qcow2/,
    harm: onSource(
      'cp -p "$1/disk.info" "$1/../kept-info" && sed -i "s/qcow2/raw/" "$1/disk.info"',
      'mv "$1/../kept-info" "$1/disk.info"',
    ),
  },
  {
    id: 'disks.info',
    because: 'disk.info is cut',
    verdict: 'block',
    says: /is not what Nova writes there/,
    harm: onSource(
      'cp -p "$1/disk.info" "$1/../kept-info" && echo "{" >"$1/disk.info"',
      'mv "$1/../kept-info" "$1/disk.info"',
    ),
  },
];

const AROUND: readonly Obstacle[] = [
  {
    id: 'source.tpm',
    because: 'there is the state of a TPM',
    verdict: 'note',
    says: /lies in \/var\/lib\/libvirt\/swtpm\//,
    harm: onSource('mkdir -p "/var/lib/libvirt/swtpm/${1##*/}"', 'rmdir "/var/lib/libvirt/swtpm/${1##*/}"'),
  },
  {
    id: 'source.config-drive',
    because: 'its config drive is of neither kind',
    verdict: 'note',
    says: /neither iso9660 nor vfat/,
    harm: onSource('echo something >"$1/disk.config"', 'rm "$1/disk.config"'),
  },
  {
    id: 'hosts.temporary',
    because: 'an old release broke off while it flattened',
    verdict: 'note',
    says: /disk_rbase on compute-a/,
    harm: onSource('echo part >"$1/disk_rbase"', 'rm "$1/disk_rbase"'),
  },
  {
    id: 'hosts.old-directory',
    because: 'the destination has a directory by libvirt’s name',
    verdict: 'warn',
    says: /instance-[0-9a-f]{8} lies on compute-b/,
    harm: async ({ source, destination, server }) => {
      const name = (await must(source, 'virsh', 'domname', server.id)).trim();
      await must(destination, 'mkdir', `${INSTANCES_PATH}/${name}`);
      return () => must(destination, 'rmdir', `${INSTANCES_PATH}/${name}`);
    },
  },
  {
    id: 'destination.over-commit',
    because: 'a guest there may still grow by more than there is',
    verdict: 'note',
    says: /too few, should every guest fill its disks/,
    harm: async ({ destination }) => {
      const other = `${INSTANCES_PATH}/11111111-2222-4333-8444-555555555555`;
      await sh(destination, 'mkdir "$1" && qemu-img create -q -f qcow2 "$1/disk" 64T', other);
      return () => must(destination, 'rm', '-r', other);
    },
  },
];

checkObstacles(lab, [...OF_CHAINS, ...OF_CONTENT, ...AROUND]);

test('disks.in-use: who had a disk open, and has ended when it is looked at, is nobody', async () => {
  const here = lab();
  const { source } = here;
  const gone = `'/proc/4194303/fd/3' '${home(here)}/disk'`;
  const seen = `case $1 in /proc/*) printf 'O\\000%s\\000%s\\000' ${gone} ;; esac; exec /usr/bin/find "$@"`;
  const undo = await program(source, 'find', seen);
  const said = await source.exec(['find', '/proc/self/fd', '-maxdepth', '0']);
  expect(said.stdout).toContain('/proc/4194303/fd/3');
  expect((await here.findings()).find(({ id }) => id === 'disks.in-use')).toMatchObject({ verdict: 'pass' });
  await undo();
});
