#!/bin/sh
# Launches over 2, 3 and 4 hosts of scripts/netlab: what the witness and the doctor see of them.
. "${srcdir:-.}/tests/lib.sh"
. "$srcdir/tests/hosts.sh"
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS
if ! hosts_can; then echo "1..0 # SKIP $("$netlab" check 2>&1)"; exit 77; fi

# rows FILE ARM: of how many hosts, and what the witness says of the arm's rows, each once
rows() {
    python3 -c 'import json, sys
launches = json.load(open(sys.argv[1]))["launches"]
rows = [c["witness"] for l in launches for c in l["cases"] if c["arm"] == sys.argv[2]]
print(len(launches[0]["provenance"]["hosts"]), *sorted({r["state"] + " " + r.get("device", "-") for r in rows}),
      "all" if rows and min(r["share"] for r in rows) >= 1 else "not all")' "$@"
}

# two, three and four hosts over a0 while MPI's own traffic is on b0
for count in 2 3 4; do
    hosts_names=$count
    hosts_up || not_ok "$count hosts are made" "$(cat "$work/hosts")"
    # A lone rank has nobody to play ping-pong with: pairs are ranks i and i + n/2
    kernels=allreduce
    [ $count -eq 3 ] || kernels="allreduce pingpong"
    # shellcheck disable=SC2086
    run timeout 300 "$netlab" mpirun -n $count ./efabench-mpi --bind none -a k=sockets@a0 -a t=ofi:tcp@a0 -a b=sockets@b0 \
        -i 40 -w 8 -s 8,64K --sweeps 2 --validate -o "$work/$count.json" $kernels
    says "$count hosts are measured" 0 out "attested by a0" "n$count"
    for arm in k t; do
        is "... every row of arm $arm is attested by a0, and no other" "$(rows "$work/$count.json" $arm)" "$count attested a0 all"
    done
    is "... and those of b by b0" "$(rows "$work/$count.json" b)" "$count attested b0 all"
    case $count in
    2) is "two ranks have a core each, where there are two" "$(grep -c '^warning   oversubscribed' "$work/out")" $(($(nproc) < 2)) ;;
    4)
        wanted=0
        [ "$(nproc)" -ge 4 ] || wanted=1
        is "four hosts that are one machine share its cores" "$(grep -c '^warning   oversubscribed: 4 ranks' "$work/out")" $wanted ;;
    esac
    run timeout 300 "$netlab" mpirun -n $count ./efabench-mpi --doctor
    says "... the doctor on $count hosts" 77 out "$count nodes, $count ranks" "ok       subnet          10.77.1.0/24 and 10.77.2.0/24"
done

# Two subnets of a0, b0 the same for all
hosts_names=4
hosts_with=--subnets
hosts_up || not_ok "four hosts in two subnets are made" "$(cat "$work/hosts")"
is "the other half is behind a router" "$(in_host n1 ip route get 10.77.101.3 | head -n 1 | tr -s ' ' | sed 's| uid.*||')" \
    "10.77.101.3 via 10.77.1.254 dev a0 src 10.77.1.1"
run timeout 300 "$netlab" mpirun -n 4 ./efabench-mpi --doctor
says "the doctor sees two subnets" 77 out "4 nodes, 4 ranks" "warning  subnet" "OS-bypass traffic in one subnet" "mend: launch all instances into one subnet"
is "... and whose" "$(sed -n '/^warning  subnet/,/why/p' "$work/out" | sed '$d' | tr -s ' \n' ' ')" \
    "warning subnet 10.77.1.0/24 and 10.77.2.0/24 on n1, 10.77.2.0/24 and 10.77.101.0/24 on n3 "
run timeout 300 "$netlab" mpirun -n 2 ./efabench-mpi --doctor
says "... and not between hosts of one" 77 out "ok       subnet          10.77.1.0/24 and 10.77.2.0/24"
run in_host n3 ./efabench doctor --format json
says "... a host says its own" 77 out '"subnet": "10.77.2.0/24 on b0, 10.77.101.0/24 on a0"'
run timeout 300 "$netlab" mpirun -n 4 ./efabench-mpi --bind none -a k=sockets@a0 -a t=ofi:tcp@a0 -i 40 -s 8,64K --sweeps 2 \
    -o "$work/far.json" pingpong
says "what is routed is measured" 0 out "attested by a0"
is "... and attested by the interface that is named" "$(rows "$work/far.json" k), $(rows "$work/far.json" t)" \
    "4 attested a0 all, 4 attested a0 all"
finish
