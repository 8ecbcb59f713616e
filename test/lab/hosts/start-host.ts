import { INSTANCES_PATH } from '../types.ts';
import { hostPaths, writeHostFiles } from './host-files.ts';
import { isPrivileged } from './namespace.ts';
import { novaConf } from './nova-conf.ts';
import { LabProblem } from './problem.ts';
import { joinLab, scriptPath } from './registry.ts';
import { runInHost } from './run-in-host.ts';
import { startSupervisor } from './supervisor.ts';
import type { HostOptions, RunningHost } from './types.ts';

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const LOOPBACK = /^127(?:\.\d{1,3}){3}$/;

/** Ends the SSH sessions, but not the sshd that listens for new ones. */
const DROP_SESSIONS = `
listener=$(cat /run/lab-sshd.pid)
for comm in /proc/[0-9]*/comm; do
  pid=\${comm#/proc/} pid=\${pid%/comm}
  read -r name <"$comm" || continue
  case $name in sshd*) [ "$pid" = "$listener" ] || [ "$pid" = 1 ] || kill -9 "$pid" ;; esac
done`;

/**
 * Starts a pretend hypervisor: a process tree with its own file system, users, host name and sshd. It ends with
 * `stop`, and also when this process ends in whatever way. Started again in the same directory it has its files,
 * its key and its port again, and nothing of /run and /tmp, as after a reboot.
 *
 * @throws LabProblem if the machine does not allow it, or a program is missing.
 */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  if (!NAME.test(options.name)) throw new LabProblem(`"${options.name}" is not a host name`);
  if (!LOOPBACK.test(options.address)) throw new LabProblem(`${options.address} is not a loopback address`);
  const entry = await joinLab(options.directory, options.name, options.address);
  const paths = hostPaths(options.directory, options.name);
  let nova = await writeHostFiles(paths, entry, options.nova ?? {});
  const instancesMib = options.instancesMib ?? 0;
  const supervisor = await startSupervisor(
    options.name,
    [
      ...['sh', scriptPath('init.sh'), options.name],
      ...[paths.directory, `${options.directory}/shared`, String(instancesMib)],
    ],
    paths.sshdLog,
  );

  const exec: RunningHost['exec'] = (argv, execOptions) => runInHost(supervisor.pid, argv, execOptions);
  const must = async (argv: readonly string[], stdin?: string): Promise<void> => {
    const { code, stderr } = await exec(argv, stdin === undefined ? {} : { stdin });
    if (code !== 0)
      throw new LabProblem(`${argv.join(' ')} on ${options.name} ended with ${code}: ${stderr}`);
  };

  try {
    await supervisor.startSshd();
    const sudo = await exec(['sudo', '-n', 'true'], { user: 'operator' });
    return {
      name: options.name,
      address: options.address,
      sshPort: entry.sshPort,
      pid: supervisor.pid,
      paths,
      capabilities: { sudo: sudo.code === 0, privileged: isPrivileged() },
      exec,
      async configureNova(changes) {
        nova = { ...nova, ...changes };
        await must(['sh', '-c', 'cat >/etc/nova/nova.conf', 'lab'], novaConf(options, nova));
      },
      async resizeInstances(mib) {
        if (instancesMib === 0) throw new LabProblem(`${options.name} was started without instancesMib`);
        await must(['mount', '-o', `remount,size=${mib}m`, INSTANCES_PATH]);
      },
      stopSshd: supervisor.stopSshd,
      startSshd: supervisor.startSshd,
      async restartSshd() {
        await supervisor.stopSshd();
        await supervisor.startSshd();
      },
      async dropSessions() {
        await must(['sh', '-c', DROP_SESSIONS]);
      },
      stop: supervisor.stop,
    };
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
}
