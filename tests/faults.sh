# Sourced after tests/lib.sh by the tests of faults: launches in which something goes wrong at a named place (tests/fault.c).
# Open MPI and libfabric keep memory to the end of a process: leaks are looked for in the unit tests and in report.sh.
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS
# Whatever a launch leaves behind is found here; shared memory of Open MPI too.
mkdir "$work/tmp"
TMPDIR=$work/tmp
OMPI_MCA_btl_vader_backing_directory=$work/tmp
export TMPDIR OMPI_MCA_btl_vader_backing_directory
fault_host=$(hostname 2>/dev/null || uname -n)
launcher="mpirun --oversubscribe"
timeout_s=2

# faulty FAULT: the launcher's words for it
faulty() { echo "$launcher -x LD_PRELOAD=$PWD/fault.so -x EFABENCH_FAULT_MARK=$work/mark -x EFABENCH_FAULT=$1"; }

# no_fault_library: whether the library cannot be used here
no_fault_library() { [ ! -e fault.so ] || grep -q fsanitize Makefile; }

# what_is_left: processes of this test's launches, and their temporary files
what_is_left() {
    pids "efabench-mpi .*$work"
    ls -A "$work/tmp"
    ls "$work" | grep '[.][0-9]*[.]\(tmp\|old\)$'
}

# nothing_left NAME: after a while, for an mpirun may end a moment before its ranks do
nothing_left() {
    for _ in $(seq 600); do
        [ -n "$(what_is_left)" ] || break
        sleep 0.1
    done
    is "$1: no process and no temporary file is left" "$(what_is_left)" ""
}

# now_ms, mark_ms: of now, and of the fault
now_ms() { echo $(($(date +%s%N) / 1000000)); }
mark_ms() { echo $(($(stat -c %.9Y "$work/mark" | tr -d .) / 1000000)); }

# launches_of RECORD: status and number of cases of each
launches_of() {
    python3 -c 'import json, sys
print(" ".join("%s:%d" % (l["status"], len(l["cases"])) for l in json.load(open(sys.argv[1]))["launches"]))' "$1" 2>&1
}
