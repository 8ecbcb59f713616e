import type { Configuration } from 'electron-builder';
import { relative, resolve } from 'node:path';
import { fuses } from './electron-fuses.ts';
import { loadedBy, packagesNotLoaded } from './shipped-packages.ts';

const root = resolve(import.meta.dirname, '..');
const loaded = loadedBy(resolve(root, 'out/main/app.js'));

/** The same as in main/app.ts. */
const APP_ID = 'org.coldhaul.Coldhaul';

/** For `apt show`, `rpm -qi` and the tip of the menu entry. */
const DESCRIPTION =
  'Moves shut-off virtual machines with local disks between KVM hosts under OpenStack Nova, and proves the copy. ' +
  'Expects clouds.yaml (or openrc), and hypervisors that your OpenSSH configuration reaches, with passwordless sudo.';

/** `npm run build` first; electron-builder --config build/electron-builder.config.ts [--linux|--win|--mac] */
const config: Configuration = {
  appId: APP_ID,
  productName: 'Coldhaul',
  copyright: 'Apache-2.0',
  directories: { output: 'dist', buildResources: 'build/resources' },
  artifactName: '${name}-${version}-${os}-${arch}.${ext}',
  extraMetadata: {
    desktopName: `${APP_ID}.desktop`,
    homepage: 'https://coldhaul.example',
    author: { name: 'Coldhaul maintainers', email: 'maintainers@coldhaul.example' },
  },
  asar: true,
  files: [
    'package.json',
    // The command line and the web host are for those who have Node; this binary refuses to be one.
    ...[...loaded.files].map((file) => relative(root, file)),
    'out/preload/**',
    'out/renderer/**',
    '!**/*.map',
    // Declarations and sources of libraries; what runs is JavaScript.
    '!**/*.{ts,mts,cts,tsbuildinfo}',
    '!**/node_modules/**/{test,tests,docs,examples,benchmark,benchmarks,.github}/**',
    ...packagesNotLoaded(root, loaded).map((directory) => `!${directory}/**`),
  ],
  electronLanguages: ['en-US'],
  electronFuses: fuses,
  // Every dependency is JavaScript: nothing is compiled, and no compiler's headers are fetched.
  npmRebuild: false,
  nodeGypRebuild: false,
  // Administrators install packages; the app does not look for newer ones.
  publish: null,
  linux: {
    target: ['AppImage', 'deb', 'rpm'],
    executableName: 'coldhaul',
    icon: 'icons',
    category: 'System',
    synopsis: 'Offline migration of local-disk virtual machines under OpenStack Nova',
    description: DESCRIPTION,
    syncDesktopName: true,
    desktop: {
      entry: {
        GenericName: 'Virtual machine migration',
        Keywords: 'openstack;nova;kvm;libvirt;migration;',
        StartupNotify: 'true',
      },
    },
  },
  // Besides what Electron needs: ssh -G and ssh-keygen -F are asked about hosts.
  deb: { packageCategory: 'admin', fpm: ['--depends', 'openssh-client'] },
  rpm: { fpm: ['--depends', 'openssh-clients'] },
  win: { target: ['nsis'], icon: 'icon.ico' },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true },
  mac: {
    target: ['dmg'],
    icon: 'icon.icns',
    category: 'public.app-category.utilities',
    hardenedRuntime: true,
  },
};

export default config;
