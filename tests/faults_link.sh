#!/bin/sh
# The network fails: the link goes down while it is measured, a host cannot be reached, a port is refused.
. "${srcdir:-.}/tests/lib.sh"
. "$srcdir/tests/faults.sh"
. "$srcdir/tests/hosts.sh"

# A port at which nobody listens: who could not reach whom
if ! no_fault_library; then
    run timeout 100 mpirun --oversubscribe -x LD_PRELOAD="$PWD/fault.so" -x EFABENCH_FAULT=1:REFUSE:none:1 -n 2 \
        ./efabench-mpi --timeout 3 -a k=sockets@lo -s 8 -i 5 pingpong
    is "a port is refused: exit 2" $code 2
    one_line "... with who could not reach whom" \
        "rank 1 on host $fault_host cannot connect to rank 0 on host $fault_host at 127.0.0.1: Connection refused"
fi

if ! hosts_can; then
    [ $tests_run -gt 0 ] || { echo "1..0 # SKIP no network namespaces here"; exit 77; }
    finish
    exit 0
fi
hosts_tag=ebfl$$
hosts_up || { echo "Bail out! no namespaces"; exit 1; }

# in_n2 STATE: a0 of the second host
link() { in_host n2 ip link set a0 "$1"; }
# measured COUNT: when the launch under way has that many blocks
measured() {
    for _ in $(seq 2500); do
        measured_blocks=$(grep -cs '"case"' "$work/l.json.journal")
        [ "${measured_blocks:-0}" -lt "$1" ] || return 0
        sleep 0.1
    done
}
for arm in k=sockets@a0 t=ofi:tcp@a0; do
    name=${arm%%=*}
    rm -f "$work/l.json"*
    (measured 3; now_ms > "$work/down"; link down) &
    on_hosts --timeout 3 -a "$arm" -s 8:64K -t 50 --sweeps 500 -o "$work/l.json" pingpong
    ended=$(now_ms)
    wait
    link up
    says "$arm, the link goes down: exit 2, with case, rank and host" 2 err "pingpong, arm $name, " "rank " "on host n"
    is "$arm: within the timeout and 5 s" "$([ $((ended - $(cat "$work/down"))) -le 13000 ] && echo yes)" yes # and as much again: the machine may be busy
    run ./efabench report "$work/l.json.journal"
    says "$arm: what was measured is kept" 0 out "partial"
    nothing_left "$arm"
done

# No way there: the host that cannot go it is named with the one it leads to
in_host n2 ip route add prohibit 10.77.1.1/32 table 5 2>/dev/null
in_host n2 ip rule add to 10.77.1.1 lookup 5 priority 0
in_host n2 ip rule del priority 0 lookup local
in_host n2 ip rule add priority 1 lookup local
on_hosts --timeout 3 -a k=sockets@a0 -s 8 -i 5 pingpong
is "a host that cannot be reached: exit 2" $code 2
one_line "... with who could not reach whom" "rank 1 on host n2 cannot connect to rank 0 on host n1 at 10.77.1.1: "
# Nothing comes back: whoever is waited for is named
in_host n2 ip rule del to 10.77.1.1 lookup 5
in_host n1 ip route add blackhole 10.77.1.2/32 table 5
in_host n1 ip rule add to 10.77.1.2 lookup 5 priority 0
in_host n1 ip rule del priority 0 lookup local
in_host n1 ip rule add priority 1 lookup local
on_hosts --timeout 3 -a k=sockets@a0 -s 8 -i 5 pingpong
is "packets that are dropped: exit 2" $code 2
one_line "... with who waited for whom" "rank 0 on host n1 waited at 10.77.1.1 for a connection from rank 1 on host n2"
nothing_left "no way there"
finish
