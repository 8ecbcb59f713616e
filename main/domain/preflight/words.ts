import { showCommand } from '../naming.ts';
import type { HostEvidence } from './evidence.ts';

/** How to see the same with one's own eyes. */
export function look(where: string, argv: readonly string[]): string {
  return `To look yourself, on ${where}: ${showCommand(argv)}`;
}

/** One word of a command to copy, quoted where the shell would take it for something else; names come from hosts and cloud. */
export function quoted(word: string): string {
  return showCommand([word]);
}

/** A setting of Nova on a host, with where it stands. */
export function ofNova({ name, facts }: HostEvidence, what: string): string {
  const { files } = facts.nova;
  return `${name}: ${what}, ${files.length === 0 ? 'Nova’s default; no nova.conf was found' : `from ${files.join(', ')}`}`;
}

/** How to see what Placement has of a host. */
export function inPlacement(host: string): string {
  return look('the workstation', ['openstack', 'resource', 'provider', 'list', '--name', host]);
}
