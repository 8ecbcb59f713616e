import { expect, test } from 'vitest';
import { judged, sourceWith, unread } from '../../../support/judged.ts';
import { good, home } from '../../../support/plan-evidence.ts';
import { directory, diskFile, server } from '../../../support/samples.ts';

test('a TPM is told with the place of its state', () => {
  expect(judged('source.tpm', good).verdict).toBe('pass');
  const tpmPath = '/var/lib/libvirt/swtpm/u';
  expect(judged('source.tpm', sourceWith({}, { hasTpm: true, tpmPath }))).toMatchObject({
    verdict: 'note',
    message: expect.stringContaining(`lies in ${tpmPath}`) as string,
  });
  expect(judged('source.tpm', sourceWith({}, { hasTpm: true }))).toMatchObject({
    verdict: 'warn',
    message: expect.stringContaining('was not found') as string,
  });
});

test('a config drive of either kind travels; one that is missing or unknown is told', () => {
  expect(judged('source.config-drive', good).verdict).toBe('pass');
  const at = { directory: directory(home, { disks: [diskFile('disk.config', { sizeBytes: 491_520 })] }) };
  for (const kind of ['iso9660', 'vfat'] as const) {
    const found = judged('source.config-drive', sourceWith(at, { configDrive: kind }));
    expect(found).toMatchObject({ verdict: 'pass', message: expect.stringContaining(kind) as string });
  }
  expect(judged('source.config-drive', sourceWith(at, { configDrive: 'unknown' })).verdict).toBe('note');
  const promised = { server: server({ configDrive: true }) };
  expect(judged('source.config-drive', sourceWith({}, {}, promised)).verdict).toBe('warn');
});

test('what was not read is no pass', () => {
  for (const id of ['source.tpm', 'source.config-drive'])
    expect(judged(id, unread(good)).verdict).toBe('note');
});
