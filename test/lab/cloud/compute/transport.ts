import { randomUUID } from 'node:crypto';
import { basename, dirname } from 'node:path';
import type { CloudState, LabServer } from '../model.ts';
import type { Engine } from './engine.ts';
import { ProcessExecutionError } from './failures.ts';
import type { Session } from './session.ts';

/** What Nova's remote file system driver does (nova/virt/libvirt/volume/remotefs.py), with its own commands. */
export interface Transport {
  /** Makes an empty file on the other host, to see whether it then is here too. */
  createFile(path: string): Promise<void>;
  removeFile(path: string): Promise<void>;
  createDirectory(path: string): Promise<void>;
  removeDirectory(path: string): Promise<void>;
  copyCommand(from: string, to: string, compress: boolean): readonly string[];
}

const BATCH = ['ssh', '-o', 'BatchMode=yes'] as const;

function sshTransport(session: Session, address: string, limitKib: number | undefined): Transport {
  const remote = async (...argv: readonly string[]): Promise<void> => {
    await session.must([...BATCH, address, ...argv]);
  };
  return {
    createFile: (path) => remote('touch', path),
    removeFile: (path) => remote('rm', path),
    createDirectory: (path) => remote('mkdir', '-p', path),
    removeDirectory: (path) => remote('rm', '-rf', path),
    copyCommand(from, to, compress) {
      const limit = limitKib === undefined ? [] : ['-l', String(limitKib * 8)];
      return ['scp', ...limit, ...(compress ? ['-C'] : []), '-r', from, `${address}:${to}`];
    },
  };
}

function rsyncTransport(session: Session, address: string, limitKib: number | undefined): Transport {
  /** A tree of its own that holds only what shall appear on the other host. */
  const mirrored = async (make: readonly string[], path: string): Promise<void> => {
    await withTemporary(session, async (temporary) => {
      const inside = `${temporary}/.${path}`;
      await session.must(['mkdir', '-p', make[0] === 'mkdir' ? inside : dirname(inside)]);
      if (make[0] === 'touch') await session.must(['touch', inside]);
      const source = `${temporary}/.${path}`;
      await session.must(['rsync', '--archive', '--relative', '--no-implied-dirs', source, `${address}:/`]);
    });
  };
  const erase = async (path: string): Promise<void> => {
    await withTemporary(session, async (temporary) => {
      const only = ['--include', basename(path), '--exclude', '*'];
      await session.must([
        ...['rsync', '--archive', '--delete', ...only],
        ...[`${temporary}/`, `${address}:${dirname(path)}`],
      ]);
    });
  };
  return {
    createFile: (path) => mirrored(['touch'], path),
    removeFile: erase,
    createDirectory: (path) => mirrored(['mkdir'], path),
    async removeDirectory(path) {
      await withTemporary(session, async (temporary) => {
        await session.must([
          'rsync',
          '--archive',
          '--delete-excluded',
          `${temporary}/`,
          `${address}:${path}`,
        ]);
      });
      await erase(path);
    },
    copyCommand(from, to, compress) {
      const limit = limitKib === undefined ? [] : [`--bwlimit=${limitKib}`];
      const target = `${address}:${to}`;
      return ['rsync', '-r', '--sparse', ...limit, from, target, ...(compress ? ['--compress'] : [])];
    },
  };
}

export function openTransport(
  engine: Engine,
  session: Session,
  kind: 'rsync' | 'ssh',
  address: string,
): Transport {
  const limitKib = engine.faults.slowCopyKibPerSecond.get(session.compute.name);
  return (kind === 'rsync' ? rsyncTransport : sshTransport)(session, address, limitKib);
}

async function withTemporary(session: Session, work: (directory: string) => Promise<void>): Promise<void> {
  const directory = (await session.must(['mktemp', '-d'])).trim();
  try {
    await work(directory);
  } finally {
    await session.run(['rm', '-rf', directory]);
  }
}

/**
 * Puts a file into the directory on the other host and looks for it here. Whatever goes wrong means "not shared":
 * Nova does not look at why.
 */
export async function isShared(session: Session, transport: Transport, directory: string): Promise<boolean> {
  const probe = `${directory}/${randomUUID().replaceAll('-', '')}.tmp`;
  try {
    await transport.createFile(probe);
    if (await session.exists(probe)) {
      await session.must(['rm', '-f', probe]);
      return true;
    }
    await transport.removeFile(probe);
  } catch (error) {
    if (!(error instanceof ProcessExecutionError)) throw error;
  }
  return false;
}

/** Copies one file and notes what that did at the destination. */
export async function copyFile(
  engine: Engine,
  session: Session,
  server: LabServer,
  copy: { readonly command: readonly string[]; readonly to: string; readonly address: string | undefined },
): Promise<void> {
  const { command, to, address } = copy;
  const file = basename(to);
  const before = await fingerprint(engine.state, address, to);
  const running = session.run(command);
  // The hook acts while the command runs; its failure must not be lost, nor the command's.
  const [result] = await Promise.all([running, engine.reach('copy-file', server, file)]);
  const after = await fingerprint(engine.state, address, to);
  const skipped = result.code === 0 && before !== undefined && before.identity === after?.identity;
  engine.state.copies.push({
    serverId: server.id,
    command,
    file,
    code: result.code,
    skipped,
    bytesWritten: skipped ? 0 : (after?.allocatedBytes ?? 0),
  });
  if (result.code !== 0) throw new ProcessExecutionError(command, result.code, result.stdout, result.stderr);
}

async function fingerprint(
  state: CloudState,
  address: string | undefined,
  path: string,
): Promise<{ readonly identity: string; readonly allocatedBytes: number } | undefined> {
  const host = state.computes.find((compute) => compute.address === address)?.host;
  const found = await host?.exec(['stat', '-c', '%i %s %y|%b', path]);
  if (found?.code !== 0) return undefined;
  const [identity = '', blocks = '0'] = found.stdout.trim().split('|');
  return { identity, allocatedBytes: Number(blocks) * 512 };
}
