#!/bin/sh
# The right path or no number: what NIC counters say of real traffic on lo and on veth pairs.
. "${srcdir:-.}/tests/lib.sh"
. "$srcdir/tests/hosts.sh"
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS

# Where we may, in a namespace of our own: nobody else's traffic is on its loopback.
inside=
if hosts_can; then
    hosts_up || not_ok "two hosts are made" "$(ip netns list)"
    inside="$netlab exec n1"
fi

here() { # here ARGUMENTS...: two ranks on one host
    TMPDIR=$work run timeout 300 $inside mpirun --oversubscribe -n 2 ./efabench-mpi "$@"
}

# witness FILE ARM KEY: what the record says of the rows of an arm, each once
witness() {
    python3 -c 'import json, sys
rows = [c["witness"] for l in json.load(open(sys.argv[1]))["launches"] for c in l["cases"] if c["arm"] == sys.argv[2]]
print(" ".join(sorted({str(w.get(sys.argv[3], "-")) for w in rows})))' "$@"
}
least_share() {
    python3 -c 'import json, sys
rows = [c["witness"] for l in json.load(open(sys.argv[1]))["launches"] for c in l["cases"] if c["arm"] == sys.argv[2]]
print("enough" if rows and min(w["share"] for w in rows) >= 1 else rows)' "$@"
}

# On one host
here -a k=sockets@lo -a k4=sockets@lo,flows=4 -a t=ofi:tcp@lo -a w=ofi:tcp@lo,op=write -a r=ofi:tcp@lo,op=read -i 40 -w 8 -s 1,4K,64K \
    --sweeps 2 -o "$work/lo.json" pingpong bandwidth bibandwidth message_rate
says "lo attests what crosses it" 0 out "attested by lo"
for arm in k k4 t w r; do
    is "... every row of arm $arm" "$(witness "$work/lo.json" $arm state) $(witness "$work/lo.json" $arm device)" "attested lo"
    is "... at least the whole payload of arm $arm" "$(least_share "$work/lo.json" $arm)" enough
done
here -a k=sockets@lo -a t=ofi:tcp@lo -i 40 -s 4,4K,64K --sweeps 2 -o "$work/reduce.json" allreduce
is "... and of all-reduces" "$(witness "$work/reduce.json" k state) $(witness "$work/reduce.json" t state)" "attested attested"
here -a t=ofi:tcp -a n=null -i 40 -s 8 --sweeps 1 -o "$work/free.json" pingpong
is "an arm that names no interface: the netdev that saw its bytes" "$(witness "$work/free.json" t device)" lo
is "what moves nothing is not attested" "$(witness "$work/free.json" n state)" unattested
here -a s=ofi:shm -i 40 -s 8 --sweeps 1 -o "$work/shm.json" pingpong
says "shared memory under its own name is measured" 0 out "no NIC attests 1 row" "shared memory"
is "... and attested by nothing" "$(witness "$work/shm.json" s state)" unattested
for arm in efa=ofi:shm ena=ofi:shm x=ofi:shm@lo; do
    here -a $arm -i 40 -s 8 pingpong
    is "shared memory posing as an adapter ($arm): exit 5" "$code" 5
    one_line "... one line says so" "'$arm': provider 'shm' is shared memory"
done
here -a efa=ofi:shm -i 40 -s 8 --allow-wrong-path -f json pingpong
says "... unless it is let through, and marked" 0 out '"arm efa: shared memory: its bytes cross no adapter"' \
    "WRONG PATH, kept by --allow-wrong-path" '"state": "refused"'
here -a efa=ofi:tcp@lo -i 40 -s 8 pingpong
says "another provider under an adapter's name is told of" 0 out "called after an adapter that it does not use"

# Another interface than the one that was named: on one host the kernel takes the loopback
other=$($inside ip -o -4 address show scope global up 2>/dev/null | awk '{print $2; exit}')
if [ -n "$other" ]; then
    here -a k=sockets@"$other" -a ok=sockets@lo -i 40 -s 8,64K -o "$work/other.json" pingpong
    is "an interface of this host that its bytes do not cross: exit 5" "$code" 5
    says "... one line says what saw them" 5 err "k=sockets@$other" "; lo saw"
    says "... the rows of other arms stand" 5 out "ok" "no number is shown"
    is "... the record says refused" "$(witness "$work/other.json" k state)" refused
    run ./efabench report "$work/other.json" -f csv
    is "... no figure of it is ever shown" "$(cut -d, -f3 "$work/out" | sort -u | tr '\n' ' ')" "arm ok "
    here -a k=sockets@"$other" -i 40 -s 8 --allow-wrong-path -o "$work/allowed.json" pingpong
    says "--allow-wrong-path keeps it, marked" 0 out "WRONG PATH, kept by --allow-wrong-path" "k (WRONG PATH)"
    run ./efabench report "$work/allowed.json" -f json
    says "... for ever" 0 out '"state": "refused"' "WRONG PATH"
    run ./efabench report "$work/allowed.json" -f csv
    says "... in CSV too, which has no column for it" 0 err "warning: arm k: WRONG PATH"
    run timeout 300 $inside ./efabench run -k 2 -a k=sockets@"$other" -i 40 -s 8 -o "$work/run.json" pingpong
    is "efabench run ends with the launch that was refused: exit 5" "$code" 5
    is "... and keeps its evidence" "$(witness "$work/run.json" k state)" refused
    here -a k=sockets@"$other" -i 40 -s 8 --allow-same-host -o "$work/same.json" pingpong
    is "--allow-same-host: not refused, and not attested" "$code $(witness "$work/same.json" k state)" "0 unattested"
fi

# Others' traffic: iperf3 in the same namespace, at 20 MB/s
if [ -n "$inside" ]; then
    # ahead of what else this machine does, and known by a name of its own
    ln -s "$(command -v iperf3)" "$work/iperf3"
    iperf="$inside nice -n -15 $work/iperf3"
    $iperf -s -1 > "$work/server" 2>&1 &
    lo_bytes() { $inside awk '$1 == "lo:" {print $2}' /proc/net/dev; }
    quiet=$(lo_bytes)
    for second in $(seq 60); do
        sleep 1
        [ "$(lo_bytes)" -lt $((quiet + 10000000)) ] || break
        [ -n "$(pids "$work/iperf3 -c")" ] || $iperf -c 127.0.0.1 -b 160M -t 600 > "$work/client" 2>&1 &
    done
    # a machine may be too busy for any traffic in the moment that the witness listens: then it has nothing to say
    for _ in 1 2 3 4 5 6; do
        here -a k=sockets@lo -i 2 --sweeps 1 -s 1 -o "$work/busy.json" pingpong
        if grep -q "MB/s over its device" "$work/out"; then break; fi
    done
    says "background traffic is said" 0 out "MB/s over its device while this job is silent"
    is "... a few bytes of ours among it prove nothing" "$(witness "$work/busy.json" k state)" unattested
    for process in $(pids "$work/iperf3 -[sc]"); do kill "$process" 2>/dev/null; done
    wait
fi

# What EC2 holds back is told of
if ! grep -q fsanitize Makefile; then
    TMPDIR=$work run timeout 300 $inside mpirun --oversubscribe -x LD_PRELOAD="$PWD/throttled_ena.so" -x EFABENCH_TEST_ENA=lo \
        -n 2 ./efabench-mpi -a ena=sockets@lo -i 40 -s 8 --sweeps 2 -o "$work/throttled.json" pingpong
    says "a throttled baseline is marked" 0 out "arm ena: throttled: bw_out_allowance_exceeded grew by 6 in 1 row"
    is "... what was exceeded before is not" "$(witness "$work/throttled.json" ena throttled)" "{'bw_out_allowance_exceeded': 6}"
    is "... ENA Express is said" "$(grep -o '"ena_srd_mode":[0-9]*' "$work/throttled.json")" '"ena_srd_mode":1'
fi

# Two hosts
if [ -n "$inside" ]; then
    on_hosts -a a=sockets@a0 -a b=sockets@b0 -a t=ofi:tcp@a0 -a free=ofi:tcp -i 40 -w 8 -s 1,4K,64K --sweeps 2 -o "$work/two.json" \
        pingpong bandwidth allreduce -s 4,4K,1M
    says "two hosts, two networks: each arm is attested by its own" 0 out "attested by a0" "attested by b0"
    is "... and no other" "$(witness "$work/two.json" a device) $(witness "$work/two.json" t device) $(witness "$work/two.json" b device)" \
        "a0 a0 b0"
    is "... every byte" "$(least_share "$work/two.json" a) $(least_share "$work/two.json" b)" "enough enough"

    # Several ranks on a host: what they send one another is on lo, and proves nothing of what leaves it
    on_hosts_ranks="4 n1:2,n2:2"
    on_hosts -a m=mpi -a t=ofi:tcp -a a=sockets@a0 -i 40 -s 8,64K --sweeps 2 -o "$work/four.json" allreduce pingpong
    is "between two hosts nothing is attested by the loopback" \
        "$(witness "$work/four.json" m device) $(witness "$work/four.json" a device) $(witness "$work/four.json" t state)" \
        "b0 a0 attested"
    on_hosts_ranks="4 n1:3,n2:1"
    on_hosts -a a=sockets@a0 -i 40 -s 8 --pairs 2 pingpong
    is "a pair on one host beside one across, on an arm with an interface: exit 5" "$code" 5
    one_line "... one line says which" "ranks 0 and 2, which are a pair, are both on host n1"
    on_hosts -a a=sockets@a0 -i 40 -s 8 --pairs 2 --allow-same-host -o "$work/mixed.json" pingpong
    is "... let through, it is attested by nothing" "$code $(witness "$work/mixed.json" a state)" "0 unattested"
    on_hosts_ranks="2 n1,n2"

    # An EFA's counters, by operation: those of the stand-in for its provider (tests/standin), which keeps a tree as sysfs
    # has it. Over a0; the trees are of each rank, and so of each host.
    standin() { # standin ARGUMENTS...
        rm -rf "$work/sys-0" "$work/sys-1"
        mkdir "$work/sys-0" "$work/sys-1"
        on_hosts_with="-x FI_PROVIDER_PATH=$PWD/tests/standin -x EFA_STANDIN_DEVICE=rdmap0s6 -x EFA_STANDIN_NETDEV=a0 \
-x EFA_STANDIN_COUNTERS=$work/sys-%r $standin_more"
        on_hosts --sysroot "$work/sys-%r" "$@"
        on_hosts_with=
    }
    standin_more=
    standin -a e=ofi:efa -a m=ofi:efa,op=msg -a w=ofi:efa,op=write -a r=ofi:efa,op=read -i 40 -w 8 -s 1,4K,64K --sweeps 2 \
        -o "$work/efa.json" pingpong bandwidth bibandwidth
    says "an EFA's counters attest its bytes" 0 out "attested by rdmap0s6"
    for arm in e m w r; do
        is "... every row of arm $arm" "$(witness "$work/efa.json" $arm state) $(witness "$work/efa.json" $arm device)" \
            "attested rdmap0s6"
        is "... the whole payload of arm $arm" "$(least_share "$work/efa.json" $arm)" enough
    done
    says "... and what they were read from is said for ever" 0 out "counters were looked for below $work/sys-"
    is "... in the record too, and that it is a stand-in" \
        "$(grep -c "counters were looked for below $work/sys-.*its figures are not an EFA's" "$work/efa.json")" 1
    is "... on a device of the efa driver" "$(grep -o '"driver":"[a-z]*"' "$work/efa.json" | sort -u)" '"driver":"efa"'
    # Ranks of one host on different devices, each on the one near it
    cat > "$work/near" << END
#!/bin/sh
EFA_STANDIN_DEVICE=rdmap0s\$((6 + OMPI_COMM_WORLD_LOCAL_RANK)) exec $PWD/efabench-mpi "\$@"
END
    chmod +x "$work/near"
    mkdir -p "$work/sys-n1" "$work/sys-n2"
    on_hosts_worker=$work/near
    on_hosts_ranks="4 n1:2,n2:2"
    on_hosts_with="-x FI_PROVIDER_PATH=$PWD/tests/standin -x EFA_STANDIN_NETDEV=a0 -x EFA_STANDIN_COUNTERS=$work/sys-%h"
    on_hosts --sysroot "$work/sys-%h" -a e=ofi:efa --pairs 2 -i 40 -s 8,64K --sweeps 2 -o "$work/near.json" pingpong
    is "ranks of one host on two devices: both are counted" "$code $(witness "$work/near.json" e state)" "0 attested"
    on_hosts_worker=
    on_hosts_ranks="2 n1,n2"
    on_hosts_with=

    if ! grep -q fsanitize Makefile; then # Open MPI finds no pml cm there
        on_hosts_layer="cm --mca mtl ofi --mca mtl_ofi_provider_include efa"
        standin -a layer=mpi -i 40 -s 4,64K --sweeps 2 -o "$work/layer.json" pingpong allreduce
        is "MPI over EFA, which names no device: the one that saw its bytes" \
            "$(witness "$work/layer.json" layer state) $(witness "$work/layer.json" layer device)" "attested rdmap0s6"
    fi
    on_hosts_layer="ob1 --mca btl tcp,self"
    standin_more="-x EFA_STANDIN_COUNTERS_LIE=1/8"
    standin -a e=ofi:efa -i 40 -s 1,64K --sweeps 2 pingpong bandwidth
    is "an EFA that saw an eighth of it: exit 5" "$code" 5
    says "... one line says so" 5 err "arm 'e=ofi:efa'" "rdmap0s6 of host n"

    # The kernel sends what is meant for a0's addresses over b0
    in_host n1 ip route replace 10.77.1.2/32 via 10.77.2.2 dev b0 src 10.77.1.1
    in_host n2 ip route replace 10.77.1.1/32 via 10.77.2.1 dev b0 src 10.77.1.2
    for arm in a=sockets@a0 a=ofi:tcp@a0; do
        on_hosts -a $arm -a b=sockets@b0 -i 40 -s 4,64K --sweeps 2 -o "$work/astray.json" pingpong bandwidth allreduce
        is "$arm, whose bytes go over b0: exit 5" "$code" 5
        says "... one line says which saw them" 5 err "a0 of host n1 saw 0.0%" "; b0 saw"
        is "... every row is refused, and none of b" \
            "$(witness "$work/astray.json" a state) $(witness "$work/astray.json" b state)" "refused attested"
        rm -f "$work/astray.json"
    done
    # One way alone
    in_host n2 ip route delete 10.77.1.1/32 via 10.77.2.1 dev b0
    in_host n1 sh -c 'echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter; echo 0 > /proc/sys/net/ipv4/conf/b0/rp_filter'
    in_host n2 sh -c 'for f in all a0 b0; do echo 0 > /proc/sys/net/ipv4/conf/$f/rp_filter; done'
    on_hosts -a a=sockets@a0 -i 40 -s 4,64K --sweeps 2 pingpong
    is "astray one way alone: exit 5" "$code" 5
else
    ok "two hosts # SKIP network namespaces take root"
fi
finish
