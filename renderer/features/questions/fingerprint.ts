/** Public half of a host's key as sshd keeps it; for `ssh-keygen -lf` on the host's own console. */
export function keyFileOf(keyType: string): string {
  return `/etc/ssh/ssh_host_${familyOf(keyType)}_key.pub`;
}

function familyOf(keyType: string): string {
  if (keyType.includes('ed25519')) return 'ed25519';
  if (keyType.includes('ecdsa')) return 'ecdsa';
  if (keyType.includes('dss')) return 'dsa';
  // `ssh-rsa`, `rsa-sha2-256`, `rsa-sha2-512`: three names of one kind of key.
  if (keyType.includes('rsa')) return 'rsa';
  // The shell of the console puts in what is there.
  return '*';
}

export type Comparison = 'nothing given' | 'equal' | 'different';

/** Looks for the fingerprint in what was pasted, be it alone or the whole line of `ssh-keygen -lf`. */
export function compare(pasted: string, fingerprint: string): Comparison {
  const words = pasted.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return 'nothing given';
  return words.some((word) => bare(word) === bare(fingerprint)) ? 'equal' : 'different';
}

function bare(fingerprint: string): string {
  return fingerprint.replace(/^SHA256:/, '').replace(/=+$/, '');
}
