import { FILE_FUNCTIONS } from './file-functions.ts';
import { CHAIN_FUNCTIONS } from './layers.ts';

/** `INSTANCES SERVER USER`. QEMU’s user passes through on its way to a frozen layer, and need not see what else is there. */
export const MAKE_STAGE_SCRIPT = `${FILE_FUNCTIONS}
own_directory "$1/_coldhaul" "$3" 0755
own_directory "$1/_coldhaul/$2" "$3" 0711
`;

/**
 * `INSTANCES SERVER`. One name after the other: of two staged names for the same bytes the second is then seen to
 * be the last one, and stays. Says the paths of what was kept. While a chain or a process needs anything of it, it is left
 * alone. Only the second names of disks that a guest has open since it was frozen while it ran (live.ts), or that its definition
 * has, hold up nothing else: they stay where they are.
 */
export const RELEASE_STAGE_SCRIPT = `${FILE_FUNCTIONS}${CHAIN_FUNCTIONS}
instances=$1 dir=$1/$2 stage=$1/_coldhaul/$2
[ -d "$stage" ] && [ ! -L "$stage" ] || exit 0
named=$(virsh domblklist "$2" 2>/dev/null; virsh domblklist "$2" --inactive 2>/dev/null)
is_held() {
  case $1 in "$stage"/live.*) same "$1" "$dir/\${1#"$stage"/live.}" || return 1 ;; *) return 1 ;; esac
  case $named in *"$1"*) return 0 ;; esac
  [ -n "$(users_of "$instances" "$1")" ]
}
held=no
for file in "$stage"/live.*; do
  ! is_held "$file" || held=yes
done
if [ $held = no ]; then
  unused "$instances" "$stage"
else
  for file in "$stage"/*; do
    is_held "$file" || unused "$instances" "$file"
  done
fi
# Our copy of Nova's own record, which Nova has written anew.
rm -f -- "$stage/disk.info"
for file in "$stage"/* "$stage"/.[!.]*; do
  case \${file##*/} in .coldhaul-*) rm -f -- "$file" ;; esac
  plain "$file" && [ "$(stat -c %h -- "$file")" -gt 1 ] || continue
  is_held "$file" || rm -f -- "$file" || exit 1
done
if [ $held = no ]; then
  rmdir -- "$stage" 2>/dev/null && exit 0
  keep "$stage"
else
  kept=
  for file in "$stage"/*; do
    ! is_held "$file" || continue
    if [ -z "$kept" ]; then
      kept=$(kept_name "$stage")
      while there "$kept"; do sleep 1; kept=$(kept_name "$stage"); done
      mkdir -m 0711 -- "$kept" || exit 1
    fi
    rename_once "$file" "$kept/\${file##*/}" || exit 1
  done
  [ -n "$kept" ] || exit 0
fi
find "$kept" -mindepth 1 -maxdepth 1 -printf '%p\\0'
`;

/** `INSTANCES SERVER USER NAME…`. Looks at every name before it makes the first. */
export const PLACE_SCRIPT = `${FILE_FUNCTIONS}
stage=$1/_coldhaul/$2 dir=$1/$2 user=$3
shift 3
for name in "$@"; do
  plain "$stage/$name" || refuse "the staged file $stage/$name is not there"
  there "$dir/$name" && ! same "$stage/$name" "$dir/$name" && refuse "$dir/$name is another file already"
done
own_directory "$dir" "$user" 0755
for name in "$@"; do
  ln -T -- "$stage/$name" "$dir/$name" 2>/dev/null || same "$stage/$name" "$dir/$name" || refuse "$dir/$name was taken meanwhile"
done
`;

/** `INSTANCES SERVER NAME…` */
export const UNPLACE_SCRIPT = `${FILE_FUNCTIONS}
stage=$1/_coldhaul/$2 dir=$1/$2
shift 2
[ -d "$dir" ] && [ ! -L "$dir" ] || exit 0
for name in "$@"; do
  same "$stage/$name" "$dir/$name" || continue
  rm -f -- "$dir/$name" || exit 1
done
rmdir -- "$dir" 2>/dev/null || :
`;

/**
 * `USER STAGED FINAL`. Says `published` or `taken`. The note beside the staged name tells a repeat, after the staged name
 * is gone, that the file under the final name is ours: by inode, size and birth, for an inode may be used again, and Nova
 * touches its bases.
 */
export const PUBLISH_SCRIPT = `${FILE_FUNCTIONS}
user=$1 staged=$2 final=$3
note=\${staged%/*}/.coldhaul-published-\${staged##*/}
if ! plain "$staged"; then
  [ -f "$note" ] || refuse "the staged file $staged is not there"
  if plain "$final" && [ "$(identity "$final")" = "$(cat "$note")" ]; then printf 'published\\0'; else printf 'taken\\0'; fi
  exit 0
fi
own_directory "\${final%/*}" "$user" 0755
chown "$user:" -- "$staged" && chmod 0644 -- "$staged" && touch -- "$staged" || exit 1
identity "$staged" >"$note" || exit 1
if ln -T -- "$staged" "$final" 2>/dev/null || same "$staged" "$final"; then
  rm -f -- "$staged" && printf 'published\\0'
else
  rm -f -- "$note"
  there "$final" || { echo "cannot link $staged to $final" >&2; exit 1; }
  printf 'taken\\0'
fi
`;

/**
 * `PATH NEW KEPT`. The old file gets its second name first and the new one takes the path by one rename: there is never a
 * moment without a disk, and each state in between is known again.
 */
export const SWAP_SCRIPT = `${FILE_FUNCTIONS}
path=$1 new=$2 kept=$3
if ! there "$new"; then
  plain "$path" && plain "$kept" && ! same "$path" "$kept" && exit 0
  refuse "neither was $path swapped before, nor is $new there to swap in"
fi
plain "$new" || refuse "$new is not a plain file"
if same "$path" "$new"; then rm -f -- "$new"; exit 0; fi
if there "$path"; then
  plain "$path" || refuse "$path is not a plain file"
  there "$kept" || ln -T -- "$path" "$kept" 2>/dev/null
  same "$path" "$kept" || refuse "$kept is another file already"
fi
plain "$kept" || refuse "neither $path nor $kept is there"
chown --reference="$kept" -- "$new" && chmod --reference="$kept" -- "$new" || exit 1
chcon --reference="$kept" -- "$new" 2>/dev/null || :
mv -f -T -- "$new" "$path" || exit 1
`;

/** `PATH INSTANCES`. Says the new path, or nothing if nothing was there. What a chain elsewhere stands on stays. */
export const SET_ASIDE_SCRIPT = `${FILE_FUNCTIONS}${CHAIN_FUNCTIONS}
there "$1" || exit 0
standing=$(chains_on "$2" "$1" | head -n 5 | paste -s -d ' ' -)
[ -z "$standing" ] || refuse "$standing stands on $1"
keep "$1"
printf '%s\\0' "$kept"
`;

/** `INSTANCES SERVER`. A rename within one directory: the files and their inodes stay what they are. */
export const PUT_BACK_SCRIPT = `${FILE_FUNCTIONS}
from=$1/$2_resize to=$1/$2
if ! there "$from"; then
  [ -d "$to" ] && [ ! -L "$to" ] && exit 0
  refuse "$from is not there"
fi
[ -d "$from" ] && [ ! -L "$from" ] || refuse "$from is not a directory"
there "$to" && refuse "$to is there already"
rename_once "$from" "$to" || refuse "$to was taken meanwhile"
`;

/** `INSTANCES SERVER USER BYTES`. Made under another name, so that there is never half of it. */
export const MAKE_SWAP_SCRIPT = `${FILE_FUNCTIONS}
dir=$1/$2 swap=$1/$2/disk.swap
[ -d "$dir" ] && [ ! -L "$dir" ] || refuse "$dir is not there"
there "$swap" && refuse "$swap is there already"
new=$dir/.coldhaul-swap
qemu-img create -q -f qcow2 "$new" "$4" && chown "$3:" -- "$new" && chmod 0644 -- "$new" || exit 1
rename_once "$new" "$swap" || { rm -f -- "$new"; refuse "$swap was taken meanwhile"; }
`;

/**
 * `INSTANCES SERVER`. UEFI variables stay where they are, for a way back. A domain that libvirt does not know is as wanted.
 * Says where the XML is.
 */
export const UNDEFINE_SCRIPT = `${FILE_FUNCTIONS}
state=$(virsh domstate "$2" 2>/dev/null)
if [ -z "$state" ]; then
  virsh list --all --uuid | grep -q "^$2" && refuse "libvirt does not tell the state of $2"
  exit 0
fi
[ "$state" = 'shut off' ] || refuse "the domain $2 is $state"
kept=$1/_coldhaul/$2.domain.xml
own_directory "$1/_coldhaul" "$(stat -c %U -- "$1")" 0755
there "$kept" && keep "$kept"
kept=$1/_coldhaul/$2.domain.xml
virsh dumpxml --inactive --security-info "$2" >"$kept" || exit 1
chmod 0600 -- "$kept"
virsh undefine "$2" --keep-nvram >/dev/null 2>&1 || virsh undefine "$2" >/dev/null || exit 1
printf '%s\\0' "$kept"
`;

/** `PATH MODE` in octal. A symbolic link would lead to another file. */
export const SET_MODE_SCRIPT = `${FILE_FUNCTIONS}
there "$1" || refuse "$1 is not there"
[ ! -L "$1" ] || refuse "$1 is a symbolic link"
chmod -- "$2" "$1"
`;

/** `PATH PINNED`. Other bytes that were pinned before under that name may have no other one: they are kept. */
export const PIN_SCRIPT = `${FILE_FUNCTIONS}
plain "$1" || refuse "$1 is not there, or no plain file"
touch -c -- "$1"
same "$1" "$2" && exit 0
there "$2" && keep "$2"
ln -T -- "$1" "$2"
`;
