/** Where nova-compute usually logs: packages, Kolla, DevStack. */
const LOGS = '/var/log/nova/nova-compute.log /var/log/kolla/nova/nova-compute.log /opt/stack/logs/n-cpu.log';
/** Of the end of a log; what is older tells nothing of now. */
const LOG_BYTES = 32 * 1024 ** 2;
const LOG_LINES = 40;
const LINE_CHARACTERS = 600;
/** Between two looks at a copy. Nothing is waited for where nothing copies. */
const SAMPLE_SECONDS = 2;

/**
 * `SERVER`. Reads only. `C`: pid, command (words ended by the unit separator, 037), seconds of age, bytes written (wchar
 * of proc(5)). `S`: pid, bytes written some seconds later, and how many. `N`: seconds of age of nova-compute. `L`: `yes`
 * and the last lines of its log with the id. `D`: what virsh domblkerror says.
 */
export const TROUBLE_SCRIPT = `
id=$1
age_of() { ps -o etimes= -p "$1" 2>/dev/null | tr -d ' '; }
written_by() { sed -n 's/^wchar: //p' "/proc/$1/io" 2>/dev/null; }
copies=
for pid in $(grep -l -s -a -F -e "$id" /proc/[0-9]*/cmdline | cut -d/ -f3); do
  [ "$pid" != $$ ] || continue
  case $(tr '\\0' '\\n' <"/proc/$pid/cmdline" 2>/dev/null | sed -n '1{s|.*/||;p;q}') in
    rsync | scp | ssh | sftp-server | qemu-img | qemu-nbd | dd) ;;
    *) case $(cat "/proc/$pid/comm" 2>/dev/null) in rsync | scp | qemu-img | qemu-nbd) ;; *) continue ;; esac ;;
  esac
  words=$(tr '\\0' '\\037' <"/proc/$pid/cmdline" 2>/dev/null)
  case $words in *qemu-img*info* | *qemu-img*check* | '') continue ;; esac
  printf 'C\\0%s\\0%s\\0%s\\0%s\\0' "$pid" "$words" "$(age_of "$pid")" "$(written_by "$pid")"
  copies="$copies $pid"
done
[ -z "$copies" ] || sleep ${String(SAMPLE_SECONDS)}
for pid in $copies; do printf 'S\\0%s\\0%s\\0%s\\0' "$pid" "$(written_by "$pid")" ${String(SAMPLE_SECONDS)}; done
oldest=
for pid in $(grep -l -s -a -e nova-compute /proc/[0-9]*/cmdline | cut -d/ -f3); do
  # This script, and whoever started it, have the name in their words, too: only the program counts.
  program=$(tr '\\0' '\\n' <"/proc/$pid/cmdline" 2>/dev/null | sed -n '1{/python/!{p;q}};2{p;q}')
  case $program in nova-compute | */nova-compute) ;; *) continue ;; esac
  age=$(age_of "$pid")
  [ -n "$age" ] && { [ -z "$oldest" ] || [ "$age" -gt "$oldest" ]; } && oldest=$age
done
[ -z "$oldest" ] || printf 'N\\0%s\\0' "$oldest"
for log in ${LOGS}; do
  [ -r "$log" ] || continue
  printf 'L\\0yes\\0%s\\0' "$(tail -c ${String(LOG_BYTES)} "$log" | grep -a -F -e "$id" | tail -n ${String(LOG_LINES)} | cut -c 1-${String(LINE_CHARACTERS)})"
  break
done
if command -v virsh >/dev/null 2>&1; then
  if command -v timeout >/dev/null 2>&1; then set -- timeout 30 virsh; else set -- virsh; fi
  said=$("$@" domblkerror "$id" 2>/dev/null </dev/null) && printf 'D\\0%s\\0' "$said"
fi
printf 'E\\0'
`;
