#!/bin/sh
# A disk that is full or read-only, before a run and in the middle of one; a writer that is killed while it writes.
. "${srcdir:-.}/tests/lib.sh"
. "$srcdir/tests/faults.sh"
disk=$work/disk
mkdir "$disk"
if ! mount -t tmpfs -o size=400k efabench-test "$disk" 2>/dev/null; then
    echo "1..0 # SKIP no file system can be mounted here: it takes root"
    exit 77
fi
trap 'umount "$disk"; rm -rf "$work"' EXIT
on_disk() { ls -A "$disk" | grep -v '^filler$' | tr '\n' ' '; }
fill() { dd if=/dev/zero of="$disk/filler" bs=4k 2>/dev/null || true; }

cat > "$work/never" <<'X'
#!/bin/sh
touch "$(dirname "$0")/started"
X
# at_second COMMAND...: a launcher; before the second launch it does that
cat > "$work/at_second" <<X
#!/bin/sh
echo x >> "$work/count"
[ "\$(wc -l < "$work/count")" != 2 ] || sh "$work/what"
exec mpirun --oversubscribe "\$@"
X
chmod +x "$work/never" "$work/at_second"
at_second() {
    echo "$1" > "$work/what"
    rm -f "$work/count"
    run timeout 200 ./efabench run --launcher "$work/at_second" -k 3 --sweeps 1 -i 20 -s 8 -a k=sockets -o "$disk/r.json" pingpong
}

fill
run ./efabench run --launcher "$work/never" -k 1 -a k=sockets -o "$disk/r.json" pingpong
says "a full disk: file and reason" 2 err "$disk/r.json: cannot write it: No space left on device"
is "... before anything is started" "$(ls "$work" | grep -c started)$(on_disk)" 0
run mpirun --oversubscribe -n 2 ./efabench-mpi -a k=sockets -s 8 -i 5 -o "$disk/r.json" pingpong
says "... under mpirun too" 2 err "$disk/r.json: cannot write it: No space left on device"
is "... and nothing is left" "$(on_disk)" ""
rm "$disk/filler"

at_second "dd if=/dev/zero of='$disk/filler' bs=4k 2>/dev/null"
says "a disk that is full in the middle: file and reason" 2 err "$disk/r.json: cannot write it: No space left on device" \
    "$disk/r.json has the launches before"
is "... the launch before is there, and no temporary file" "$(launches_of "$disk/r.json") $(on_disk)" "complete:1 r.json "
says "... and what was measured is shown" 2 out "launches  2"
rm "$disk/filler"
run timeout 200 ./efabench run --resume "$disk/r.json"
says "... with room again it goes on" 0 err "has 1 of 3 launches: going on"
is "... to the end" "$(launches_of "$disk/r.json")" "complete:1 complete:1 complete:1"

# The journal of a launch, which is cut where the disk is full
run timeout 300 mpirun --oversubscribe -n 2 ./efabench-mpi -a k=sockets -s 8 -i 3000 --sweeps 60 --raw -o "$disk/w.json" pingpong
says "a journal that the disk does not take: file and reason" 2 err "$disk/w.json.journal: " "No space left on device"
run ./efabench report "$disk/w.json.journal"
says "... what was measured before can be read" 0 out "partial"
rm "$disk"/w.json*

mount -o remount,ro "$disk"
run ./efabench run --launcher "$work/never" -k 1 -a k=sockets -o "$disk/r.json" pingpong
says "a read-only disk: file and reason" 2 err "$disk/r.json: cannot write it: Read-only file system"
is "... before anything is started" "$(ls "$work" | grep -c started)" 0
mount -o remount,rw "$disk"
rm "$disk/r.json"
at_second "mount -o remount,ro '$disk'"
says "a disk that is read-only in the middle" 2 err "$disk/r.json: cannot write it: Read-only file system" \
    "$disk/r.json has the launches before"
is "... the launch before is there" "$(launches_of "$disk/r.json") $(on_disk)" "complete:1 r.json "
mount -o remount,rw "$disk"

# What a writer that was killed leaves beside its file goes with the next one that writes it; what somebody writes stays
page() { ./efabench report "$disk/r.json" -o "$work/page.txt"; }
if ! no_fault_library; then
    (OMPI_COMM_WORLD_RANK=0 EFABENCH_FAULT=0:KILL:fsync:1 LD_PRELOAD=$PWD/fault.so page) > "$work/out" 2>&1
    is "a writer is killed while it writes" "$(ls "$work" | grep -c '^page[.]txt[.][0-9]*[.]tmp$') $(ls "$work" | grep -c '^page[.]txt$')" "1 0"
else
    echo cut > "$work/page.txt.4194305.tmp"
fi
echo others > "$work/page.txt.note.tmp"
exec 9> "$work/page.txt.4194306.tmp"
flock 9
run page
is "the next one takes it away, and leaves what is being written, or another's" "$(cd "$work" && ls -d page.txt* | tr '\n' ' ')" \
    "page.txt page.txt.4194306.tmp page.txt.note.tmp "
exec 9>&-
rm -f "$work"/page.txt*
nothing_left "disks"
finish
