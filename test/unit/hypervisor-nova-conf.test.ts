import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readConfig, readNovaSettings } from '../../main/services/hypervisor/nova-conf.ts';

test('a silent host has the defaults of Nova', () => {
  expect(readNovaSettings([])).toEqual({
    transport: 'ssh',
    myIp: undefined,
    instancesPath: '/var/lib/nova/instances',
    resizeConfirmWindowSeconds: 0,
    shutdownTimeoutSeconds: 60,
    useCowImages: true,
    forceRawImages: true,
    removeUnusedBaseImages: true,
    sendsServiceToken: false,
    files: [],
  });
});

test('later files win, names are filled in, quotes and line ends are taken off', () => {
  const first = [
    'my_ip = 10.0.0.1',
    '[DEFAULT]',
    '# my_ip = 10.0.0.9',
    'state_path=/srv/nova\r',
    'instances_path: $state_path/disks/',
    '  my_ip = a continued line',
    'use_cow_images = no',
    '[libvirt]',
    'remote_filesystem_transport = "rsync"',
    'my_ip = not this one',
    '[image_cache]',
    'remove_unused_base_images=False',
    '[service_user]',
    'send_service_user_token = True',
  ].join('\n');
  const second = '[DEFAULT]\nmy_ip = 10.0.0.2\nresize_confirm_window = 30\nshutdown_timeout=nonsense\n';
  expect(
    readNovaSettings([
      { path: '/a', text: first },
      { path: '/b', text: second },
    ]),
  ).toEqual({
    transport: 'rsync',
    myIp: '10.0.0.2',
    instancesPath: '/srv/nova/disks',
    resizeConfirmWindowSeconds: 30,
    shutdownTimeoutSeconds: 60,
    useCowImages: false,
    forceRawImages: true,
    removeUnusedBaseImages: false,
    sendsServiceToken: true,
    files: ['/a', '/b'],
  });
});

test('images_type does not change what use_cow_images says', () => {
  const text = '[DEFAULT]\nuse_cow_images=true\n[libvirt]\nimages_type=raw\n';
  expect(readNovaSettings([{ path: '/a', text }]).useCowImages).toBe(true);
});

test('a name that is filled in with itself ends', () => {
  const text = 'instances_path = /a/$instances_path\n';
  expect(readNovaSettings([{ path: '/a', text }]).instancesPath).toContain('/a/');
});

const word = fc.stringMatching(/^[a-z][a-z_]{0,11}$/);
const value = fc.stringMatching(/^[A-Za-z0-9/:=_.-]{0,20}$/);

test('whatever is written comes back, in either notation', () => {
  const settings = fc.array(fc.tuple(word, word, fc.constantFrom(' = ', '=', ': '), value), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(settings, (lines) => {
      const text = lines
        .map(([section, key, sign, written]) => `[${section}]\n${key}${sign}${written}\n`)
        .join('; note\n\n');
      const expected = new Map(lines.map(([section, key, , written]) => [`${section}.${key}`, written]));
      expect(readConfig([{ path: '/a', text }])).toEqual(expected);
    }),
  );
});

test('no text at all makes it fail', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(readNovaSettings([{ path: '/a', text }]).files).toEqual(['/a']);
    }),
  );
});
