#!/bin/sh
# efabench-mpi --doctor under a real mpirun; each rank's node is a tree.
. "${srcdir:-.}/tests/lib.sh"
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS
mkdir "$work/made" "$work/n"
sh "$srcdir/tests/fixtures/make" "$work/made"

mpi() {
    ranks=$1
    shift
    TMPDIR=$work run timeout 300 mpirun --oversubscribe -n "$ranks" ./efabench-mpi --doctor "$@"
}

# node RANK FIXTURE NAME CPUS: what rank RANK sees
node() {
    rm -rf "$work/n/$1"
    cp -R "$work/made/$2" "$work/n/$1"
    echo "$3" > "$work/n/$1/proc/sys/kernel/hostname"
    [ -z "$4" ] || printf 'Cpus_allowed_list:\t%s\n' "$4" > "$work/n/$1/proc/self/status"
}

for rank in 0 1 2 3; do node $rank c5n.18xlarge node$rank ''; done
mpi 4 --sysroot "$work/n/%r"
says "four healthy nodes" 0 out "4 nodes, 4 ranks" "node0" "node3" "Ready for EFA" "10.0.0.0/24"
is "... none is odd" "$(grep -cE '^[a-z-]+ .*\*(wrong|ok|warning|absent)\*' "$work/out")" 0

node 2 memlock-64k node2 ''
mpi 4 --sysroot "$work/n/%r"
says "one with little locked memory" 1 out "node2: 64 KiB" "Not ready for EFA."
is "... is the odd one in its row, and in no other" "$(grep -E '^[a-z-]+ .*\*(wrong|ok|warning|absent)\*' "$work/out" | tr -s ' ')" \
    "memlock ok ok *wrong* ok"
is "... 80 columns, no blank at an end" "$(grep -nE '.{81}| $' "$work/out")" ""
mpi 4 --sysroot "$work/n/%r" --format json
says "... as JSON" 1 out '"schema": "efabench-doctor/1"' '"verdict": "wrong"' '"memlock"'
is "... odd once" "$(awk '/"odd": \[$/ { getline; print $1 }' "$work/out")" '"memlock"'
grep '^[ {}]' "$work/out" > "$work/json"
if command -v python3 >/dev/null; then
    run python3 -m json.tool "$work/json"
    says "... that is JSON" 0 out "across"
fi

node 2 c5n.18xlarge node2 ''
printf '%s\n' 'Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT' \
    'ens5 0001000A 00000000 0001 0 0 512 00FFFFFF 0 0 0' > "$work/n/3/proc/net/route"
mpi 4 --sysroot "$work/n/%r"
says "another subnet: a warning" 0 out "warning  subnet" "Availability Zone" "10.0.0.0/24 on node0, 10.0.1.0/24 on node3"

# A second subnet that the others lack, though the first is theirs. A route to one host is no subnet.
printf '%s\n' 'Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT' \
    'ens5 0000000A 00000000 0001 0 0 512 00FFFFFF 0 0 0' 'ens5 0200000A 00000000 0005 0 0 512 FFFFFFFF 0 0 0' \
    'docker0 000011AC 00000000 0001 0 0 0 0000FFFF 0 0 0' 'ens5 0002000A 00000000 0001 0 0 512 00FFFFFF 0 0 0' \
    'ens5 0002000A 00000000 0001 0 0 1024 00FFFFFF 0 0 0' > "$work/n/3/proc/net/route"
mpi 4 --sysroot "$work/n/%r"
says "another second subnet: a warning" 0 out "warning  subnet"
is "... of whole subnets, each once, of ENAs alone" "$(sed -n '/^warning  subnet/,/why/p' "$work/out" | sed '$d' | tr -s ' \n' ' ')" \
    "warning subnet 10.0.0.0/24 on node0, 10.0.0.0/24 and 10.0.2.0/24 on node3 "

node 3 c5n.18xlarge node3 ''
echo 'version 2.1' > "$work/n/3/efabench/libfabric"
echo c5n.9xlarge > "$work/n/3/sys/devices/virtual/dmi/id/product_name"
mpi 4 --sysroot "$work/n/%r"
says "another libfabric and another type" 0 out "warning  libfabric" "warning  instance" "c5n.9xlarge on node3"

node 3 c5n.18xlarge node3 ''
rm "$work/n/3/efabench/libfabric"
mpi 4 --sysroot "$work/n/%r"
says "a rank without libfabric" 0 out "warning  libfabric" "unknown on node3"

node 3 memlock-64k node0 ''
mpi 4 --sysroot "$work/n/%r"
says "two ranks with one host name: the rank is named" 1 out "node0, rank 3: 64 KiB"
mpi 4 --sysroot "$work/n/%r" --format json
is "... in JSON too" "$(awk '/"id": "memlock"/ { n = NR } /"rank": 3/ && n && NR < n + 9' "$work/out" | tr -d ' ')" '"rank":3'

node 0 c5n.18xlarge a 0
node 1 c5n.18xlarge a 0
mpi 2 --sysroot "$work/n/%r"
says "two ranks on one core of one host" 0 out "warning  cores" "2 ranks have CPUs 0 of host a" "warning  same-host"
node 1 c5n.18xlarge a 36
mkdir -p "$work/n/1/sys/devices/system/cpu/cpu36/topology"
echo 0,36 > "$work/n/1/sys/devices/system/cpu/cpu36/topology/thread_siblings_list"
mpi 2 --sysroot "$work/n/%r"
says "two ranks on hardware threads of one core" 0 out "ranks 0 and 1 are hardware threads of one core"

node 0 c5n.18xlarge node0 ''
node 1 c5.4xlarge node1 ''
mpi 2 --sysroot "$work/n/%r"
says "one node without EFA" 1 out "absent   efa" "node1: no EFA"
node 0 c5.4xlarge node0 ''
mpi 2 --sysroot "$work/n/%r"
says "no node with EFA" 77 out "No EFA on any node." "absent"
is "... what is not looked at is not called absent" "$(awk '$1 == "libfabric" || $1 == "memlock" { print $2, $3 }' "$work/out")" \
    "- -
- -"
is "... nor is there talk of what cannot be seen" "$(grep -c 'Not checkable' "$work/out")" 0

rm -rf "$work/n/1"
mpi 2 --sysroot "$work/n/%r"
says "a tree that one rank lacks: exit 2" 2 err "$work/n/1"
one_line "... in one line" "$work/n/1"
mpi 2 pingpong
says "a kernel does not go with it" 2 err "'pingpong'"
mpi 2 -o "$work/r.json"
says "nor does a record" 2 err "r.json"
mpi 2 --format csv
says "nor csv" 2 err "'csv'"
mkdir "$work/h"
cp -R "$work/made/c5n.18xlarge" "$work/h/$(uname -n)"
mpi 1 --sysroot "$work/h/%h"
says "%h is the host's name" 0 out "1 node, 1 rank" "10-0-0-11"
mpi 2
case $code in 0 | 1 | 77) ok "this machine: exit code $code" ;; *) not_ok "this machine" "exit code $code" ;; esac
finish
