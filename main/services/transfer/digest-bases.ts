import { Failure } from '../../domain/failure.ts';
import { type Hosts } from '../../domain/ports.ts';
import { DIGEST_ALGORITHMS } from '../../domain/digest.ts';
import type { Transfer } from '../../domain/transfer.ts';
import { checkPath } from '../jobs/ids.ts';
import { runScript } from '../jobs/run-script.ts';
import { isDigest, settledDigest, type Reading } from './settled.ts';
import { DIGEST_BASES_SCRIPT } from './scripts/digest-bases.ts';

/** Fields of a record without its mark. */
const FIELDS = 4;

/** Makes `Transfer.digestBases`: one script, no job, for a plan leaves nothing behind. */
export function createDigestBases({ hosts }: { readonly hosts: Hosts }): Transfer['digestBases'] {
  return async function digestBases({ host, paths, algorithm }, signal) {
    if (paths.length === 0) return [];
    const known = DIGEST_ALGORITHMS.find((candidate) => candidate === algorithm);
    if (known === undefined) throw new Failure('bad-request', 'No such digest is known.');
    const args = [known, ...paths.map(checkPath)];
    const said = await runScript(hosts.shell(host), 'compare the bases', DIGEST_BASES_SCRIPT, args, {
      signal,
    });
    const readings = readReadings(said);
    return paths.map((path) => {
      const hex = settledDigest(readings.get(path) ?? []);
      if (hex !== undefined && isDigest(hex)) return hex;
      throw new Failure('migration.changed', `${path} on ${host} changed while its digest was made.`, {
        hint: `Look who writes to it: fuser -v on ${host}.`,
      });
    });
  };
}

function readReadings(said: string): ReadonlyMap<string, readonly Reading[]> {
  const fields = said.split('\0').filter((field) => field !== 'H');
  const found = new Map<string, readonly Reading[]>();
  for (let at = 0; fields[at] === 'D'; at += 1 + FIELDS) {
    const [path = '', before = '', hex = '', after = ''] = fields.slice(at + 1, at + 1 + FIELDS);
    found.set(path, [...(found.get(path) ?? []), { before, hex, after }]);
  }
  return found;
}
