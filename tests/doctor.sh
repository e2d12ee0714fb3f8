#!/bin/sh
# efabench doctor on trees that stand for nodes: each gives the finding it was made for, and no other.
. "${srcdir:-.}/tests/lib.sh"
mkdir "$work/made"
sh "$srcdir/tests/fixtures/make" "$work/made"
fixtures=$srcdir/tests/fixtures
if [ -d "$fixtures/c5n.18xlarge" ]; then
    is "the trees are what fixtures/make makes" \
        "$(diff -r --no-dereference -x make "$work/made" "$fixtures" 2>&1 | head -n 5)" ""
else
    fixtures=$work/made # a tarball would hold copies in place of symbolic links
fi

# findings FILE: what is not fine in the JSON, as "CHECK STATE CHECK STATE ..."
findings() {
    awk -F'"' '$2 == "id" { id = $4 }
        $2 == "state" && ($4 == "wrong" || $4 == "warning" || (id == "efa" && $4 == "absent")) {
            printf "%s%s %s", separator, id, $4; separator = " " }' "$1"
}

# states FILE STATE: how many findings have it
states() { grep -c "\"state\": \"$2\"" "$1"; }

is "there are trees" "$(($(wc -l < "$fixtures/EXPECTED") > 30))" 1
while read -r name code check state; do
    run ./efabench doctor --sysroot "$fixtures/$name" --format json
    says "$name: exit code $code" "$code" out '"schema": "efabench-doctor/1"'
    [ "$check" != - ] || state=
    is "$name: ${state:-nothing} $check and no other" "$(findings "$work/out")" "${state:+$check $state}"
    if command -v python3 >/dev/null; then
        cp "$work/out" "$work/json"
        run python3 -m json.tool "$work/json"
        says "$name: its JSON is JSON" 0 out "findings"
    fi
    run ./efabench doctor --sysroot "$fixtures/$name"
    says "$name: as text" "$code" out "${state:+$(printf '%-8s %s' "$state" "$check")}"
    is "$name: 80 columns, no blank at an end" "$(grep -nE '.{81}| $' "$work/out")" ""
done < "$fixtures/EXPECTED"

# What each says
saying() { # saying NAME TEXT...
    run ./efabench doctor --sysroot "$fixtures/$1"
    fixture=$1
    shift
    says "$fixture says so" $code out "$@"
}
saying memlock-64k ">> /etc/security/limits.conf" "PropagateResourceLimitsExcept=MEMLOCK"
saying huge-pages-exhausted "FI_EFA_USE_HUGE_PAGE=0" "nr_hugepages=10256" # 5128 are taken, 5128 more
saying env-device-rdma "FI_EFA_USE_DEVICE_RDMA=1" "c5n.18xlarge" "unset FI_EFA_USE_DEVICE_RDMA"
saying installer-old "1.15.1 is before 1.22" "./efa_installer.sh -y"
saying efa-unbound "an EFA that its driver did not take"
saying c4.8xlarge "ip-10-0-0-11, unknown type" "instance type: unknown" "Not made without an EFA: efa-module" "fork-safe"
is "... nor of what it cannot see" "$(grep -c 'Not checkable' "$work/out")" 0
run ./efabench doctor --sysroot "$fixtures/c4.8xlarge" --format json
is "... JSON has all" "$(grep -c '"id": "security-group"' "$work/out")" 1
saying memlock-64k "64 KiB" "why:" "mend:" "memlock unlimited" "Not ready for EFA: 1 wrong, 0 warnings."
saying p5.48xlarge-31-of-32 "31 of the 32 EFA that a p5.48xlarge has"
saying c6in.32xlarge "1 EFA-only (no netdev, no IP)" "Ready for EFA"
saying efa-only "no IP by which ranks"
saying foreign-rdma "ibp0s8 (mlx5_core)"
saying other-numa "rdmap0s6 on node 0" "18-35,54-71 alone"
saying c5.4xlarge "Elastic Network Adapter" "(ena) on ens5" "c5.4xlarge" "No EFA here; 0 warnings."
saying c5n.18xlarge-no-efa "a c5n.18xlarge can have 1" "attach it"
saying c4.8xlarge "82599" "(ixgbevf) on eth0"
saying no-aws "this is no AWS instance (LENOVO)"
saying env-mtu-size "FI_EFA_MTU_SIZE=8928" "unset FI_EFA_MTU_SIZE"
saying throttled "bw_in 1732 on ens5"
saying c5n.18xlarge "Not checkable from here" "security-group" "placement-group" "network-acl"
run ./efabench doctor --sysroot "$fixtures/c5n.18xlarge" --format json
is "what no node can see is unknown" "$(states "$work/out" unknown)" 7

# A node of /dev/infiniband that is another device's is none of the EFA's.
cp -R "$fixtures/foreign-rdma" "$work/passed"
chmod -R u+w "$work/passed"
rm "$work/passed/dev/infiniband/uverbs0"
run ./efabench doctor --sysroot "$work/passed" --format json
says "one mlx5, one EFA, and the mlx5's node alone" 1 out "no /dev/infiniband/uverbs* is of an EFA; other devices have 1"
is "... is wrong" "$(findings "$work/out")" "uverbs-device wrong foreign-rdma warning"
: > "$work/passed/dev/infiniband/uverbs0"
rm "$work/passed/dev/infiniband/uverbs1"
run ./efabench doctor --sysroot "$work/passed" --format json
is "... the EFA's alone is not" "$code $(findings "$work/out")" "0 foreign-rdma warning"

# Nothing comes from this machine: an empty tree knows of nothing.
mkdir "$work/empty"
FI_EFA_MTU_SIZE=1 run ./efabench doctor --sysroot "$work/empty" --format json
says "an empty tree: no EFA" 77 out '"host": null' '"instance": null'
is "... and nothing of this machine" "$(states "$work/out" ok)" 0
FI_EFA_MTU_SIZE=1 run ./efabench doctor --sysroot "$fixtures/c5n.18xlarge"
says "variables of this process are not the tree's" 0 out "Ready for EFA"

# Trees come from anywhere
cp -R "$fixtures/c5n.18xlarge" "$work/evil"
chmod -R u+w "$work/evil"
printf 'c5n\033[2J.18xlarge' > "$work/evil/sys/devices/virtual/dmi/id/product_name"
printf 'FI_EFA_IFACE=\033]0;x\007\377' > "$work/evil/proc/self/environ"
run ./efabench doctor --sysroot "$work/evil"
says "control characters of a tree do not reach the terminal" 1 out "FI_EFA_IFACE=?]0;x?"
is "... none" "$(tr -d '\n -~\377' < "$work/out" | wc -c | tr -d ' ')" 0
run ./efabench doctor --sysroot "$work/evil" --format json
says "bytes that are no UTF-8 leave JSON whole" 1 out '(no UTF-8)'
mkfifo "$work/evil/proc/net/fifo"
rm "$work/evil/proc/meminfo"
mkfifo "$work/evil/proc/meminfo"
run timeout 10 ./efabench doctor --sysroot "$work/evil"
says "a fifo does not hold it up" 1 out "env-abort"

# Usage
run ./efabench doctor --sysroot "$work/nowhere"
says "a tree that is not there: exit 2" 2 err "$work/nowhere"
one_line "... in one line" "No such file"
run ./efabench doctor --sysroot "$fixtures/EXPECTED"
says "a tree that is a file: exit 2" 2 err "no directory"
run ./efabench doctor --sysroot ""
says "a tree without a name: exit 2" 2 err "''"
run ./efabench doctor --format csv
says "a format that it does not have: exit 2" 2 err "'csv'"
run ./efabench doctor now
says "a word too many: exit 2" 2 err "'now'"
run ./efabench doctor --help
says "--help" 0 out "--sysroot" "--format" "77"

# This machine, whatever it is
run ./efabench doctor
case $code in 0 | 1 | 77) ok "this machine: exit code $code" ;; *) not_ok "this machine" "exit code $code" ;; esac
run ./efabench doctor --format json
is "this machine: every check has a finding" "$(grep -c '"id"' "$work/out")" \
    "$(./efabench doctor --sysroot "$work/empty" --format json | grep -c '"id"')"
finish
