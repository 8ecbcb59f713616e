import { FILE_FORMAT } from './file-format.ts';

/** More names than this in `_base` are not listed. */
const MOST_BASES = 2000;
/** More disk files than this on one host are not added up. */
const MOST_DISKS = 400;

/**
 * Of the look at a domain: `$item`, its `$xml`, `$disks` and what virsh `$said` are there. `J`: target (empty for the
 * whole domain), status, words of virsh. virsh says nothing at all of a disk without a job (tools/virsh-domain.c,
 * virshBlockJobInfo with --raw). The mark `off` lets images be checked.
 */
export const CLOSE_DOMAIN_LOOK = `
  if [ -e "$tmp/close" ]; then
    case $said in
      'shut off'* | unlisted) : >"$tmp/off" ;;
      *'omain not found'*) [ "$code" -eq 0 ] || : >"$tmp/off" ;;
      running* | paused* | idle* | 'in shutdown'* | pmsuspended*)
        told=$("$@" domjobinfo "$item" 2>&1 </dev/null)
        printf 'J\\0\\0%s\\0%s\\0' "$?" "$told" >>"$out"
        printf '%s' "$disks" | tr '<' '\\n' | sed -n "s/^target .*dev=['\\"]\\([A-Za-z0-9]*\\)['\\"].*/\\1/p" | head -n 32 |
          while read -r target; do
            told=$("$@" blockjob "$item" "$target" --info --raw 2>&1 </dev/null)
            printf 'J\\0%s\\0%s\\0%s\\0' "$target" "$?" "$told" >>"$out"
          done
        ;;
    esac
    case \${xml-} in *'<tpm '*) printf 'X\\0tpm\\0yes\\0' >>"$out" ;; esac
  fi
`;

/**
 * Of the look at an image: `K`: image, status, what `qemu-img check` said, in JSON. Only under a domain that is off, and
 * without a lock, so that the check stands in nobody's way; QEMU before 2.10 has none. A raw disk is the guest's own
 * content and is never opened as anything else.
 */
export const CHECK_LOOK = `
if [ $kind = c ]; then
  name=\${item##*/}
  [ "$name" != disk.swap ] && [ "$name" != disk.config ] || exit 0
  case $(head -c 65536 "\${item%/*}/disk.info" 2>/dev/null) in *"/$name\\": \\"raw\\""* | *"/$name\\":\\"raw\\""*) exit 0 ;; esac
  head -c 3 -- "$item" | grep -q '^QFI' || exit 0
  set -- qemu-img check --output=json -f qcow2
  [ "$mode" = shared ] && set -- "$@" -U
  command -v timeout >/dev/null 2>&1 && set -- timeout 60 "$@"
  told=$("$@" "$item" 2>&1 </dev/null)
  printf 'K\\0%s\\0%s\\0%s\\0' "$item" "$?" "$told" >>"$out"
  exit 0
fi
`;

/**
 * Of the instance script, before it looks: `R` and `B`: the instances directory and the files in `_base`, as
 * FILE_FORMAT. `U`: an ephemeral base and the digest of its first MiB, where mkfs writes an id that no two hosts share. `I`: the content of disk.info. `M`: a disk file that begins as qcow2 does. `X`: name and value of a single fact: what the
 * config drive holds, where the state of a TPM lies, a directory by libvirt's name, and of all disks on the host the
 * allocated and the virtual bytes; the latter of qcow2 stand in bytes 24 to 31 (QEMU, docs/interop/qcow2.txt).
 */
export const CLOSE_LOOK = `
: >"$tmp/close"
find -H "$instances" -maxdepth 0 -printf 'R\\0${FILE_FORMAT}'
bases_in() { [ ! -d "$instances/_base" ] || find -H "$instances/_base" -mindepth 1 -maxdepth 1 ! -type d "$@"; }
if [ "$(bases_in -printf x | wc -c)" -le ${String(MOST_BASES)} ]; then
  bases_in -printf 'B\\0${FILE_FORMAT}'
  printf 'X\\0bases\\0yes\\0'
fi
heads=0
for base in "$instances"/_base/ephemeral_*; do
  [ -f "$base" ] && [ $heads -lt 64 ] || continue
  heads=$((heads + 1))
  printf 'U\\0%s\\0%s\\0' "$base" "$(head -c 1048576 -- "$base" | sha256sum)"
done
own=$instances/$pattern
if [ -f "$own/disk.info" ] && [ ! -L "$own/disk.info" ]; then
  printf 'I\\0%s\\0' "$(head -c 65536 "$own/disk.info" 2>/dev/null)"
fi
if [ -f "$own/disk.config" ] && [ ! -L "$own/disk.config" ]; then
  bytes_at() { dd if="$own/disk.config" bs=1 skip="$1" count="$2" 2>/dev/null | tr -d '\\0'; }
  kind=unknown
  case $(bytes_at 54 3)$(bytes_at 82 3) in *FAT*) kind=vfat ;; esac
  [ "$(bytes_at 32769 5)" != CD001 ] || kind=iso9660
  printf 'X\\0config\\0%s\\0' "$kind"
fi
for dir in "/var/lib/libvirt/swtpm/$pattern" "$own/swtpm/$pattern"; do
  [ ! -d "$dir" ] || printf 'X\\0tpmPath\\0%s\\0' "$dir"
done
case $old in instance-*) [ ! -d "$instances/$old" ] || printf 'X\\0old\\0%s\\0' "$instances/$old" ;; esac
all_disks() {
  find -H "$instances" -mindepth 2 -maxdepth 2 -type f -path "$instances/????????-????-????-????-????????????/disk*" ! -name disk.info "$@"
}
if [ "$(all_disks -printf x | wc -c)" -le ${String(MOST_DISKS)} ]; then
  printf 'X\\0disks\\0%s\\0' "$(all_disks -printf '\\n%b %s ' -exec od -An -v -tu1 -N 32 -w32 {} \\; 2>/dev/null |
    awk 'NF > 1 {
      allocated += $1 * 512
      virtual += $3 == 81 && $4 == 70 && $5 == 73 && $6 == 251 ? ((($31 * 256 + $32) * 256 + $33) * 256 + $34) + 4294967296 * ((($27 * 256 + $28) * 256 + $29) * 256 + $30) : $2
    } END { printf "%.0f/%.0f", allocated, virtual }')"
fi
`;

/** Of the instance script, when the domain and the images were looked at: the checks of the images. */
export const CHECK_ALL = `
if [ -e "$tmp/off" ] && [ -e "$tmp/checks" ]; then
  xargs -0 -r -n 1 -P 4 sh -c "$look" coldhaul "$tmp" "$mode" <"$tmp/checks"
fi
`;
