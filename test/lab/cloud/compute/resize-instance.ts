import { basename } from 'node:path';
import type { Place } from './disks.ts';
import { domainDisks, powerOff } from './domain.ts';
import { ComputeDied, ProcessExecutionError, RollBack } from './failures.ts';
import { copyFile, isShared, openTransport, type Transport } from './transport.ts';

/** Disks of these types are copied without compression (nova/virt/libvirt/driver.py, NO_COMPRESSION_TYPES). */
const NO_COMPRESSION = ['qcow2'];

/**
 * Moves an instance's disks to another address: Nova's `migrate_disk_and_power_off`, step by step.
 *
 * @param destAddress - `my_ip` of the destination; if it is ours, Nova takes the storage for shared.
 * @throws RollBack if the directory cannot be made there; nothing is changed then.
 */
export async function moveDisks(place: Place, destAddress: string): Promise<void> {
  const { engine, session, settings, paths, server } = place;
  const transport = openTransport(engine, session, settings.transport, destAddress);
  const shared = destAddress === settings.myIp || (await isShared(session, transport, paths.directory));
  if (!shared) await makeDirectory(transport, paths.directory);
  await powerOff(place);
  const disks = await domainDisks(session, server);
  await engine.reach('before-copy', server);
  try {
    await session.must(['rm', '-rf', paths.resizeDirectory]);
    await session.must(['mv', '-T', paths.directory, paths.resizeDirectory]);
    if (shared) await session.must(['mkdir', '-p', paths.directory]);
    const copy = copier(
      place,
      shared ? undefined : transport,
      shared ? session.compute.address : destAddress,
    );
    for (const { path, type } of disks) {
      if (basename(path) !== 'disk.swap') await copy(path, !NO_COMPRESSION.includes(type));
    }
    const info = `${paths.resizeDirectory}/disk.info`;
    if (await session.exists(info)) await copy(paths.file('disk.info'), true);
  } catch (error) {
    if (!(error instanceof ComputeDied)) await rollBack(place, shared ? undefined : transport);
    throw error;
  }
}

function copier(
  { engine, session, paths, server }: Place,
  transport: Transport | undefined,
  address: string,
) {
  return async (path: string, compress: boolean): Promise<void> => {
    const from = `${paths.resizeDirectory}/${basename(path)}`;
    const command = transport?.copyCommand(from, path, compress) ?? ['cp', '-r', from, path];
    await copyFile(engine, session, server, { command, to: path, address });
  };
}

async function makeDirectory(transport: Transport, directory: string): Promise<void> {
  try {
    await transport.createDirectory(directory);
  } catch (error) {
    if (!(error instanceof ProcessExecutionError)) throw error;
    throw new RollBack(`Resize error: not able to execute ssh command: ${error.message}`);
  }
}

/** Puts the source back and removes what is at the destination, whoever brought it. Problems here are dropped, as by Nova. */
async function rollBack({ session, paths }: Place, transport: Transport | undefined): Promise<void> {
  if (!(await session.exists(paths.resizeDirectory))) return;
  await session.run(['rm', '-rf', paths.directory]);
  await session.run(['mv', '-T', paths.resizeDirectory, paths.directory]);
  try {
    await transport?.removeDirectory(paths.directory);
  } catch (error) {
    if (!(error instanceof ProcessExecutionError)) throw error;
  }
}
