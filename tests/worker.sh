#!/bin/sh
# efabench-mpi under a real mpirun: real processes, real libfabric, real TCP.
. "${srcdir:-.}/tests/lib.sh"
# Open MPI and libfabric keep memory to the end of a process: leaks are looked for in the unit tests and in report.sh.
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS

# mpi N ARGUMENTS...: runs the worker on N ranks, more than there are cores where need be. mpirun's own temporary files go
# to the test's directory.
mpi() {
    ranks=$1
    shift
    TMPDIR=$work run timeout 300 mpirun --oversubscribe -n "$ranks" ./efabench-mpi "$@"
}

mpi 2 -p tcp -s 8 pingpong
says "the issue's line prints a half round trip" 0 out "pingpong" "half round trip" "8 B"

for ranks in 2 3 4 5 7; do
    mpi $ranks -p tcp -i 5 --sweeps 1 -s 4,12,20,4004,65540,1000004 --validate -o "$work/r.json" allreduce
    says "all-reduce on $ranks ranks over libfabric tcp: every element right" 0 out "allreduce"
    is "... on every rank, and every size was checked" \
        "$(grep -o '"validation":{"iterations":3,"bytes":[0-9]*' "$work/r.json" | sed 's/.*://' | sort -n | tr '\n' ' ')" \
        "$(for size in 4 12 20 4004 65540 1000004; do printf '%d ' $((size * 3 * ranks)); done)"
done
for algorithm in recursive_doubling ring; do
    mpi 3 -a k=sockets,flows=2 -i 5 --sweeps 1 -s 4,400004 --validate --algorithm $algorithm -f csv allreduce
    says "$algorithm on 3 ranks over kernel TCP" 0 out "allreduce,$algorithm,k,"
done
mpi 2 -a t=ofi:tcp@lo -a k=sockets@lo,flows=3 -i 5 --sweeps 2 -s 1,5000,1M --validate pingpong bandwidth
says "pingpong and bandwidth validated on two arms" 0 out "pingpong" "bandwidth"

# The record
mpi 2 -a kernel-tcp=sockets@lo -a tcp=ofi:tcp@lo -t 1 -s 8,64K --raw --seed 7 -o "$work/record.json"
says "a record is kept" 0 err "record: $work/record.json"
is "... and no journal beside it" "$(ls "$work" | grep -c journal)" 0
if python3 -c 'import jsonschema' 2>/dev/null; then
    run python3 -c 'import json,sys,jsonschema
jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))' \
        "$work/record.json" "$srcdir/results/schema/record-1.schema.json"
    says "... valid by the JSON Schema" 0 out
fi
for key in '"provider":"tcp' '"provider_asked":"tcp"' '"libfabric_path":"/' '"mpi":"' '"cpu":"' '"kernel":"' \
    '"git_version":"git ' '"seed":7' '"command":[' '"interface":"lo"'; do
    case $(cat "$work/record.json") in
    *"$key"*) ok "... says $key" ;;
    *) not_ok "... says $key" "$(head -c 3000 "$work/record.json")" ;;
    esac
done
order() { # the places of the cases in each sweep, in the order of the record
    grep -o '"position":[0-9]*' "$1" | tr '\n' ' '
}
first=$(order "$work/record.json")
mpi 2 -a kernel-tcp=sockets@lo -a tcp=ofi:tcp@lo -t 1 -s 8,64K --raw --seed 7 -o "$work/again.json"
is "--seed repeats the order" "$(order "$work/again.json")" "$first"
mpi 2 -a kernel-tcp=sockets@lo -a tcp=ofi:tcp@lo -t 1 -s 8,64K --raw --seed 8 -o "$work/other.json"
if [ "$(order "$work/other.json")" != "$first" ]; then ok "another seed, another order"
else not_ok "another seed, another order" "$first"; fi

# Bad input: exit 2, one line that names the word
bad() { # bad NAME TEXT ARGUMENTS...
    bad_name=$1 bad_text=$2
    shift 2
    mpi 2 "$@"
    is "$bad_name: exit 2" "$code" 2
    one_line "$bad_name: one line names it" "$bad_text"
}
bad "an unknown transport" "'pigeon'" -a a=pigeon pingpong
bad "an arm without a name" "'tcp'" -a tcp pingpong
bad "an unknown provider" "'nonsense'" -p nonsense pingpong
bad "an unknown interface" "'eth77'" -a a=ofi:tcp@eth77 pingpong
bad "an unknown interface of kernel TCP" "'eth77'" -a a=sockets@eth77 pingpong
bad "an unknown kernel" "'pong'" -p tcp pong
bad "a bad size" "'8x'" -p tcp -s 8x pingpong
bad "a size that the kernel cannot take" "allreduce takes multiples of 4" -p tcp -s 6 allreduce
bad "an unknown option" "'--wndow'" -p tcp --wndow 3 pingpong
bad "a number that is none" "'many'" -p tcp -i many pingpong
bad "an unknown format" "'xml'" -p tcp -f xml pingpong
bad "a baseline that is no arm" "'ena'" -p tcp -b ena pingpong
bad "an unknown algorithm" "'bucket'" -p tcp --algorithm bucket allreduce
bad "a window beyond the provider's queue" "window 60000" -p tcp -w 60000 -s 8 bandwidth
bad "an output that cannot be written" "$work/no/dir.json" -p tcp -s 8 -o "$work/no/dir.json" pingpong
bad "inproc under mpirun" "inproc" -a a=inproc pingpong
bad "validation of what moves no data" "'n=null'" -a n=null --validate pingpong
mpi 1 -p tcp pingpong
is "one rank: exit 2" "$code" 2
one_line "one rank: says so" "at least 2 ranks"
run ./efabench-mpi -p tcp pingpong
is "without mpirun: exit 2" "$code" 2
one_line "without mpirun: says how to start it" "mpirun -n 2"
run ./efabench-mpi --help
says "--help needs no mpirun" 0 out "pingpong" "sockets" "--arm"
mpi 2 -p efa pingpong
is "no EFA here: exit 77" "$code" 77
one_line "no EFA here: says so" "efa"

# Another provider than the one asked for is refused
if [ -e other_provider.so ] && ! grep -q fsanitize Makefile; then
    for name in sockets 'efa;tcp'; do
        TMPDIR=$work run timeout 100 mpirun --oversubscribe -x "LD_PRELOAD=$PWD/other_provider.so" \
            -x "EFABENCH_TEST_PROVIDER=$name" -n 2 ./efabench-mpi -p tcp -s 8 pingpong
        is "libfabric answers with '$name': exit 5" "$code" 5
        one_line "libfabric answers with '$name': both are named" "asked for provider 'tcp', libfabric answers with '$name'"
    done
fi
# by_rank OPTIONS_OF_RANK_0 OPTIONS_OF_THE_OTHERS: ranks with different command lines
cat > "$work/by-rank" <<'X'
#!/bin/sh
zero=$1 others=$2
[ "${OMPI_COMM_WORLD_RANK:-${PMIX_RANK:-${PMI_RANK:-}}}" = 0 ] || zero=$others
exec ./efabench-mpi $zero
X
chmod +x "$work/by-rank"
by_rank() { TMPDIR=$work run timeout 100 mpirun --oversubscribe -n 2 "$work/by-rank" "$1" "$2"; }
by_rank "-a x=ofi:tcp -s 8 pingpong" "-a x=ofi:udp -s 8 pingpong"
is "two ranks with different providers: exit 5" "$code" 5
one_line "two ranks with different providers: both are named" "'udp;ofi_rxd'"

echo kept > "$work/old.json.journal"
bad "a journal of an earlier launch is not overwritten" "old.json.journal" -p tcp -s 8 -o "$work/old.json" pingpong
is "... it is as it was" "$(cat "$work/old.json.journal")" kept

mpi 2 -p tcp -w 60000 -s 8 -o "$work/refused.json" bandwidth
mpi 2 -p tcp -s 8 -i 5 -o "$work/refused.json" pingpong
says "a refused launch leaves nothing that the next one stumbles over" 0 err "record: $work/refused.json"
by_rank "-p tcp -s 8 pingpong" "-p tcp -s 8x pingpong"
is "a rank alone with a bad command line: exit 2" "$code" 2
one_line "... rank 0 tells what that rank found" "'8x'"

# Ranks that only wait are patient: the others may measure for longer than the timeout
mpi 3 --timeout 1 -a k=sockets@lo -s 1M -i 2000 --sweeps 1 -x 0 pingpong
says "ranks outside the pair wait for longer than the timeout" 0 out "1 MiB"

# A wrong byte ends the launch; what came before it is kept
if ! grep -q fsanitize Makefile; then
    TMPDIR=$work run timeout 100 mpirun --oversubscribe -x LD_PRELOAD="$PWD/spoiled_send.so" -n 2 ./efabench-mpi \
        -a k=sockets@lo --validate --seed 1 -i 3 --sweeps 1 -s 8,64,5000 -o "$work/wrong.json" pingpong
    says "a wrong byte: exit 4, with case, rank, offset, got, wanted" 4 err "pingpong, arm k, 5000 B, rank 1 on host" \
        "wrong byte: rank 1, offset 1234, got 0x" "wanted 0x" "$work/wrong.json.journal"
    is "... and no record of it" "$(ls "$work" | grep -c '^wrong.json$')" 0
fi

# A rank that answers no more
TMPDIR=$work mpirun --oversubscribe -n 2 ./efabench-mpi --timeout 2 -a k=sockets@lo -s 1:4M -t 50 --sweeps 100 \
    -o "$work/stopped.json" > "$work/out" 2> "$work/err" &
launch=$!
for _ in $(seq 300); do
    [ "$(grep -c '"case"' "$work/stopped.json.journal" 2>/dev/null || true)" -ge 3 ] 2>/dev/null && break
    sleep 0.1
done
kill -STOP "$(pids "^./efabench-mpi .*$work/stopped.json" | tail -n 1)"
stopped_at=$(date +%s)
code=0
wait $launch || code=$?
says "a stopped rank: the other one says which case, rank and host" 2 err "arm k" "rank " "on host $(hostname 2>/dev/null || uname -n)" "timeout"
is "... within the timeout and 5 s" "$([ $(($(date +%s) - stopped_at)) -le 8 ] && echo yes)" yes
run ./efabench report "$work/stopped.json.journal"
says "... and what was measured is kept" 0 out "k "

# A launch that is ended keeps what it had
TMPDIR=$work mpirun --oversubscribe -n 2 ./efabench-mpi -p tcp -s 1:4M -t 50 --sweeps 100 -o "$work/killed.json" pingpong \
    > "$work/out" 2> "$work/err" &
launch=$!
for _ in $(seq 300); do
    [ "$(grep -c '"case"' "$work/killed.json.journal" 2>/dev/null || true)" -ge 3 ] 2>/dev/null && break
    sleep 0.1
done
kill -TERM $launch
wait $launch
if [ -e "$work/killed.json" ]; then not_ok "an ended launch leaves no whole record" "$(ls "$work")"
else ok "an ended launch leaves no whole record"; fi
run ./efabench report "$work/killed.json.journal"
says "an ended launch's journal is reported, as partial" 0 out "pingpong" "partial"

# A rank that dies
TMPDIR=$work mpirun --oversubscribe -n 2 ./efabench-mpi -p tcp -s 1:4M -t 50 --sweeps 100 -o "$work/dead.json" pingpong \
    > "$work/out" 2> "$work/err" &
launch=$!
for _ in $(seq 300); do
    [ "$(grep -c '"case"' "$work/dead.json.journal" 2>/dev/null || true)" -ge 3 ] 2>/dev/null && break
    sleep 0.1
done
# mpirun's own command line matches too: a rank's begins with the worker
ranks=$(pids "^./efabench-mpi .*$work/dead.json" | wc -l)
is "two ranks are found" "$ranks" 2
kill -KILL "$(pids "^./efabench-mpi .*$work/dead.json" | tail -n 1)"
code=0
wait $launch || code=$?
if [ $code -ne 0 ]; then ok "a rank that dies ends the launch with an error"
else not_ok "a rank that dies ends the launch with an error"; fi
run ./efabench report "$work/dead.json.journal"
says "... and what was measured is kept" 0 out "pingpong"
is "no process is left" "$(pids "efabench-mpi .*$work" | wc -l)" 0
finish
