#!/bin/sh
# A rank that is killed or stopped, in every phase: the launch ends in time, says rank, host and case, keeps what was
# measured, and leaves nothing behind.
. "${srcdir:-.}/tests/lib.sh"
. "$srcdir/tests/faults.sh"
if no_fault_library; then
    echo "1..0 # SKIP no library to fail with in this build"
    exit 77
fi

# How long a launch takes here and now when nothing fails: what a busy machine may add to the bound below.
began=$(now_ms)
run timeout 300 ./efabench run --launcher "$launcher" --timeout $timeout_s -k 1 --sweeps 3 -i 30 -s 8 -a k=sockets -o "$work/whole.json" pingpong
says "a launch in which nothing fails" 0 out "pingpong"
usual_ms=$(($(now_ms) - began))

# fault NAME FAULT WHERE LAUNCHES ARGUMENTS...: a run of one launch ends with 2; the line of a rank has WHERE, LAUNCHES are kept
fault() {
    fault_name=$1 fault_at=$2 fault_where=$3 fault_kept=$4
    shift 4
    rm -f "$work/mark" "$work/f.json"
    run timeout 120 ./efabench run --launcher "$(faulty "$fault_at")" --timeout $timeout_s -k 2 --sweeps 3 -i 30 -s 8 \
        -o "$work/f.json" "$@"
    fault_ms=$(($(now_ms) - $(mark_ms)))
    says "$fault_name: exit 2" 2 err "launch 1 of 2"
    if grep -a '^efabench-mpi: ' "$work/err" | grep -q -e "$fault_where, rank [01] on host $fault_host: "; then
        ok "$fault_name: a rank says where it was, and on which host"
    else
        not_ok "$fault_name: a rank says where it was, and on which host" "'$fault_where' is not in:" "$(head -n 20 "$work/err")"
    fi
    if [ $fault_ms -le $((1000 * (timeout_s + 5) + usual_ms)) ]; then ok "$fault_name: within the timeout and 5 s"
    else not_ok "$fault_name: within the timeout and 5 s" "$fault_ms ms; a launch takes $usual_ms ms here"; fi
    if [ "$fault_kept" = none ]; then is "$fault_name: there is no record" "$(ls "$work" | grep -c '^f.json')" 0
    else is "$fault_name: what was measured is kept" "$(launches_of "$work/f.json")" "$fault_kept"; fi
    nothing_left "$fault_name"
}

meeting="meeting of the ranks" opening="opening of the arms"
fault "killed at the start" 0:KILL:MPI_Ibcast:1 "$meeting" none -a k=sockets pingpong
fault "stopped at the start" 1:STOP:MPI_Ibcast:1 "$meeting" none -a k=sockets pingpong
fault "killed in opening" 1:KILL:listen:1 "$opening" none -a k=sockets pingpong
fault "stopped in opening" 0:STOP:fi_getinfo:1 "$opening" none -a t=ofi:tcp@lo pingpong
fault "killed in the warm-up" 0:KILL:MPI_Ibarrier:1 warm-up none -a t=ofi:tcp@lo pingpong
fault "stopped in the warm-up" 1:STOP:MPI_Ibarrier:1 warm-up none -a k=sockets pingpong
# a block is two barriers, the warm-up one: the sixth begins what is timed in the third block
fault "killed while it is timed, sockets" 1:KILL:send:12:MPI_Ibarrier:6 "pingpong, arm k, 8 B" partial:1 -a k=sockets pingpong
fault "stopped while it is timed, sockets" 0:STOP:send:12:MPI_Ibarrier:6 "pingpong, arm k, 8 B" partial:1 -a k=sockets pingpong
fault "killed while it is timed, libfabric" 0:KILL:send:12:MPI_Ibarrier:6 "pingpong, arm t, 8 B" partial:1 -a t=ofi:tcp@lo pingpong
fault "stopped while it is timed, libfabric" 1:STOP:send:12:MPI_Ibarrier:6 "pingpong, arm t, 8 B" partial:1 -a t=ofi:tcp@lo pingpong
fault "killed while it is timed, MPI" 1:KILL:MPI_Isend:12:MPI_Ibarrier:6 "pingpong, arm l, 8 B" partial:1 -a l=mpi pingpong
fault "stopped while it is timed, MPI's own all-reduce" 0:STOP:MPI_Allreduce:9:MPI_Ibarrier:6 "allreduce, arm l, 8 B" partial:1 -a l=mpi allreduce
fault "killed while samples are gathered" 1:KILL:MPI_Ireduce:2 "allreduce, arm l, 8 B" partial:1 -a l=mpi allreduce
fault "stopped while samples are gathered" 1:STOP:MPI_Ireduce:2 "allreduce, arm l, 8 B" partial:1 -a l=mpi allreduce
writing="\\(pingpong, arm k, 8 B\\|end of a sweep\\)" # as far as the other rank may have come
fault "killed while it writes" 0:KILL:fflush:4 "$writing" partial:1 -a k=sockets pingpong
fault "stopped while it writes" 0:STOP:fflush:4 "$writing" partial:1 -a k=sockets pingpong

# After the last barrier there is nothing to be lost but the time of those who wait
rm -f "$work/mark"
run timeout 120 ./efabench run --launcher "$(faulty 1:STOP:MPI_Finalize:1)" --timeout $timeout_s -k 1 --sweeps 1 -i 30 -s 8 \
    -a k=sockets -o "$work/f.json" pingpong
says "stopped at the very end: exit 2" 2 err "launch 1 of 1"
is "... what was measured is kept, and whole" "$(launches_of "$work/f.json")" complete:1
nothing_left "stopped at the very end"

# The launcher is killed: its ranks end by themselves, but for a stopped one, which somebody must kill
rm -f "$work/mark"
./efabench run --launcher "$(faulty 1:STOP:send:12:MPI_Ibarrier:6)" --timeout 60 -k 1 --sweeps 3 -i 30 -s 8 -a k=sockets \
    -o "$work/m.json" pingpong > "$work/out" 2> "$work/err" &
running=$!
for _ in $(seq 600); do # what it wrote has to come through the launcher
    if [ -e "$work/mark" ] && grep -qs '"case"' "$work/m.json.journal"; then break; fi
    sleep 0.1
done
# shellcheck disable=SC2046
kill -KILL $(pids "^[^ ]*(mpirun|prterun) .*$work/m.json") # which Open MPI 5's mpirun becomes
code=0
wait $running || code=$?
says "the launcher is killed: said with the signal" 2 err "launch 1 of 1" "signal 9"
is "... what was measured is kept" "$(launches_of "$work/m.json")" partial:1
for _ in $(seq 600); do
    [ -n "$(pids "efabench-mpi .*$work")" ] || break
    sleep 0.1
done
is "... no process is left, not even the stopped one" "$(pids "efabench-mpi .*$work")" ""

# A launcher that starts another one, and is told to end: whoever is left behind is killed, each after its parent
cat > "$work/wraps" <<X
#!/bin/sh
$(faulty 1:STOP:send:12:MPI_Ibarrier:6) "\$@"
exit \$?
X
chmod +x "$work/wraps"
rm -f "$work/mark"
./efabench run --launcher "$work/wraps" --timeout 60 -k 1 --sweeps 3 -i 30 -s 8 -a k=sockets -o "$work/w.json" pingpong \
    > "$work/out" 2> "$work/err" &
running=$!
for _ in $(seq 600); do
    [ ! -e "$work/mark" ] || break
    sleep 0.1
done
kill -TERM $running
code=0
wait $running || code=$?
says "a launcher within another: interrupted" 2 err "interrupted"
for _ in $(seq 300); do # its mpirun may have been killed too, which leaves its session's directory
    [ -n "$(pids "efabench-mpi .*$work")" ] || break
    sleep 0.1
done
is "... no process is left" "$(pids "efabench-mpi .*$work")" ""

# A launcher that does not end although its launch has, as Debian 13's prterun now and then: with its output open, and closed
for keeps in "" "exec >&- 2>&-"; do
    printf '#!/bin/sh\nmpirun --oversubscribe "$@"\n%s\nexec sleep 1000\n' "$keeps" > "$work/lingers"
    chmod +x "$work/lingers"
    rm -f "$work/l.json"
    run timeout 120 ./efabench run --launcher "$work/lingers" --timeout 3 -k 1 --sweeps 2 -i 30 -s 8 -a n=null -o "$work/l.json" pingpong
    says "a launcher that does not end${keeps:+, its output closed}: it is ended" 0 err "the launcher was ended: its launch had ended 8 s before"
    is "... and nothing is lost" "$(launches_of "$work/l.json")" complete:1
done
finish
