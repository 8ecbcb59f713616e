import { AGGREGATE_CHECKS } from './checks/aggregates.ts';
import type { Check, CloudCheck, HostCheck } from './check.ts';
import { ACCOUNT_CHECKS } from './checks/accounts.ts';
import { BOOT_CHECKS } from './checks/boot.ts';
import { CAPACITY_CHECKS } from './checks/capacity.ts';
import { CLOCK_CHECKS } from './checks/clock.ts';
import { CLOUD_CHECKS } from './checks/cloud.ts';
import { CPU_CHECKS } from './checks/cpu.ts';
import { DEVICE_CHECKS } from './checks/devices.ts';
import { DISK_CHECKS } from './checks/disks.ts';
import { CHAIN_CHECKS } from './checks/chains.ts';
import { DISK_HEALTH_CHECKS } from './checks/disk-health.ts';
import { DISK_USE_CHECKS } from './checks/disk-use.ts';
import { DISK_INFO_CHECKS } from './checks/disk-info.ts';
import { BASE_CHECKS } from './checks/bases.ts';
import { DOMAIN_CHECKS } from './checks/domains.ts';
import { FILE_LIMIT_CHECKS } from './checks/file-limits.ts';
import { FILE_SYSTEM_CHECKS } from './checks/file-system.ts';
import { FROZEN_LAYER_CHECKS } from './checks/frozen-layers.ts';
import { LIVE_FREEZE_CHECKS } from './checks/live-freeze.ts';
import { FLATTENING_CHECKS } from './checks/flattening.ts';
import { FIT_CHECKS } from './checks/fit.ts';
import { HISTORY_CHECKS } from './checks/history.ts';
import { HOST_CHECKS } from './checks/hosts.ts';
import { IMAGE_STATE_CHECKS } from './checks/image-state.ts';
import { IMAGE_CHECKS } from './checks/image.ts';
import { LEFT_BEHIND_CHECKS } from './checks/left-behind.ts';
import { LEFTOVER_CHECKS } from './checks/leftovers.ts';
import { LINK_CHECKS } from './checks/link.ts';
import { MACHINE_TYPE_CHECKS } from './checks/machine-type.ts';
import { NEIGHBOUR_CHECKS } from './checks/neighbours.ts';
import { MEASURED_CHECKS } from './checks/measured.ts';
import { NOVA_BY_ITSELF_CHECKS } from './checks/nova-by-itself.ts';
import { NOVA_SETTING_CHECKS } from './checks/nova-settings.ts';
import { PORT_CHECKS } from './checks/ports.ts';
import { PROCESSOR_CHECKS } from './checks/processors.ts';
import { ROOM_CHECKS } from './checks/room.ts';
import { SERVER_CHECKS } from './checks/server.ts';
import { SETTING_CHECKS } from './checks/settings.ts';
import { SFTP_CHECKS } from './checks/sftp.ts';
import { SPEED_CHECKS } from './checks/speed.ts';
import { ROLE_CHECKS, TOKEN_CHECKS } from './checks/token.ts';
import { VERSION_CHECKS } from './checks/versions.ts';
import { VOLUME_CHECKS } from './checks/volumes.ts';
import { WAY_CHECKS } from './checks/way.ts';

/** Everything that is looked at before an instance is moved, in the order in which one would think of it. */
export const CHECKS: readonly Check[] = [
  ...CLOUD_CHECKS,
  ...ROLE_CHECKS,
  ...TOKEN_CHECKS,
  ...SERVER_CHECKS,
  ...HISTORY_CHECKS,
  ...NEIGHBOUR_CHECKS,
  ...VOLUME_CHECKS,
  ...PORT_CHECKS,
  ...HOST_CHECKS,
  ...VERSION_CHECKS,
  ...ACCOUNT_CHECKS,
  ...CLOCK_CHECKS,
  ...CPU_CHECKS,
  ...BOOT_CHECKS,
  ...MACHINE_TYPE_CHECKS,
  ...SETTING_CHECKS,
  ...NOVA_SETTING_CHECKS,
  ...NOVA_BY_ITSELF_CHECKS,
  ...FILE_SYSTEM_CHECKS,
  ...FILE_LIMIT_CHECKS,
  ...WAY_CHECKS,
  ...SFTP_CHECKS,
  ...LINK_CHECKS,
  ...SPEED_CHECKS,
  ...MEASURED_CHECKS,
  ...CAPACITY_CHECKS,
  ...FIT_CHECKS,
  ...AGGREGATE_CHECKS,
  ...DISK_CHECKS,
  ...CHAIN_CHECKS,
  ...FROZEN_LAYER_CHECKS,
  ...LIVE_FREEZE_CHECKS,
  ...FLATTENING_CHECKS,
  ...DISK_HEALTH_CHECKS,
  ...DISK_USE_CHECKS,
  ...DISK_INFO_CHECKS,
  ...BASE_CHECKS,
  ...IMAGE_CHECKS,
  ...IMAGE_STATE_CHECKS,
  ...PROCESSOR_CHECKS,
  ...DEVICE_CHECKS,
  ...LEFTOVER_CHECKS,
  ...DOMAIN_CHECKS,
  ...ROOM_CHECKS,
  ...LEFT_BEHIND_CHECKS,
];

export const OF_CLOUD = CHECKS.filter((check): check is CloudCheck => check.scope === 'cloud');
export const OF_HOST = CHECKS.filter((check): check is HostCheck => check.scope === 'host');
