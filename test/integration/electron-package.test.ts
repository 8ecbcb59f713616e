import { extractAll, extractFile, listPackage, statFile } from '@electron/asar';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import type { Configuration } from 'electron-builder';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadedBy } from '../../build/shipped-packages.ts';
import { openStandinApp } from '../electron/open-standin.ts';
import { builtApp } from '../support/built-app.ts';
import { makeStandinDist } from '../support/standin-dist.ts';

/** A byte of the wire, as the documentation of fuses has it: the digits 0 and 1. */
const [OFF, ON] = [0x30, 0x31];

/** The `dir` target of the real configuration, on an Electron that is made up: what would every package hold? */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
let directory: string;
let unpacked: string;
let asar: string;
let files: readonly string[];
let config: Configuration;

beforeAll(async () => {
  await builtApp();
  // It looks at what was built.
  config = (await import('../../build/electron-builder.config.ts')).default;
  directory = await mkdtemp(join(tmpdir(), 'coldhaul-package-'));
  const dist = join(directory, 'electron');
  await makeStandinDist(dist);
  const words = [
    '--linux',
    'dir',
    '--x64',
    '--config',
    'build/electron-builder.config.ts',
    `-c.electronDist=${dist}`,
    `-c.directories.output=${join(directory, 'dist')}`,
  ];
  // A proxy that nobody answers at: whatever wants to fetch something fails.
  const nowhere = 'http://127.0.0.1:9';
  await promisify(execFile)(
    process.execPath,
    [join(ROOT, 'node_modules/electron-builder/cli.js'), ...words],
    {
      cwd: ROOT,
      env: {
        PATH: process.env['PATH'],
        HOME: directory,
        ELECTRON_BUILDER_CACHE: join(directory, 'cache'),
        HTTP_PROXY: nowhere,
        HTTPS_PROXY: nowhere,
        NO_PROXY: '',
      },
    },
  );
  unpacked = join(directory, 'dist/linux-unpacked');
  asar = join(unpacked, 'resources/app.asar');
  files = listPackage(asar, { isPack: false })
    .map((path) => path.replaceAll('\\', '/').replace(/^\//, ''))
    .filter((path) => !('files' in statFile(asar, path)));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const text = (path: string): string => extractFile(asar, path).toString('utf8');
const packed = (path: string): boolean => files.includes(path);

describe('what is in the archive', () => {
  test('everything that the app starts with', () => {
    const { main, name, desktopName } = JSON.parse(text('package.json')) as Record<string, string>;
    expect({ main, name, desktopName }).toEqual({
      main: 'out/main/app.js',
      name: 'coldhaul',
      desktopName: 'org.coldhaul.Coldhaul.desktop',
    });
    expect(
      ['out/main/app.js', 'out/preload/index.cjs', 'out/renderer/index.html'].filter((path) => !packed(path)),
    ).toEqual([]);
    const assets = [...text('out/renderer/index.html').matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(
      ([, path]) => path,
    );
    expect(assets).not.toEqual([]);
    expect(assets.filter((path) => !packed(`out/renderer/${path ?? ''}`))).toEqual([]);
  });

  test('every file and package that the main process imports, and what those need', () => {
    const missing: string[] = [];
    for (const file of files.filter((path) => /^out\/main\/.*\.js$/.test(path))) {
      for (const [, specifier = ''] of text(file).matchAll(/^import (?:[^"']* from )?"(\.[^"]+)"/gm)) {
        const target = new URL(specifier, `file:///${file}`).pathname.slice(1);
        if (!packed(target)) missing.push(`${file}: ${specifier}`);
      }
    }
    const wanted = [...loadedBy(join(ROOT, 'out/main/app.js')).packages];
    expect(wanted).toContain('ssh2');
    const seen = new Set<string>();
    for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      const inside = files.filter((path) => path.endsWith(`node_modules/${name}/package.json`));
      if (inside.length === 0) missing.push(name);
      for (const path of inside)
        wanted.push(...Object.keys((JSON.parse(text(path)) as { dependencies?: object }).dependencies ?? {}));
    }
    expect(missing).toEqual([]);
  });

  test('it starts, with nothing around it', async () => {
    const alone = join(directory, 'alone');
    extractAll(asar, alone);
    const app = await openStandinApp({
      env: { PATH: process.env['PATH'] },
      home: join(directory, 'home'),
      entry: join(alone, 'out/main/app.js'),
    });
    try {
      await app.page.getByRole('navigation').waitFor();
      const reply = await app.page.evaluate(() => window.coldhaul?.call('desk.read', {}));
      expect(reply).toMatchObject({ ok: true, value: { shell: 'desktop', migrations: [] } });
    } finally {
      await app.close();
    }
  });

  test('no package of the page: its bundle has them inside', () => {
    const names = files.flatMap(
      (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(path)?.[1] ?? [],
    );
    expect(names).toContain('zod');
    for (const name of [
      'react',
      'react-dom',
      '@mantine/core',
      '@tabler/icons-react',
      'uplot',
      'playwright',
      'vitest',
      'commander',
    ])
      expect(names).not.toContain(name);
  });

  test('nothing of the tests, no sources, no source maps', () => {
    expect(files.filter((path) => !/^(out|node_modules)\/|^package\.json$/.test(path))).toEqual([]);
    expect(
      files.filter((path) => /\.(map|ts|tsx|mts|cts)$|(^|\/)(test|tests|__tests__)\//.test(path)),
    ).toEqual([]);
    const ours = files.filter((path) => path.startsWith('out/') && /\.(js|cjs|css|html)$/.test(path));
    expect(ours.filter((path) => text(path).includes('sourceMappingURL'))).toEqual([]);
    expect(ours.filter((path) => /\bfrom "(@?playwright|vitest)/.test(text(path)))).toEqual([]);
    // They have no Node to run on here.
    expect(files.filter((path) => /^out\/main\/(cli|web)\.js$/.test(path))).toEqual([]);
  });

  test('nothing of the machine that built it, and no secrets', () => {
    const { username } = userInfo();
    const traces = [
      ROOT,
      tmpdir(),
      process.env['HOME'] ?? ROOT,
      `${username}@${hostname()}`,
      hostname(),
    ].filter((trace) => trace.length > 4 && trace !== '/root');
    const secrets =
      /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=\s]{64}|_authToken|npm_[A-Za-z0-9]{36}|gh[pousr]_[A-Za-z0-9]{36}/;
    const found: string[] = [];
    for (const path of files) {
      const content = text(path);
      for (const trace of traces) if (content.includes(trace)) found.push(`${path}: ${trace}`);
      if (path.startsWith('out/') && content.includes('/root/')) found.push(`${path}: /root/`);
      if (secrets.test(content)) found.push(`${path}: a secret`);
    }
    expect(found).toEqual([]);
    expect(
      files.filter((path) => /(^|\/)(\.env|\.npmrc|clouds\.yaml|secure\.yaml|id_[a-z0-9]+)$/.test(path)),
    ).toEqual([]);
  });

  test('no Node module that Electron does not have', () => {
    const imported = files
      .filter((path) => /^out\/main\/.*\.js$/.test(path))
      .flatMap((path) =>
        [...text(path).matchAll(/^import .* from "node:([^"]+)"/gm)].map(([, name]) => name ?? ''),
      );
    expect(imported.filter((name) => !builtinModules.includes(name))).toEqual([]);
  });
});

describe('what is around it', () => {
  test('the fuses are burnt into the binary', async () => {
    const wire = await getCurrentFuseWire(join(unpacked, 'coldhaul'));
    expect({
      runAsNode: wire[FuseV1Options.RunAsNode],
      cookies: wire[FuseV1Options.EnableCookieEncryption],
      nodeOptions: wire[FuseV1Options.EnableNodeOptionsEnvironmentVariable],
      inspect: wire[FuseV1Options.EnableNodeCliInspectArguments],
      integrity: wire[FuseV1Options.EnableEmbeddedAsarIntegrityValidation],
      onlyAsar: wire[FuseV1Options.OnlyLoadAppFromAsar],
      fileProtocol: wire[FuseV1Options.GrantFileProtocolExtraPrivileges],
    }).toEqual({
      runAsNode: OFF,
      cookies: ON,
      nodeOptions: OFF,
      inspect: OFF,
      integrity: ON,
      onlyAsar: ON,
      fileProtocol: OFF,
    });
  });

  test('the archive is the only app, the licences stay, other languages do not', async () => {
    expect((await readdir(join(unpacked, 'resources'))).sort()).toEqual(['app.asar']);
    expect(await readdir(join(unpacked, 'locales'))).toEqual(['en-US.pak']);
    const beside = await readdir(unpacked);
    expect(beside).toEqual(
      expect.arrayContaining(['LICENSE.electron.txt', 'LICENSES.chromium.html', 'coldhaul']),
    );
    expect((await stat(join(unpacked, 'coldhaul'))).mode & 0o111).not.toBe(0);
  });
});

describe('what the packages say', () => {
  test('they bring OpenSSH’s client, and say what they expect of clouds and hosts', () => {
    expect(config.deb?.fpm).toEqual(['--depends', 'openssh-client']);
    expect(config.rpm?.fpm).toEqual(['--depends', 'openssh-clients']);
    expect(config.linux?.description).toMatch(/clouds\.yaml/);
    expect(config.linux?.description).toMatch(/OpenSSH/);
    expect(config.linux?.description).toMatch(/sudo/);
  });

  test('every system has its targets and an icon that needs no conversion', async () => {
    expect([config.linux?.target, config.win?.target, config.mac?.target]).toEqual([
      ['AppImage', 'deb', 'rpm'],
      ['nsis'],
      ['dmg'],
    ]);
    const resources = join(ROOT, 'build/resources');
    const sizes = (await readdir(join(resources, 'icons'))).sort();
    for (const name of sizes) {
      const png = await readFile(join(resources, 'icons', name));
      expect([png.subarray(1, 4).toString(), `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}.png`]).toEqual([
        'PNG',
        name,
      ]);
    }
    expect(sizes).toEqual(expect.arrayContaining(['256x256.png', '512x512.png']));
    expect((await readFile(join(resources, 'icon.ico'))).readUInt16LE(2)).toBe(1);
    expect((await readFile(join(resources, 'icon.icns'))).subarray(0, 4).toString()).toBe('icns');
  });

  test('windows find their menu entry: one name in the app and in the packages', async () => {
    const app = await readFile(join(ROOT, 'main/app.ts'), 'utf8');
    expect(/APP_ID = '([^']+)'/.exec(app)?.[1]).toBe(config.appId);
    expect(config.linux?.syncDesktopName).toBe(true);
  });
});
