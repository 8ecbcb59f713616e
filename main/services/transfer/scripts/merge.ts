/** How the scripts end when it is not for a reason that another program gives. */
export const MERGE_CODES = {
  noDisk: 64,
  notRunning: 65,
  otherJob: 66,
  refused: 67,
  differs: 68,
  compare: 69,
} as const;

/**
 * `SERVER PATH BASE`; without a base the whole chain is pulled in. The pull is QEMU's own job: it goes on whether it is
 * watched or not, and one that is found is only watched. A disk that was frozen while its guest ran is known to the domain by
 * its second name in the stage, until the guest is started anew. What `blockjob --raw` says is read from tools/virsh-domain.c,
 * virshBlockJobInfo; of a disk without a job it says nothing. Whether the end was a good one, the image tells.
 */
export const PULL_SCRIPT = `
server=$1 path=$2 base=$3
live=\${path%/*/*}/_coldhaul/$server/live.\${path##*/}
[ "$(stat -c %d:%i -- "$live" 2>/dev/null)" = "$(stat -c %d:%i -- "$path" 2>/dev/null)" ] || live=$path
target=$(virsh domblklist "$server" --details 2>/dev/null |
  path=$path live=$live awk '$1 == "file" && ($4 == ENVIRON["path"] || $4 == ENVIRON["live"]) { print $3; exit }')
[ -n "$target" ] || { echo "the domain has no disk $path" >&2; exit ${MERGE_CODES.noDisk.toString()}; }
job() { virsh blockjob "$server" "$target" --raw 2>&1; }
said=$(job) || { echo "$said" >&2; exit ${MERGE_CODES.notRunning.toString()}; }
case $said in
  *type=*Pull*) ;;
  *type=*) echo "another job is at work: $said" >&2; exit ${MERGE_CODES.otherJob.toString()} ;;
  *)
    set -- blockpull "$server" "$target"
    [ -z "$base" ] || set -- "$@" --base "$base"
    virsh "$@" >&2 || exit ${MERGE_CODES.refused.toString()}
    ;;
esac
while said=$(job); do
  case $said in *type=*) ;; *) exit 0 ;; esac
  printf '%s\\n' "$said" | awk -F = '
    { gsub(/[ \t]/, "", $1); value[$1] = $2 }
    END { printf "    (%.2f/100%%)\\n", value["end"] > 0 ? 100 * value["cur"] / value["end"] : 0 }'
  sleep 1
done
echo "$said" >&2
exit ${MERGE_CODES.notRunning.toString()}
`;

/**
 * `PATH LAYER`. What was written to the overlay goes down into the layer, which is then compared with what the guest sees
 * through both. Neither file's chain is changed: a commit that is cut leaves the overlay over the layer, and is done again.
 *
 * Not `qemu-img rebase`: a killed one was seen to leave the new base in the header and the table of clusters unwritten, so that
 * the merged data were gone (QEMU 7.2, test/integration/hypervisor-layers.test.ts).
 */
export const COMMIT_SCRIPT = `
path=$1 layer=$2
qemu-img commit -p -d -f qcow2 -b "$layer" "$path" || exit $?
sync -- "$layer" 2>/dev/null || sync
qemu-img compare -q -f qcow2 -F qcow2 "$layer" "$path"
case $? in
  0) exit 0 ;;
  1) exit ${MERGE_CODES.differs.toString()} ;;
  *) exit ${MERGE_CODES.compare.toString()} ;;
esac
`;
