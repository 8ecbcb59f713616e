import { setTimeout as wait } from 'node:timers/promises';
import type { Kind } from '../fault-case.ts';
import { saveServer } from '../../lab/cloud/records.ts';
import type { RunningHost } from '../../lab/hosts/types.ts';
import { must } from '../../support/instance-files.ts';
import { drawMoment, drawTravel, tellMoment, tellTravel } from '../journeys.ts';
import type { Stage } from '../stage.ts';

/**
 * As after a power cut: every process is gone but the init of the lab's host, /run is as it is after a boot, and the
 * kernel has another boot id.
 */
const BOOT = `
for proc in /proc/[0-9]*; do
  pid=\${proc#/proc/}
  [ "$pid" = 1 ] || [ "$pid" = $$ ] && continue
  # The lab's own: the shell that takes its orders. Its parent is PID 1, and it runs the supervisor's script.
  tr '\\0' ' ' <"$proc/cmdline" 2>/dev/null | grep -q '^/bin/sh /etc/lab/supervise.sh' && continue
  kill -9 "$pid" 2>/dev/null
done
rm -rf /run/coldhaul /run/guests
mkdir -p /run/guests && chown libvirt-qemu:kvm /run/guests
cat /proc/sys/kernel/random/uuid >/var/lib/boot-id
:`;

async function reboot({ field, server }: Stage, host: RunningHost, offMs: number): Promise<void> {
  const { cloud } = field.lab;
  cloud.control.killCompute(host.name);
  await host.stopSshd();
  await host.exec(['sh', '-c', BOOT]);
  await wait(offMs);
  await must(host, 'test', '!', '-e', '/run/coldhaul');
  await host.startSshd();
  await cloud.control.restartCompute(host.name);
  // What Nova's periodic look at the power states does: a guest that is off is called off.
  if (server.host === host.name && server.vmState === 'active' && server.taskState === null)
    saveServer(cloud.state, server, { vmState: 'stopped', powerState: 4 });
}

const EVENTS = ['sshd restarted', 'every session dropped', 'rebooted'] as const;

export const host: Kind = {
  name: 'host',
  title: 'sshd restarts, sessions drop, a host reboots',
  share: 32,
  draw(random, index) {
    const travel = drawTravel(random);
    const moment = drawMoment(random, travel);
    const side = random.pick(['source', 'destination'] as const);
    const event = EVENTS[index % EVENTS.length] ?? 'rebooted';
    const offMs = random.integer(200, 4000);
    return {
      title: `${side} ${event}, off for ${String(offMs)} ms, ${tellMoment(moment)}; ${tellTravel(travel)}`,
      travel,
      moment,
      // Nova does not start again what ran (resume_guests_state_on_host_boot is off), and nobody asked us to.
      mayEndOff: event === 'rebooted',
      async disturb(stage) {
        const at = stage[side];
        if (event === 'rebooted') return reboot(stage, at, offMs);
        if (event === 'every session dropped') return at.dropSessions();
        await at.stopSshd();
        await at.dropSessions();
        await wait(offMs);
        await at.startSshd();
      },
    };
  },
};
