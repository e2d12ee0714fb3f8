#!/bin/sh
# What stands in for an ENA: a link that is held at a rate, beside one that is not, and flows that are held one by one on a link that
# is not, as EC2 does. Does efabench tell these apart, from launches over two hosts of scripts/netlab?
. "${srcdir:-.}/tests/lib.sh"
. "$srcdir/tests/hosts.sh"
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS
hosts_with="--rate 25mbit --flow-rate 25mbit"
if ! hosts_can; then echo "1..0 # SKIP $("$netlab" check $hosts_with 2>&1)"; exit 77; fi

# measure FILE: bandwidth by 512 KiB, four at a time: 2 MiB a sample
measure() {
    TMPDIR=$work run timeout 500 ./efabench run --launcher "$netlab mpirun" --bind none -k 6 -i 2 -x 1 --window 4 --sweeps 2 -s 512K \
        -a ena=sockets@a0,flows=1 -a ena8=sockets@a0,flows=8 -a fast=sockets@b0 -o "$1" bandwidth
}

# value ARM: of the last report, MB/s
value() { ./efabench report "$1" -f csv 2>/dev/null | awk -F, -v arm="$2" '$3 == arm && $7 == "bandwidth" { print $11 }'; }
holds() { # holds NAME CONDITION: of awk
    if awk "BEGIN { exit !($2) }"; then ok "$1"; else not_ok "$1" "not so: $2"; fi
}

# flows NAME FILE RIGHT WRONG: the report says in words that the flows do RIGHT, and at no time WRONG. On a machine that others use an
# interval may be too wide to say either: it is measured anew then, twice.
flows() {
    flows_name=$1 flows_file=$2 flows_right=$3 flows_wrong=$4
    for _ in 1 2 3; do
        measure "$flows_file"
        says "$flows_name: measured" 0 out "attested by a0" "attested by b0"
        ./efabench report "$flows_file" -f text 2>/dev/null | tr -s ' \n' ' ' > "$work/words"
        ! grep -q "Flows: " "$work/words" || break
    done
    if grep -qF -e "$flows_right" "$work/words" && ! grep -qF -e "$flows_wrong" "$work/words"; then ok "$flows_name: '$flows_right'"
    else not_ok "$flows_name: '$flows_right'" "$(cat "$work/words")"; fi
}
lifts="what holds one is a flow's own (a cap, its window), not the link."
lifts_not="more flows do not lift it, so what holds it is no flow's own but the link's, or the hosts'."

# The link of a0 is held at 25 Mb/s = 3.125 MB/s, far below what two busy cores can copy. Of a sample of 2 MiB the bucket lets
# 128 KiB through at once: 2048 / 1920 = 1.067.
hosts_with="--rate 25mbit"
hosts_up || not_ok "two hosts are made" "$(cat "$work/hosts")"
flows "a link that is held" "$work/link.json" "$lifts_not" "$lifts"
one=$(value "$work/link.json" ena) eight=$(value "$work/link.json" ena8) fast=$(value "$work/link.json" fast)
holds "... one flow is near its rate, and not beyond it" "$one > 3.125 * 0.6 && $one < 3.125 * 1.067"
holds "... eight are not beyond it either" "$eight < 3.125 * 1.067"
holds "... what is not held is not held" "$fast > 2 * $one"
run ./efabench compare "$work/link.json" --arm ena --arm fast -f json
cp "$work/out" "$work/compare.json"
is "... compare: the faster arm is better" "$code $(grep -o '"improved": [0-9]*' "$work/compare.json" | head -n 1)" '0 "improved": 1'
change=$(python3 -c 'import json, sys
row = json.load(open(sys.argv[1]))["rows"][0]
print(row["base"]["value"], row["now"]["value"], row["change"]["ratio_low"], row["change"]["ratio_high"])' "$work/compare.json")
# shellcheck disable=SC2086
set -- $change
holds "... of these figures" "$1 > 0.999 * $one && $1 < 1.001 * $one && $2 > 0.999 * $fast && $2 < 1.001 * $fast"
holds "... by what holds their quotient" "$3 > 1.3 && $3 <= 1.001 * $fast / $one && $4 >= 0.999 * $fast / $one"
run ./efabench compare "$work/link.json" --arm fast --arm ena
says "... and the other way round it is worse: exit 1" 1 out "REGRESSED"

# Every flow of a0 is held at 25 Mb/s = 3.125 MB/s on a link of 2 Gb/s. Two of eight may share one of the 256 classes (in one run of
# ten: 1 - 255/256 * ... * 249/256), but they never all share two. Of a sample eight buckets let half through at once.
hosts_with="--rate 2gbit --flow-rate 25mbit"
hosts_up || not_ok "two hosts are made" "$(cat "$work/hosts")"
flows "flows that are held" "$work/flows.json" "$lifts" "$lifts_not"
one=$(value "$work/flows.json" ena) eight=$(value "$work/flows.json" ena8)
holds "... one flow is near its rate, and not beyond it" "$one > 3.125 * 0.6 && $one < 3.125 * 1.067"
holds "... eight carry what several may, and no more than eight" "$eight > 2 * $one && $eight < 8 * 3.125 * 2"
finish
