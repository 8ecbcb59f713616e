import type { MigrationView } from '../contract/views.ts';
import { printable } from '../domain/naming.ts';

/** What goes on without us when we end now, for whoever presses Ctrl-C; `undefined` if nothing is under way. */
export function goesOnWithoutUs(
  migrations: readonly Pick<MigrationView, 'active' | 'server' | 'running'>[],
): string | undefined {
  const active = migrations.filter((migration) => migration.active);
  if (active.length === 0) return undefined;
  const names = (some: typeof active): string => some.map(({ server }) => printable(server.name)).join(', ');
  const off = active.filter(({ running }) => !running);
  return [
    `Under way: ${names(active)}. What runs on the hosts goes on, up to the end of its step; the steps after it wait for Coldhaul.`,
    ...(off.length === 0 ? [] : [`Off until then: ${names(off)}.`]),
    'Start Coldhaul again, or use coldhaul resume: it goes on from there. Nothing is lost.',
  ].join('\n');
}

/** How to get at the page from a machine that is reached over SSH. */
export function throughTunnel(
  env: Readonly<Record<string, string | undefined>>,
  port: number,
): string | undefined {
  if ((env['SSH_CONNECTION'] ?? '') === '') return undefined;
  return `From where you sit: ssh -L ${port}:127.0.0.1:${port} to this machine, then open the same address there.`;
}
