import type { NewFact } from '../../domain/facts.ts';
import { Failure } from '../../domain/failure.ts';
import { describe, say, type StepContext } from '../context.ts';

/** Time for Nova to notice that the domain is gone after we pulled the plug. */
const AFTER_HARD_STOP_MS = 60_000;

/** Stops the instance: gracefully by Nova; when the time limit is over, by pulling the plug of its domain on the host. */
export async function stop(context: StepContext): Promise<NewFact> {
  const { ports, state, signal, pollMs } = context;
  const { server, source, options } = state.plan;
  // Counted from when this run saw it begin: a guest that we left alone for an hour has not had an hour to stop.
  let beganAtMs: number | undefined;
  const limitMs = options.stopTimeoutSeconds * 1000;
  let asked = false;
  let pulledAtMs: number | undefined;

  for (;;) {
    const now = await ports.cloud.server(server.id, signal);
    if (now.host !== source.name)
      throw new Failure('migration.changed', `the instance left ${source.name}: Nova says ${describe(now)}`);
    if (now.status === 'SHUTOFF' && now.taskState === undefined) {
      const here = await ports.hypervisors.instance(source.name, server.id, signal);
      if (here.domain === 'shut off' && here.openBy.length === 0) break;
      if (here.domain === 'running' || here.domain === 'paused') throw runsAnyway(source.name);
      if (here.domain === 'unknown' && here.openBy.length === 0) break;
    } else if (now.status === 'ACTIVE' && now.taskState === undefined) {
      say(context, 'stopping the instance', { command: `openstack server stop ${server.id}` });
      await ports.cloud.stop(server.id, signal);
      beganAtMs = asked ? beganAtMs : undefined;
      asked = true;
    } else if (now.status !== 'ACTIVE' && now.status !== 'SHUTOFF') {
      throw new Failure('migration.changed', `the instance could not be stopped: Nova says ${describe(now)}`);
    }
    const nowMs = ports.clock.nowMs();
    beganAtMs ??= nowMs;
    if (pulledAtMs === undefined && server.running && nowMs - beganAtMs > limitMs) {
      pulledAtMs = nowMs;
      say(
        context,
        `the guest did not stop within ${String(options.stopTimeoutSeconds)} s; pulling the plug`,
        { level: 'warn', host: source.name },
      );
      await ports.hypervisors.destroyDomain(source.name, server.id, signal);
    } else if (nowMs - (pulledAtMs ?? beganAtMs + limitMs) > AFTER_HARD_STOP_MS) {
      throw new Failure('migration.failed', `the instance did not stop: Nova says ${describe(now)}`, {
        hint: `Look at the domain on ${source.name}: virsh domstate ${server.id}`,
      });
    }
    await ports.clock.wait(pollMs, signal);
  }
  say(context, `the instance is off on ${source.name}`, { host: source.name });
  return {
    type: 'stopped',
    how: !server.running ? 'was off' : pulledAtMs !== undefined ? 'hard' : 'graceful',
  };
}

function runsAnyway(host: string): Failure {
  return new Failure('migration.changed', `Nova says SHUTOFF, but libvirt on ${host} runs the instance`, {
    hint: `Somebody started it beside Nova. On ${host}: virsh list`,
  });
}
