#!/bin/sh
# Launches of many ranks, to the end: threads over inproc. scripts/scale in its short form, a launch of 256 ranks whose
# record users can read, the tree over MPI, and what --raw refuses.
. "${srcdir:-.}/tests/lib.sh"
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS

run "$srcdir/scripts/scale" --short
says "scripts/scale runs" 0 out "ranks  kernel" "message_rate" "n^" "at 10000" "counted"
# by hand: 2 (n - 1) n of the ring, n log2 n of recursive doubling at 64
is "the ring's messages at 1000 ranks" "$(awk '$1 == 1000 && $3 == "ring" && NF == 5 { print $4, $5 }' "$work/out")" "1998000 2"
is "recursive doubling's at 64" "$(awk '$1 == 64 && $3 == "recursive_doubling" && NF == 5 { print $4, $5 }' "$work/out")" "384 6"
run env RANKS="2 4" "$srcdir/scripts/scale" --long
says "an unknown option is named" 2 err "'--long' is not --short"

run ./measure_scale 256 pingpong - 8 20 "$work/many.json"
says "256 ranks run to the end" 0 out "ranks=256 "
run ./efabench report "$work/many.json"
says "their record makes a report" 0 out "256 ranks" "pingpong"
is "each pair is in it" "$(grep -o '"ranks": *\[[0-9]*, *[0-9]*\]' "$work/many.json" | sort -u | wc -l | tr -d ' ')" 128
run ./measure_scale 1 pingpong - 8 20
says "one rank is none" 2 err "no number of ranks"

run mpirun --oversubscribe -n 4 ./efabench-mpi --pairs 2 --raw -i 9000000 --sweeps 1 -s 8 -a n=null -o "$work/too-raw.json" pingpong
says "--raw of too many samples is refused before they are measured" 2 err "--raw: 9000000 samples of each of 2 pairs" "16777216"
run mpirun --oversubscribe -n 4 ./efabench-mpi --pairs 2 --raw -i 30 --sweeps 2 -s 8 -a n=null -o "$work/raw.json" pingpong
says "--raw of few is not" 0 err "record"
is "both pairs' samples of the first sweep are there" "$(tr -d ' \n' < "$work/raw.json" | sed 's/.*"raw_ns":\[\[//; s/\].*//' | awk -F, '{ print NF }')" 60

# The tree over MPI, whose shape is another with each number of ranks: each pair's and each rank's numbers arrive.
for ranks in 2 3 5 7 8; do
    run mpirun --oversubscribe -n $ranks ./efabench-mpi --validate -i 20 --sweeps 2 -s 4K -a a=mpi --algorithm recursive_doubling -o "$work/tree.json" allreduce
    says "an all-reduce of $ranks ranks over MPI" 0 err "record"
    # three iterations of 4096 bytes on each rank are validated
    is "all of $ranks ranks are counted in" "$(grep -o '"bytes": *[0-9]*' "$work/tree.json" | head -n 1 | tr -dc '0-9')" $((ranks * 3 * 4096))
done
for ranks in 2 6 8; do
    run mpirun --oversubscribe -n $ranks ./efabench-mpi --pairs $((ranks / 2)) -i 25 --sweeps 2 -s 8 -a a=mpi -o "$work/tree.json" pingpong
    says "a ping-pong of $((ranks / 2)) pairs over MPI" 0 err "record"
    is "their histogram has the samples of all" "$(tr -d ' \n' < "$work/tree.json" | sed 's/.*"histogram":\[\[//; s/\]\].*//; s/\],\[/\n/g' | awk -F, '{ sum += $2 } END { print sum }')" $((ranks / 2 * 25))
done
# a failure of one rank reaches all, with the text of the lowest
run mpirun --oversubscribe -n 5 ./efabench-mpi -i 5 -s 8 -a "s=sockets@no-such-device" -o "$work/none.json" pingpong
says "what all ranks came to together is told once" 2 err "no-such-device"

finish
