#!/bin/sh
# The measuring wing on the stand-in for libfabric's efa provider (tests/standin): no EFA, and its rules kept to the letter.
# Every trap ends the run, so that a run that ends well sprang none.
. "${srcdir:-.}/tests/lib.sh"
ASAN_OPTIONS=detect_leaks=0
FI_PROVIDER_PATH=$PWD/tests/standin
export ASAN_OPTIONS FI_PROVIDER_PATH

# What the ranks say goes past the launcher, which may put words of its own into the middle of a line.
OWN=$work/own
export OWN
printf '#!/bin/sh\nexec ./efabench-mpi "$@" 2>> "$OWN"\n' > "$work/worker"
chmod +x "$work/worker"

# efa N ARGUMENTS...: the worker on N ranks of this host; what EFA_STANDIN_* say in the environment reaches them all
efa() {
    ranks=$1
    shift
    : > "$OWN"
    TMPDIR=$work run timeout 300 mpirun --oversubscribe -n "$ranks" "$work/worker" "$@"
    cat "$work/err" >> "$OWN"
    cp "$OWN" "$work/err"
}

# fulfils NAME ARGUMENTS...: it ends well, every byte checked
fulfils() {
    fulfils_name=$1
    shift
    efa "$@" -i 3 --sweeps 1 --validate
    says "$fulfils_name" 0 out "validated"
}

efa 2 --arm efa=ofi:efa -s 8,4K,256K -t 1 pingpong bandwidth allreduce
says "EFA on one host, by the stand-in" 0 out "pingpong" "bandwidth" "allreduce" "ofi provider efa on standin_0-rdm" "Beware: " "stand-in took"
for operation in tagged msg write read; do
    fulfils "op=$operation: every byte right" 2 -a "e=ofi:efa,op=$operation" -s 1,4096,4097,8929,1M -o "$work/$operation.json" \
        pingpong bandwidth bibandwidth message_rate
done
for key in '"protocol":"FI_PROTO_EFA"' '"addr_format":"FI_ADDR_EFA"' '"data_progress":"FI_PROGRESS_MANUAL"' \
    '"fabric":"efa"' '"provider":"efa"'; do
    if grep -qF "$key" "$work/tagged.json"; then ok "the record says $key"; else not_ok "the record says $key"; fi
done
enough
for ranks in 2 3 4 5; do
    for operation in tagged msg; do
        fulfils "all-reduce on $ranks ranks, op=$operation: every element right" $ranks -a "e=ofi:efa,op=$operation" \
            -s 4,4100,400K allreduce
    done
done
for operation in msg write read; do
    fulfils "efa-direct, op=$operation, up to its largest message" 2 -a "d=ofi:efa,fabric=efa-direct,op=$operation" \
        -s 1,32,33,8928 pingpong bandwidth bibandwidth message_rate
done
fulfils "two arms on one device" 2 -a t=ofi:efa -a "d=ofi:efa,fabric=efa-direct,op=msg" -s 8,8000 pingpong bandwidth

# Open MPI itself on the stand-in: the layer and the raw path on one provider
case $(mpirun --version) in
*"Open MPI"*)
    TMPDIR=$work run timeout 300 mpirun --oversubscribe --mca pml cm --mca mtl ofi --mca mtl_ofi_provider_include efa -n 2 \
        ./efabench-mpi -a l=mpi -a e=ofi:efa -s 8,64K -i 3 --sweeps 1 --validate -o "$work/layer.json" \
        pingpong allreduce
    says "MPI on the stand-in" 0 out "mpi, pml cm, mtl ofi"
    # by mca_mtl_ofi, or by libmpi where it is built into that
    is "... the record says what Open MPI opened, and not what is beneath it" \
        "$(grep -oE '"(mca_|lib)[a-z_-]*: [^"]*"' "$work/layer.json" | sed 's/.*: /"/')" '"efa"' ;;
esac

# What EFA cannot do is said in one line
no() {
    no_name=$1 no_text=$2
    shift 2
    efa 2 "$@"
    is "$no_name: exit 2" "$code" 2
    one_line "$no_name: says so" "$no_text"
}
no "efa-direct above its largest message" "the largest message of arm 'd=ofi:efa,fabric=efa-direct,op=msg' is 8928 bytes" \
    -a "d=ofi:efa,fabric=efa-direct,op=msg" -s 8929 pingpong
no "efa-direct has no tags" "no endpoint with op=tagged,fabric=efa-direct" -a "d=ofi:efa,fabric=efa-direct" -s 8 pingpong
no "EFA orders no writes" "no endpoint with op=write,completion=flag" -a "w=ofi:efa,op=write,completion=flag" -s 8 pingpong
no "an all-reduce by unordered messages" "messages in order" -a "d=ofi:efa,fabric=efa-direct,op=msg" -s 8 allreduce

# Misbehaviour that must change nothing
for order in EFA_STANDIN_EAGAIN=7/8 EFA_STANDIN_REORDER=1 'EFA_STANDIN_TX_SIZE=64 EFA_STANDIN_RX_SIZE=64'; do
    # shellcheck disable=SC2163,SC2086
    export $order
    for arm in op=tagged op=msg op=write op=read fabric=efa-direct,op=msg fabric=efa-direct,op=write; do
        fulfils "$order, $arm: every byte right" 2 -a "e=ofi:efa,$arm" -s 1,8000 pingpong bandwidth bibandwidth message_rate
    done
    fulfils "$order: all-reduce on 5 ranks" 5 -a e=ofi:efa -s 4,400K allreduce
    for variable in $order; do unset "${variable%%=*}"; done
done

# Misbehaviour that must end the run in one line, of the rank that it befell
export EFA_STANDIN_ONLY=1
errors() {
    EFA_STANDIN_ERROR=20:$1 efa 2 -a e=ofi:efa -s 8000 -i 20 --sweeps 1 pingpong
    is "completion error $1: exit 2" "$code" 2
    for text in "rank 0 failed" "provider efa says: $2" "($1)" "$3"; do
        one_line "completion error $1: one line says '$text'" "$text"
    done
}
errors 4126 "Unresponsive receiver (reachable by EFA device but handshake failed)" "security group allow all traffic to and from itself"
errors 15 "Unreachable remote (never received a response)" "security group allow all traffic to and from itself"
errors 4124 "Unresponsive receiver (connection previously established)" "has its process ended"
errors 4112 "Failure to post internal receive buffers" "ulimit -l"
errors 5 "Local key (LKEY) invalid" "pingpong"
for messages in 0 20; do
    started=$(date +%s)
    EFA_STANDIN_SILENT_PEER=$messages efa 2 -a e=ofi:efa -s 8000 -i 20 --sweeps 1 --timeout 3 pingpong
    is "a peer that is silent after $messages messages: exit 2" "$code" 2
    if grep -a '^efabench' "$work/err" | grep -qF "nothing came from rank "; then ok "... it is named, and for how long"
    else not_ok "... it is named, and for how long" "$(head -n 5 "$work/err")"; fi
    [ $(($(date +%s) - started)) -lt 60 ] && ok "... long before --timeout's default" || not_ok "... it took a minute"
done
unset EFA_STANDIN_ONLY
EFA_STANDIN_MEMLOCK=65536 efa 2 -a e=ofi:efa -s 1M -i 2 --sweeps 1 pingpong
is "memory that cannot be registered: exit 2" "$code" 2
one_line "memory that cannot be registered: says where to look" "is locked memory limited (ulimit -l)?"

# Counters: what crossed in a run is on the device's counters of every rank
EFA_STANDIN_COUNTERS=$work/counters/%r EFA_STANDIN_DEVICE=rdmap0s6 efa 2 -a "w=ofi:efa,op=write" -s 1M -i 64 --sweeps 1 pingpong
says "counters are kept" 0 out "rdmap0s6-rdm"
for rank in 0 1; do
    written=$(cat "$work/counters/$rank/sys/class/infiniband/rdmap0s6/ports/1/hw_counters/rdma_write_bytes")
    [ "$written" -ge 67108864 ] && ok "rank $rank wrote 64 MiB at least" || not_ok "rank $rank wrote 64 MiB at least" "$written"
done

# Shared memory that calls itself efa
if [ -e other_provider.so ] && ! grep -q fsanitize Makefile; then
    unset FI_PROVIDER_PATH
    TMPDIR=$work run timeout 100 mpirun --oversubscribe -x "LD_PRELOAD=$PWD/other_provider.so" -x EFABENCH_TEST_PROVIDER=efa \
        -x EFABENCH_TEST_BENEATH=shm -n 2 ./efabench-mpi -a a=ofi:efa -s 8 pingpong
    is "shm under the name of efa: exit 5" "$code" 5
    one_line "shm under the name of efa: what it is" "protocol FI_PROTO_SHM and addresses FI_ADDR_STR"
fi
finish
