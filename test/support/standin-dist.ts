import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a binary of Electron has its fuses: this mark, the version of the wire, its length, a byte for each. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** As they are when Electron is built: 8 fuses, of which 0 is off and 1 is on. */
const WIRE = Buffer.from([1, 8, ...Buffer.from('10110011')]);

/** A made-up unpacked Electron for Linux: nothing runs in it, but it can be packed. */
export async function makeStandinDist(directory: string): Promise<void> {
  await mkdir(join(directory, 'locales'), { recursive: true });
  await mkdir(join(directory, 'resources'), { recursive: true });
  await writeFile(
    join(directory, 'electron'),
    Buffer.concat([Buffer.from('\x7fELF made up '), Buffer.from(SENTINEL), WIRE, Buffer.from(' the rest')]),
  );
  await chmod(join(directory, 'electron'), 0o755);
  for (const name of ['chrome-sandbox', 'chrome_crashpad_handler']) {
    await writeFile(join(directory, name), 'made up');
    await chmod(join(directory, name), 0o755);
  }
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'icudtl.dat', 'resources.pak', 'version']) {
    await writeFile(join(directory, name), 'made up');
  }
  for (const name of ['en-US.pak', 'de.pak']) await writeFile(join(directory, 'locales', name), 'made up');
}
