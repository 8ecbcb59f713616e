import { spawnSync } from 'node:child_process';

/**
 * Tries what a lab host needs of the kernel, before anything is half done.
 *
 * @returns {string | undefined} one line on what is missing and what to do
 */
export function namespaceProblem() {
  const isRoot = process.getuid?.() === 0;
  const users = isRoot ? [] : ['--user', '--map-root-user', '--map-auto'];
  // Mounting /proc is what containers forbid most often. It happens in the new namespace only.
  const tried = spawnSync(
    'unshare',
    [...users, '--mount', '--pid', '--uts', '--fork', '--mount-proc', 'true'],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    },
  );
  if (tried.status === 0) return undefined;
  const said = tried.error?.message ?? tried.stderr.trim().split('\n').join(' ');
  const remedy = isRoot
    ? 'run it outside of a container, or in one that may make namespaces (CAP_SYS_ADMIN)'
    : 'run it as root, or see to util-linux 2.38 or newer, the package uidmap, ids for you in /etc/subuid and ' +
      '/etc/subgid (sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 "$USER"), and user ' +
      'namespaces being allowed (sysctl kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns)';
  return `this machine does not let us make the lab's hosts (${said}): ${remedy}`;
}
