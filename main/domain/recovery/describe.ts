import { fileName, showCommand, showRemoteCommand, stagedBaseName, stageDirectory } from '../naming.ts';
import type { Action } from './action.ts';
import type { CaseFile, Seen } from './case-file.ts';

/** An action as a person reads it before it is done. */
export interface Described {
  readonly title: string;
  /** A host, `the cloud`, or whatever a step by hand names. */
  readonly where: string;
  /** Ready to copy. */
  readonly commands: readonly string[];
  readonly changes: string;
  readonly undo: string;
  readonly check: string;
}

/** The exact calls and commands, what they change, how that is undone, and what is looked at afterwards. */
export function describeAction(action: Action, file: CaseFile): Described {
  const { id } = file.server;
  const [from, to] = [
    file.record?.sourceCompute ?? 'the source',
    file.record?.destCompute ?? 'the destination',
  ];
  const cloud = (argv: readonly string[], words: Omit<Described, 'where' | 'commands'>): Described => ({
    where: 'the cloud',
    commands: [showCommand(['openstack', 'server', ...argv, id])],
    ...words,
  });
  switch (action.kind) {
    case 'by-hand':
      return action;
    case 'revert':
      return cloud(['migration', 'revert'], {
        title: `Revert: back to ${from}`,
        changes: `Nova removes what is on ${to} and takes the disks on ${from} again.`,
        undo: 'Migrate it again.',
        check: `Nova says it is on ${from}, and there is no _resize.`,
      });
    case 'confirm':
      return cloud(['migration', 'confirm'], {
        title: `Confirm: it stays on ${to}`,
        changes: `Nova removes the disks on ${from}, for good.`,
        undo: 'There is none.',
        check: 'The record says confirmed; there is no _resize.',
      });
    case 'reset-state':
      return cloud(['set', '--state', action.to], {
        title: `Reset the state to ${action.to}`,
        changes: 'Status and task in Nova’s database; no disk and no guest.',
        undo: showCommand([
          'openstack',
          'server',
          'set',
          '--state',
          action.to === 'active' ? 'error' : 'active',
          id,
        ]),
        check: `Nova says ${action.to === 'active' ? 'ACTIVE' : 'ERROR'}, without a task.`,
      });
    case 'stop':
      return cloud(['stop'], {
        title: 'Stop it, for Nova',
        changes: 'Nova writes SHUTOFF down; a guest that runs is shut down.',
        undo: showCommand(['openstack', 'server', 'start', id]),
        check: 'Nova says SHUTOFF.',
      });
    case 'start':
      return cloud(['start'], {
        title: 'Start it',
        changes: `The guest boots on ${file.server.host ?? 'its host'}, from the disks there.`,
        undo: showCommand(['openstack', 'server', 'stop', id]),
        check: 'Nova says ACTIVE, libvirt says running, and the guest answers.',
      });
    case 'hard-reboot':
      return cloud(['reboot', '--hard', '--wait'], {
        title: 'Hard reboot: Nova defines it anew from its disks',
        changes: `The domain on ${file.server.host ?? 'its host'} is made anew, and the guest boots.`,
        undo: 'The disks stay; an ERROR afterwards leaves it as it was.',
        check: 'Nova says ACTIVE, libvirt says running, and the guest answers.',
      });
    case 'compare':
      return {
        title: 'Read and compare the disks of both hosts',
        where: `${from} and ${to}`,
        commands: [digests(from, file.source), digests(to, file.destination)],
        changes: 'Nothing; both hosts read for a while.',
        undo: 'Nothing was changed.',
        check: meaningOf(file.server.status, from, to),
      };
    case 'put-back':
    case 'set-aside':
    case 'bring-base':
    case 'make-swap':
    case 'undefine':
      return onHost(action, file);
  }
}

/** What either end of a comparison means. */
function meaningOf(status: string, from: string, to: string): string {
  return status === 'VERIFY_RESIZE'
    ? `Equal: the copy on ${to} is proven, and may be confirmed. Different: it is not what ${from} has, and the way is back.`
    : `Equal: ${to} has all that ${from} has, and can start from it. Different: it has not, unless it ran there since.`;
}

/** Of the disks that a comparison reads, wherever they are now. */
function digests(host: string, seen: Seen | undefined): string {
  const directory = seen?.instance.resizeDirectory ?? seen?.instance.directory;
  const paths = (directory?.disks ?? []).flatMap(({ path, chain }) => [
    path,
    ...chain.slice(1).map((link) => link.path),
  ]);
  return showRemoteCommand(host, ['b2sum', ...new Set(paths)]);
}

/** A name of forty hexadecimal digits, of which eight tell it from any other. */
function shortName(path: string): string {
  return fileName(path).replace(/^([0-9a-f]{8})[0-9a-f]{32}$/, '$1…');
}

type OnHost = Extract<Action, { kind: 'put-back' | 'set-aside' | 'bring-base' | 'make-swap' | 'undefine' }>;

function onHost(action: OnHost, file: CaseFile): Described {
  const { id } = file.server;
  const pathOf = (host: string): string =>
    file.seen.find(({ name }) => name === host)?.instancesPath ?? '/var/lib/nova/instances';
  switch (action.kind) {
    case 'put-back': {
      const home = `${pathOf(action.host)}/${id}`;
      return {
        title: `Give the disks on ${action.host} their name back`,
        where: action.host,
        commands: [showCommand(['mv', '-nT', `${home}_resize`, home])],
        changes: 'The name of the directory; the files stay what they are.',
        undo: showCommand(['mv', '-nT', home, `${home}_resize`]),
        check: `${home} is there, with the same files; there is no _resize.`,
      };
    }
    case 'set-aside':
      return {
        title: `Set ${fileName(action.path)} on ${action.host} aside`,
        where: action.host,
        commands: [showCommand(['mv', '-nT', action.path, `${action.path}.kept-TIME`])],
        changes:
          'The name of the directory. Nothing is removed; its room is free again when somebody removes it.',
        undo: showCommand(['mv', '-nT', `${action.path}.kept-TIME`, action.path]),
        check: `There is no ${fileName(action.path)} on ${action.host}.`,
      };
    case 'bring-base': {
      const staged = `${stageDirectory(pathOf(action.to), id)}/${stagedBaseName(action.path)}`;
      return {
        title: `Bring the base ${shortName(action.path)} from ${action.from} to ${action.to}`,
        where: action.from,
        commands: [
          showCommand(['rsync', '-aS', '--protect-args', action.path, `${action.to}:${staged}`]),
          showCommand(['sha256sum', action.path]),
          showRemoteCommand(action.to, ['sha256sum', staged]),
          showRemoteCommand(action.to, ['ln', '-T', staged, action.path]),
        ],
        changes: `A file in _base on ${action.to}. It arrives under another name, is compared, and gets its own only if no file has it: ln writes over nothing.`,
        undo: showRemoteCommand(action.to, ['mv', '-nT', action.path, `${action.path}.kept-TIME`]),
        check: `qemu-img info --backing-chain of the disk on ${action.to} shows the whole chain.`,
      };
    }
    case 'make-swap': {
      const path = `${pathOf(action.host)}/${id}/${action.name}`;
      return {
        title: `Make its ${action.name} on ${action.host}`,
        where: action.host,
        commands: [showCommand(['qemu-img', 'create', '-f', 'qcow2', path, String(action.sizeBytes)])],
        changes: 'An empty swap disk, as Nova makes it at the end of a migration.',
        undo: showCommand(['mv', '-nT', path, `${path}.kept-TIME`]),
        check: `${path} is there, owned by the user of Nova.`,
      };
    }
    case 'undefine':
      return {
        title: `Have libvirt on ${action.host} forget the domain`,
        where: action.host,
        commands: [showCommand(['virsh', 'undefine', id, '--keep-nvram'])],
        changes: `libvirt’s own record; its XML is kept in ${pathOf(action.host)}/_coldhaul.`,
        undo: showCommand(['virsh', 'define', `${pathOf(action.host)}/_coldhaul/${id}.domain.xml`]),
        check: `virsh list --all on ${action.host} does not show it.`,
      };
  }
}
