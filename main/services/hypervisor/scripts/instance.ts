import { CHECK_ALL, CHECK_LOOK, CLOSE_DOMAIN_LOOK, CLOSE_LOOK } from './close-look.ts';
import { FILE_FORMAT } from './file-format.ts';

/**
 * Looks at one thing and adds a record to a file: `TMP MODE ITEM`; `v…` is a domain, `q…` an image,
 * `c…` one to be checked.
 *
 * `Q`: image, JSON of its chain, status, complaint. `T` (qemu-img older than 1.3, which has no JSON and no chain): the
 * image asked for, the file in its chain, status, text, blocks. `V`: server, status, what virsh said, whether it
 * has UEFI variables, and of its XML `<os>` and the `<disk>` elements. virsh forgets why it found no domain (tools/virsh-util.c, virshLookupDomainInternal), be it that
 * there is none or that the connection broke; so the list of all is asked too, and `unlisted` is its word.
 *
 * A raw disk's content is the guest's: it may pretend to be a qcow2 with any file of the host as its backing file. So
 * the format is taken from Nova's disk.info, and only a file that it does not list is probed.
 */
export const LOOK_SCRIPT = `
tmp=$1 mode=$2 item=$3
case $item in v*) kind=v ;; c*) kind=c ;; *) kind=q ;; esac
item=\${item#?}
out=$tmp/out.$$
if [ $kind = v ]; then
  if command -v timeout >/dev/null 2>&1; then set -- timeout 30 virsh; else set -- virsh; fi
  said=$("$@" domstate "$item" 2>&1 </dev/null)
  code=$? nvram= os= disks=
  if [ $code -eq 0 ]; then
    xml=$("$@" dumpxml "$item" 2>/dev/null </dev/null)
    case $xml in *'<nvram'*) nvram=yes ;; esac
    case $xml in *'<os'*'</os>'*) os=\${xml#*<os} os=\${os%%</os>*} ;; esac
    case $xml in *'<disk '*'</disk>'*) disks="<disk \${xml#*<disk }" disks="\${disks%</disk>*}</disk>" ;; esac
  elif all=$("$@" list --all --uuid 2>/dev/null </dev/null); then
    case $all in *"$item"*) ;; *) said=unlisted ;; esac
  fi
${CLOSE_DOMAIN_LOOK}
  printf 'V\\0%s\\0%s\\0%s\\0%s\\0%s\\0%s\\0' "$item" "$code" "$said" "$nvram" "$os" "$disks" >>"$out"
  exit 0
fi
${CHECK_LOOK}
[ ! -e "$tmp/close" ] || ! head -c 4 -- "$item" | grep -q -a '^QFI' || printf 'M\\0%s\\0' "$item" >>"$out"
name=\${item##*/} format=
[ "$name" = disk.config ] && format=raw
if [ -f "\${item%/*}/disk.info" ]; then
  case $(head -c 65536 "\${item%/*}/disk.info") in
    *"/$name\\": \\"raw\\""* | *"/$name\\":\\"raw\\""*) format=raw ;;
    *"/$name\\": \\"qcow2\\""* | *"/$name\\":\\"qcow2\\""*) format=qcow2 ;;
  esac
fi
if [ "$mode" != text ]; then
  set -- info --output=json --backing-chain
  [ "$mode" = shared ] && set -- "$@" -U
  [ -n "$format" ] && set -- "$@" -f "$format"
  {
    printf 'Q\\0%s\\0' "$item" >&3
    said=$(qemu-img "$@" "$item" 2>&1 >&3 </dev/null)
    printf '\\0%s\\0%s\\0' "$?" "$said" >&3
  } 3>>"$out"
  exit 0
fi
next=$item links=0
while [ -n "$next" ] && [ $links -lt 16 ]; do
  if [ -n "$format" ]; then set -- -f "$format"; else set --; fi
  text=$(qemu-img info "$@" "$next" 2>&1 </dev/null)
  code=$? format=
  blocks=$(stat -L -c %b -- "$next" 2>/dev/null)
  printf 'T\\0%s\\0%s\\0%s\\0%s\\0%s\\0' "$item" "$next" "$code" "$text" "$blocks" >>"$out"
  backing=$(printf '%s\\n' "$text" | sed -n 's/^backing file: //p' | head -n 1)
  backing=\${backing##*" (actual path: "}
  backing=\${backing%")"}
  case $backing in '' | /*) ;; *) backing=\${next%/*}/$backing ;; esac
  next=$backing links=$((links + 1))
done
`;

/**
 * All that a host holds of an instance, or of every one: `INSTANCES PATTERN LOOK CLOSE OLD-NAME`. CLOSE is `yes` for all
 * that a plan wants (close-look.ts), and then the pattern is one id. The pattern is the server's id, or a
 * glob that every id matches; with an empty IFS it is expanded, never split.
 *
 * `F`: a file, as FILE_FORMAT. `N`: another name with the id in it. `O`: /proc/PID/fd/N, what it leads to. `P`: pid and
 * command of one that has something open; one that has ended meanwhile, such as Nova's own looks at a disk every minute, has
 * nothing open any more and is left out. `C`: pid and command of one that names an instance. Words of a command are
 * ended by the unit separator (037). `E` ends it all. The kernel names an open file without the symbolic links on the way to
 * it, so descriptors are looked for by that path too. They are read before qemu-img opens the images itself.
 */
export const INSTANCE_SCRIPT = `
instances=$1 pattern=$2 look=$3 close=$4 old=$5
IFS=
[ -d "$instances" ] || { echo "$instances is not there" >&2; exit 1; }
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
case $pattern in
  *'['*) everything=yes ;;
  *) everything=no; printf 'v%s\\0' "$pattern" >"$tmp/domains" ;;
esac
command_of() { tr '\\0' '\\037' <"/proc/$1/cmdline" 2>/dev/null; }

real=$(readlink -f -- "$instances") || exit 1
find /proc/[0-9]*/fd -maxdepth 1 -type l \\( -lname "$instances/$pattern*" -o -lname "$instances/_coldhaul/$pattern*" \\
  -o -lname "$real/$pattern*" -o -lname "$real/_coldhaul/$pattern*" \\) \\
  -printf 'O\\0%p\\0%l\\0' 2>/dev/null >"$tmp/open"
cat "$tmp/open"
tr '\\0' '\\n' <"$tmp/open" | sed -n 's|^/proc/\\([0-9]*\\)/fd/[0-9]*$|\\1|p' | sort -u | while read -r pid; do
  command=$(command_of "$pid")
  [ -n "$command" ] || [ -n "$(ls "/proc/$pid/fd" 2>/dev/null)" ] || continue
  printf 'P\\0%s\\0%s\\0' "$pid" "$command"
done
grep -l -s -a -e "$pattern" /proc/[0-9]*/cmdline | cut -d/ -f3 | while read -r pid; do
  printf 'C\\0%s\\0%s\\0' "$pid" "$(command_of "$pid")"
done

[ "$close" = no ] || {
${CLOSE_LOOK}
}
for dir in "$instances"/$pattern "$instances"/\${pattern}_resize "$instances"/_coldhaul/$pattern; do
  [ -d "$dir" ] && [ ! -L "$dir" ] || continue
  find "$dir" -maxdepth 1 -printf 'F\\0${FILE_FORMAT}' 2>/dev/null
  id=\${dir##*/}
  [ $everything = yes ] && printf '%s\\n' "\${id%_resize}" >>"$tmp/ids"
  for file in "$dir"/disk "$dir"/disk.*; do
    [ -f "$file" ] && [ ! -L "$file" ] && [ "\${file##*/}" != disk.info ] || continue
    printf 'q%s\\0' "$file"
    [ "$dir" != "$instances/$pattern" ] || printf 'c%s\\0' "$file" >>"$tmp/checks"
  done >>"$tmp/images"
done
for name in "$instances"/*$pattern* "$instances"/.*$pattern* "$instances"/_coldhaul/*$pattern*; do
  [ -e "$name" ] || [ -L "$name" ] || continue
  printf 'N\\0%s\\0' "\${name#"$instances"/}"
done

if command -v virsh >/dev/null 2>&1; then
  [ -f "$tmp/ids" ] && sort -u "$tmp/ids" | sed 's/^/v/' | tr '\\n' '\\0' >"$tmp/domains"
else
  rm -f "$tmp/domains"
fi
mode=plain
set -- $(qemu-img --version 2>/dev/null | head -n 1 | sed -n 's/.*version \\([0-9]*\\)\\.\\([0-9]*\\).*/\\1:\\2/p')
case \${1:-9:0} in
  0:* | 1:[0-2]) mode=text ;;
  1:* | 2:[0-9]) mode=plain ;;
  *) mode=shared ;;
esac
touch "$tmp/images" "$tmp/domains"
cat "$tmp/images" "$tmp/domains" | xargs -0 -r -n 1 -P 4 sh -c "$look" coldhaul "$tmp" "$mode"
${CHECK_ALL}
cat "$tmp"/out.* 2>/dev/null || :
printf 'E\\0'
`;

const HEX = '[0-9a-f]';

/** A glob for every id of a server, also understood by grep. */
export const EVERY_ID = [8, 4, 4, 4, 12].map((length) => HEX.repeat(length)).join('-');

/** The files asked for, in that order; `n` for the type of one that is not there: `PATH…`. */
export const STAT_SCRIPT = `
for path in "$@"; do
  if [ -e "$path" ] || [ -L "$path" ]; then
    find "$path" -maxdepth 0 -printf '${FILE_FORMAT}' || exit 1
  else
    printf 'n\\0%s\\0\\0\\0\\0\\0\\0\\0\\0\\0' "$path"
  fi
done
`;
