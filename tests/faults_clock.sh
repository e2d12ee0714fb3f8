#!/bin/sh
# Clocks that jump while a launch is under way: the date does not matter, and a clock that goes back is no figure.
. "${srcdir:-.}/tests/lib.sh"
. "$srcdir/tests/faults.sh"
if no_fault_library; then
    echo "1..0 # SKIP no library to fail with in this build"
    exit 77
fi

# jump FAULT ARGUMENTS...
jump() {
    jump_fault=$1
    shift
    rm -f "$work/c.json" "$work/mark"
    run timeout 300 ./efabench run --launcher "$(faulty "$jump_fault")" --timeout 20 -k 1 --sweeps 3 -i 50 -s 8 --raw \
        -a k=sockets -o "$work/c.json" "$@"
}
# longest: of all samples of the record, in whole seconds
longest() {
    python3 -c 'import json, sys
print(max(ns for l in json.load(open(sys.argv[1]))["launches"] for c in l["cases"] for block in c["raw_ns"] for ns in block) // 10**9)' \
        "$work/c.json"
}

for way in DATE_ON DATE_BACK; do
    for rank in 0 1; do
        jump $rank:$way:send:3:MPI_Ibarrier:4 pingpong
        says "$way in rank $rank: measured" 0 out "pingpong"
        is "... after the jump" "$(ls "$work" | grep -c mark)" 1
        is "... no sample knows of it" "$([ "$(longest)" -lt 20 ] && echo short)" short
    done
done
# in the second block, by the number of messages: 3 of the warm-up, 55 of a block, and one where ranks connect
jump 0:BACK:clock_gettime:1:send:78 pingpong
says "a monotonic clock that goes back: exit 2, with case, rank, host" 2 err \
    "pingpong, arm k, 8 B, rank 0 on host $fault_host: the clock went back by "
is "... what was measured before is kept, without it" "$(launches_of "$work/c.json") $(longest)" "partial:1 0"
jump 1:BACK:clock_gettime:1:send:79 --algorithm recursive_doubling allreduce
says "... in a rank that rank 0 does not see" 2 err "allreduce, arm k, 8 B, rank 1 on host $fault_host: the clock went back by "
nothing_left "clocks"
finish
