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

# Every operation and layer
mpi 2 -a msg=ofi:tcp@lo,op=msg -a write=ofi:tcp@lo,op=write -a flag=ofi:tcp@lo,op=write,completion=flag \
    -a read=ofi:tcp@lo,op=read -i 5 --sweeps 1 -s 1,5000,1M --validate -o "$work/ops.json" \
    pingpong bandwidth bibandwidth message_rate
says "msg, write and read carry every byte" 0 out "pingpong" "message_rate"
is "... the record says how a write tells that it is there" \
    "$(grep -o '"remote_completion":"[a-z]*"' "$work/ops.json" | tr '\n' ' ')" \
    '"remote_completion":"writedata" "remote_completion":"polling" '
is "... every message was checked: of a window those that fit into 4 MiB, both ways in bibandwidth" \
    "$(python3 -c 'import json,sys
for c in sorted(json.load(open(sys.argv[1]))["launches"][0]["cases"], key=lambda c: (c["kernel"], c["size_bytes"])):
    if c["arm"] == "write": print(c["kernel"], c["size_bytes"], c["validation"]["bytes"], end="; ")' "$work/ops.json")" \
    "bandwidth 1 192; bandwidth 5000 960000; bandwidth 1048576 12582912; bibandwidth 1 384; bibandwidth 5000 1920000; \
bibandwidth 1048576 25165824; message_rate 1 192; message_rate 5000 960000; message_rate 1048576 12582912; \
pingpong 1 6; pingpong 5000 30000; pingpong 1048576 6291456; "
mpi 3 -a write=ofi:tcp@lo,op=write -i 5 --sweeps 1 -s 4,4004,400004 --validate --algorithm rabenseifner allreduce
says "all-reduce by writes" 0 out "rabenseifner"
enough
mpi 2 -a raw=ofi:tcp@lo -a layer=mpi -i 20 --sweeps 2 -s 8,4K --validate -o "$work/layers.json" pingpong allreduce
says "MPI is a layer like the others, with its own all-reduce" 0 out "native" "shared memory"
for key in '"pml":"' '"library":"'; do
    case $(cat "$work/layers.json") in
    *"$key"*) ok "... the record says $key" ;;
    *) case $(mpirun --version) in
        *"Open MPI"*) not_ok "... the record says $key" "$(grep -o '"name":"layer".*' "$work/layers.json" | head -c 600)" ;;
        *) ok "... the record says $key # of Open MPI" ;;
        esac ;;
    esac
done
for type in f32 f64 i32 i64; do
    mpi 3 -a l=mpi -a t=ofi:tcp@lo -i 5 --sweeps 1 -s 8,8000 --validate --type $type --operation max --in-place -f csv allreduce
    says "$type, max, in place: MPI's all-reduce and ours" 0 out "allreduce,native,l," ",t,default,8,3,time,us"
    [ $code -eq 0 ] || break
done
mpi 4 -a k=sockets@lo -i 20 --sweeps 2 -s 8 --pairs 2 --raw -f json -o "$work/pairs.json" pingpong message_rate
says "two pairs at once, each by itself" 0 out '"pairs": ['
mpi 2 -a k=sockets@lo -s 8,64K --cold -i 20 --sweeps 1 --validate -o "$work/cold.json" all
says "buffers that rotate" 0 out "bibandwidth"
is "... over more than the last-level cache" "$(grep -o '"rotated_bytes":[0-9]*' "$work/cold.json" | sort -u | tr -dc '0-9\n' |
    awk '$1 < 1048576 {print "too few: " $1}')" ""
mpi 2 -a n=null --osu -f json -s 8,16K -o "$work/osu.json" pingpong bandwidth message_rate
is "--osu: OSU's counts, below and above 8 KiB" \
    "$(python3 -c 'import json,sys
for c in sorted(json.load(open(sys.argv[1]))["launches"][0]["cases"], key=lambda c: (c["kernel"], c["size_bytes"])):
    print(c["kernel"], [(s["iterations"], s["warmup"]) for s in c["sweeps"]], end="; ")' "$work/osu.json")" \
    "bandwidth [(100, 10)]; bandwidth [(20, 2)]; message_rate [(100, 10)]; message_rate [(100, 10)]; \
pingpong [(10000, 100)]; pingpong [(1000, 10)]; "
for attempt in 1 2 3; do # other work on the machine can hide a jump
    rm -f "$work/refined.json"
    mpi 2 -a t=ofi:tcp@lo -s 4K:64K --refine -t 2 --sweeps 1 -o "$work/refined.json" pingpong
    if [ $code -ne 0 ] || grep -q "jump: arm t" "$work/out"; then break; fi
done
says "--refine ends" 0 out "pingpong"
case $(grep -o '"provider":"[^"]*"' "$work/refined.json") in
*ofi_rxm*) says "... and finds where ofi_rxm leaves its eager buffers" 0 out "jump: arm t" "FI_OFI_RXM_EAGER_LIMIT = 16384" ;;
esac
mpi 2 -a k=sockets@lo -s 80M --crossover k=ring:1073741824 -i 1 --sweeps 1 -x 0 allreduce
says "room for an algorithm that auto would not have taken at this size" 0 out "recursive_doubling"
mpi 2 -a n=null -s 8 --bind core:1,0 -i 5 -o "$work/bound.json" pingpong
if [ "$(nproc)" -ge 2 ]; then
    is "--bind: the record has the mask that each rank got" "$(grep -o '"cpus":"[0-9]*"' "$work/bound.json" | tr '\n' ' ')" \
        '"cpus":"1" "cpus":"0" '
fi
mpi 2 -a n=null -s 8 --bind core:0 -i 5 pingpong
says "two ranks on one core are told of" 0 out "oversubscribed: 2 ranks are bound to CPUs 0" "Beware: ranks had to share cores"
mpi 2 -a l=mpi -s 8 -i 5 --sweeps 2 pingpong
says "MPI on one host: the verdict is wary of shared memory" 0 out "Beware: MPI may have used shared memory"

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
bad "an operation that there is not" "'atomic'" -a a=ofi:tcp,op=atomic pingpong
bad "a fabric that the provider lacks" "efa-direct" -a a=ofi:tcp,fabric=efa-direct pingpong
bad "a type that there is not" "'f16'" -p tcp --type f16 allreduce
bad "an operation of the type" "'prod'" -p tcp --operation prod allreduce
bad "a size that the type does not fit" "multiples of 8" -p tcp -s 12 --type f64 allreduce
bad "a message too large for MPI" "2147483647" -a l=mpi -s 4G pingpong
bad "an all-reduce that the transport lacks" "no all-reduce of its own" -p tcp --algorithm native allreduce
bad "an all-reduce by reads" "by reads" -a r=ofi:tcp,op=read allreduce
bad "the ring by writes" "the ring needs receives" -a w=ofi:tcp,op=write --algorithm ring allreduce
bad "buffers beyond the memory" "GiB of memory are left" -a k=sockets@lo -s 900G pingpong
bad "more pairs than ranks make" "--pairs 2" -p tcp --pairs 2 pingpong
bad "a binding that is none" "'numa'" -p tcp --bind numa pingpong
bad "a core that is not there" "core 4000" -p tcp --bind core:4000 pingpong
bad "a precision that is none" "'much'" -p tcp --precision much pingpong
bad "a precision beside a count" "--precision" -p tcp --precision 1 -i 5 pingpong
bad "OSU with what OSU has not" "--cold" -p tcp --osu --cold pingpong
bad "a stride that is none" "'y3'" -p tcp -s 1:8:y3 pingpong
mpi 3 -p tcp -s 8 message_rate
is "pairs of an odd number of ranks: exit 2" "$code" 2
one_line "pairs of an odd number of ranks: says so" "3 ranks are an odd number"
if ! grep -q '^HugePages_Free: *[1-9]' /proc/meminfo; then
    bad "huge pages where there are none" "huge pages" -p tcp --huge-pages -s 8 pingpong
fi
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
    TMPDIR=$work run timeout 100 mpirun --oversubscribe -x "LD_PRELOAD=$PWD/other_provider.so" -x EFABENCH_TEST_NO_RMA=1 \
        -n 2 ./efabench-mpi -a a=ofi:tcp,op=write -s 8 pingpong
    is "an operation that the provider lacks: exit 2" "$code" 2
    one_line "an operation that the provider lacks: it is named" "has no endpoint with op=write"
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

# ... within a call of MPI that blocks
TMPDIR=$work mpirun --oversubscribe -n 2 ./efabench-mpi --timeout 2 -a l=mpi -s 8:64K -t 50 --sweeps 100 \
    -o "$work/blocked.json" allreduce > "$work/out" 2> "$work/err" &
launch=$!
for _ in $(seq 300); do
    [ "$(grep -c '"case"' "$work/blocked.json.journal" 2>/dev/null || true)" -ge 3 ] 2>/dev/null && break
    sleep 0.1
done
kill -STOP "$(pids "^./efabench-mpi .*$work/blocked.json" | tail -n 1)"
stopped_at=$(date +%s)
code=0
wait $launch || code=$?
says "a rank stopped in MPI_Allreduce: the other one says so" 2 err "allreduce, arm l" "on host" "timeout"
is "... within the timeout and 5 s" "$([ $(($(date +%s) - stopped_at)) -le 8 ] && echo yes)" yes

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
