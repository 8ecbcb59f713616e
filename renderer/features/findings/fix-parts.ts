import { printable } from '@contract/format.ts';

/** A piece of what to do: words to read, or a command to copy. */
export interface FixPart {
  readonly kind: 'words' | 'command';
  readonly text: string;
}

/** What commands begin with. */
const PROGRAMS = new Set(
  `aa-status apt apt-get ausearch awk b2sum blkid blockdev cat cd chcon chgrp chmod chown chronyc cinder cmp coldhaul cp
  crudini curl dd df diff dig dmesg dmidecode dnf docker dpkg du echo edquota env ethtool fallocate filefrag findmnt
  fstrim fuser getent getenforce getfacl getfattr glance grep groupadd groupmod hostname hostnamectl id iostat ip iperf3
  iptables journalctl kolla-ansible ls lsattr lsblk lscpu lsof lspci lvs mdadm mkdir modprobe mv nc nft nova nova-manage
  nova-status numactl nvme od openssl openstack ovs-vsctl pgrep ping podman printf ps pvs qemu-img qemu-nbd readlink
  repquota restorecon rm rmdir rpm rsync sar scp sed semanage sestatus setfacl setquota setsebool sh sha1sum sha256sum
  smartctl ss ssh ssh-add ssh-copy-id ssh-keygen ssh-keyscan stat su sudo swapoff sysctl systemctl systemd-run tee
  timedatectl touch traceroute tune2fs umount uname useradd usermod vgs virsh virt-host-validate virt-xml visudo vmstat
  xfs_growfs xfs_info xfs_quota xxd yum zypper`.split(/\s+/),
);

/** Programs that are English words as well: what follows must look like an option, a path or a name of a machine. */
const AMBIGUOUS = new Set(
  'date file find free head host install kill mount quota service sync tail test'.split(' '),
);
const LIKE_AN_ARGUMENT = /^(?:[-/.~$'"\d]|\S*[-_=/.:@\d])/;

/** Words of sentences, which stand in no command unless quoted. */
const PROSE =
  /(?:^|\s)(?:(?:after|again|and|are|before|by|each|every|for|from|has|have|if|in|is|it|its|lists|must|of|or|out|says|shows|tells|that|the|them|then|there|to|until|was|were|what|whether|which|with|you|your)(?=\s|$)|on\s)/;

/** Where a command may follow after another one: `, then merge it: virsh …`, `; systemctl …`. */
const JOINT = /^(?:[,;.]\s+(?:and then|and|then|or)?\s*|\s+)/;

/**
 * A fix in pieces, such as `On compute-a:` and `chown nova: /path`. What is not surely a command stays words: a wrong
 * command is worse than one that must be copied by hand.
 */
export function fixParts(fix: string): readonly FixPart[] {
  return fix.split('\n').flatMap(lineParts);
}

function lineParts(line: string): readonly FixPart[] {
  const parts: FixPart[] = [];
  let from = 0;
  let at: number | undefined = 0;
  while (at !== undefined) {
    const end = commandEnd(line, at);
    if (end === undefined) {
      at = nextStart(line, at);
      continue;
    }
    parts.push(...wordsOf(line.slice(from, at)), { kind: 'command', text: line.slice(at, end) });
    from = end;
    const joint = JOINT.exec(line.slice(end))?.[0] ?? '';
    at = joint === '' ? undefined : end + joint.length;
  }
  return [...parts, ...wordsOf(line.slice(from))];
}

/** Without what joined them to the command before. */
function wordsOf(text: string): readonly FixPart[] {
  const words = printable(text.replace(/^[,;.]?\s+|^\.$/, '').trimEnd());
  return words === '' ? [] : [{ kind: 'words', text: words }];
}

/** Where the next command may begin: after a colon, or after `, then`. */
function nextStart(line: string, from: number): number | undefined {
  const found = /: |, then /.exec(line.slice(from));
  return found === null ? undefined : from + found.index + found[0].length;
}

/** Where the command that begins here ends; `undefined` if none begins here. */
function commandEnd(line: string, start: number): number | undefined {
  if (!beginsCommand(line.slice(start))) return undefined;
  const scanned = scan(line, start);
  if (scanned === undefined) return undefined;
  const text = line.slice(start, scanned.end);
  const isAlone = !/\s/.test(text) && !/^\.?$/.test(line.slice(scanned.end));
  return isAlone || PROSE.test(scanned.unquoted) || printable(text) !== text ? undefined : scanned.end;
}

function beginsCommand(text: string): boolean {
  const [, word = '', next] = /^(?:[A-Z_]+=\S* )*(\S+)(?: +(\S+))?/.exec(text) ?? [];
  const program = word.replace(/^\/(?:[\w.-]+\/)*/, '').replace(/[,;.]$/, '');
  if (AMBIGUOUS.has(program)) return next === undefined || LIKE_AN_ARGUMENT.test(next);
  return PROGRAMS.has(program);
}

/** To where the sentence goes on, or ends; `undefined` if a quotation is left open. */
function scan(line: string, start: number): { readonly end: number; readonly unquoted: string } | undefined {
  let quote = '';
  let unquoted = '';
  let at = start;
  for (; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (quote !== '') {
      if (character === '\\' && quote === '"') at += 1;
      else if (character === quote) quote = '';
    } else if (character === '\\') at += 1;
    else if (character === "'" || character === '"') quote = character;
    else if (endsHere(line, at)) break;
    else unquoted += character;
  }
  return quote === '' ? { end: Math.min(at, line.length), unquoted } : undefined;
}

/** `, or …`, ` (see …`, `. Then …`, and the full stop of the last sentence, which is not the directory `.`. */
function endsHere(line: string, at: number): boolean {
  const rest = line.slice(at);
  if (/^(?:[,;]\s|\s\()/.test(rest)) return true;
  return /^\.(?:\s+\p{Lu}|$)/u.test(rest) && !/[\s./]/.test(line.charAt(at - 1));
}
