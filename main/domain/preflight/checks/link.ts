import type { HostTraits, NetworkInterface } from '../../host-traits.ts';
import { formatRate } from '../../units.ts';
import type { MoveCheck } from '../check.ts';
import type { MoveEvidence } from '../evidence.ts';
import type { Judgement } from '../judgement.ts';
import { interfaceOf, interfaceTo, isLoopback } from '../routes.ts';
import { look, ofNova, quoted } from '../words.ts';
import { withBoth } from './traits.ts';

const BITS_PER_BYTE = 8;
/** A share of the link beyond which others are there, and one beyond which there is hardly room. */
const BUSY_SHARE = 0.3;
const FULL_SHARE = 0.8;
/** What counts as busy where the driver does not tell the speed: more than half of 1 Gbit/s. */
const BUSY_BYTES_PER_SECOND = 60e6;
const SLOW_MEGABITS = 1000;

/** The network that the copy will take, and who else is on it. */
export const LINK_CHECKS: readonly MoveCheck[] = [
  {
    id: 'hosts.address',
    title: 'Network of the copy',
    scope: 'move',
    protectsFrom:
      'The copy takes a network that it was not meant for, or goes to an address that was never tried.',
    sources: ['row 22', 'seed 3', 'nova/virt/libvirt/driver.py (get_host_ip_addr)'],
    reads:
      'host_ip of the destination; nova.conf: my_ip, [libvirt] migration_inbound_addr; addresses and routes of both hosts',
    testedIn: ['test/unit/domain/preflight/host-link.test.ts', 'test/integration/preflight-hosts.test.ts'],
    judge: (evidence) => ({
      evidence: [
        `Nova tells host_ip ${evidence.destinationAddress} of ${evidence.destination.name}`,
        ofNova(evidence.destination, `my_ip ${evidence.destination.facts.nova.myIp ?? 'not set'}`),
        look(evidence.source.name, ['ip', 'route', 'get', evidence.destinationAddress]),
      ],
      ...withBoth(evidence, (here, there) => ofAddress(evidence, here, there)),
    }),
  },
  {
    id: 'hosts.link',
    title: 'Who else uses the link',
    momentary: true,
    scope: 'move',
    protectsFrom: 'The copy takes the network from others, such as the message queue, or they from it.',
    sources: ['row 22', 'row 40', 'seed 3'],
    reads: 'Speed and byte counters of the interfaces that the copy takes, twice within one script',
    testedIn: ['test/unit/domain/preflight/host-link.test.ts', 'test/integration/preflight-hosts.test.ts'],
    judge: (evidence) => ({
      evidence: linksOf(evidence).map(
        ({ host, link }) =>
          `${host}, ${link?.name ?? 'interface not known'}: ${speedOf(link)}, ${link?.bytesPerSecond === undefined ? 'traffic not measured' : formatRate(link.bytesPerSecond)}`,
      ),
      ...withBoth(evidence, () => ofLink(evidence)),
    }),
  },
];

interface Link {
  readonly host: string;
  readonly link: NetworkInterface | undefined;
}

/** By which interface it leaves the source, and by which it arrives. */
function linksOf({ source, destination, destinationAddress }: MoveEvidence): readonly [Link, Link] {
  const [here, there] = [source.facts.traits?.network, destination.facts.traits?.network];
  return [
    { host: source.name, link: here && interfaceTo(here, destinationAddress) },
    { host: destination.name, link: there && interfaceOf(there, destinationAddress) },
  ];
}

function speedOf(link: NetworkInterface | undefined): string {
  return link?.megabitsPerSecond === undefined
    ? 'speed not told'
    : `${String(link.megabitsPerSecond)} Mbit/s`;
}

function ofAddress(evidence: MoveEvidence, here: HostTraits, there: HostTraits): Judgement {
  const { destination, source, destinationAddress: address } = evidence;
  const { migrationAddress } = there.nova;
  if (isPlain(migrationAddress) && migrationAddress !== address) {
    return {
      verdict: 'warn',
      message: `nova.conf on ${destination.name} has migration_inbound_addr ${migrationAddress}: a Nova that knows it copies there, while Coldhaul tried, and copies to, ${address}.`,
      fix: `On ${source.name}: sudo -u ${source.facts.novaUser.name} ssh -o BatchMode=yes ${quoted(migrationAddress)} true`,
    };
  }
  const { myIp } = destination.facts.nova;
  if (isPlain(myIp) && myIp !== address) {
    return {
      verdict: 'warn',
      message: `nova.conf on ${destination.name} has my_ip ${myIp}, but Nova tells ${address}: it was changed since nova-compute started, and the next start changes where Nova copies to.`,
      fix: `Restart nova-compute on ${destination.name}, or put the old my_ip back.`,
    };
  }
  if (here.network === undefined || there.network === undefined)
    return {
      verdict: 'note',
      message: 'The addresses of one host could not be read: it has no ip (iproute2).',
    };
  const [{ link: out }, { link: into }] = linksOf(evidence);
  if (into === undefined) {
    return {
      verdict: 'note',
      message: `No interface of ${destination.name} has the address ${address}: something on the way sends it on, and its speed is not known.`,
    };
  }
  const login = there.network.loginAddress;
  const way = `from ${source.name}${out === undefined ? '' : ` by ${out.name} (${speedOf(out)})`} to ${destination.name} by ${into.name} (${speedOf(into)})`;
  const isLogin = login !== undefined && interfaceOf(there.network, login)?.name === into.name;
  if (isLogin && !isLoopback(into)) {
    return {
      verdict: 'note',
      message: `The copy goes ${way}, which is also where we logged in: most likely the network of the control plane. A limit leaves room for the others there.`,
      fix: 'Give --bwlimit, or set my_ip of the hosts to a network for such copies.',
    };
  }
  return { verdict: 'pass', message: `The copy goes ${way}.` };
}

/** Not one that is made of another setting, which Nova itself fills in. */
function isPlain(address: string | undefined): address is string {
  return address !== undefined && /^[\w.:-]+$/.test(address);
}

function ofLink(evidence: MoveEvidence): Judgement {
  const links = linksOf(evidence);
  const unknown = links.filter(({ link }) => link === undefined);
  if (unknown.length > 0)
    return {
      verdict: 'note',
      message: `By which interface of ${unknown.map(({ host }) => host).join(' and ')} the copy goes is not known, so neither is who else uses it.`,
    };
  const told = links.flatMap(({ host, link }) =>
    link === undefined || isLoopback(link) ? [] : [{ host, link, share: shareOf(link) }],
  );
  const busy = told.filter(({ share }) => share !== undefined && share >= BUSY_SHARE);
  const words = (found: typeof told): string =>
    found
      .map(
        ({ host, link }) =>
          `${link.name} of ${host} carries ${formatRate(link.bytesPerSecond ?? 0)} (${speedOf(link)})`,
      )
      .join(', ');
  if (busy.length > 0) {
    return {
      verdict: busy.some(({ share }) => (share ?? 0) >= FULL_SHARE) ? 'warn' : 'note',
      message: `The link is in use by others: ${words(busy)}. The copy will be slower, and they too.`,
      fix: 'Give --bwlimit, or wait: sar -n DEV 1 10',
    };
  }
  const slow = told.filter(({ link }) => (link.megabitsPerSecond ?? SLOW_MEGABITS) < SLOW_MEGABITS);
  if (slow.length > 0)
    return {
      verdict: 'note',
      message: `The link is slow: ${words(slow)}.`,
      fix: 'Look at the cable and the switch: ethtool tells what was negotiated.',
    };
  if (told.some(({ share }) => share === undefined))
    return {
      verdict: 'note',
      message: 'The byte counters of the link could not be read, so who else uses it is not known.',
    };
  return {
    verdict: 'pass',
    message:
      told.length === 0 ? 'The copy does not leave this machine.' : `The link has room: ${words(told)}.`,
  };
}

/** Part of the link that is in use, both directions counted; without a speed, 0 or what counts as busy. `undefined`: not measured. */
function shareOf({ bytesPerSecond, megabitsPerSecond }: NetworkInterface): number | undefined {
  if (bytesPerSecond === undefined) return undefined;
  if (megabitsPerSecond === undefined) return bytesPerSecond >= BUSY_BYTES_PER_SECOND ? BUSY_SHARE : 0;
  return (bytesPerSecond * BITS_PER_BYTE) / (megabitsPerSecond * 1e6);
}
