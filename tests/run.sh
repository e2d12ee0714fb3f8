#!/bin/sh
# efabench run from its launches to its exit code.
. "${srcdir:-.}/tests/lib.sh"
# Open MPI and libfabric keep memory to the end of a process: leaks are looked for in the unit tests and in report.sh.
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS
TMPDIR=$work
export TMPDIR
launcher="mpirun --oversubscribe"
quick="-t 1 --sweeps 2"

# shellcheck disable=SC2086
run timeout 500 ./efabench run --launcher "$launcher" $quick -k 6 -s 8,64K -f csv -o "$work/run.json"
says "the local default" 0 out "kernel,algorithm,arm,variant,size_bytes,ranks,metric,unit,launches,samples,value"
is "... measures three kernels on two arms at two sizes" \
    "$(awk -F, 'NR > 1 && $7 != "rtt" && $7 != "time_osu" && $7 != "busbw" {print $1 "/" $3 "/" $5}' "$work/out" | sort | tr '\n' ' ')" \
    "$(for k in allreduce bandwidth pingpong; do for a in kernel-tcp tcp; do for s in 65536 8; do printf '%s/%s/%s\n' $k $a $s; done; done; done | sort | tr '\n' ' ')"
is "... six launches, each row with an interval around its value" \
    "$(awk -F, 'NR > 1 && ($9 != 6 || $12 == "" || $13 == "" || $12 > $11 || $13 < $11)' "$work/out")" ""
is "... quantiles ascend" \
    "$(awk -F, 'NR > 1 && $7 != "half_rtt" && $7 != "time_osu" && ($14 > $15 || $15 > $19 || ($16 != "" && ($15 > $16 || $16 > $19)))' "$work/out")" ""
says "... says where the record is" 0 err "record: $work/run.json"
run ./efabench report "$work/run.json"
says "the record reports with ratio and interval" 0 out "ratio = arm / kernel-tcp" "[" "pingpong" "bandwidth" "allreduce"
if python3 -c 'import jsonschema' 2>/dev/null; then
    run python3 -c 'import json,sys,jsonschema
r=json.load(open(sys.argv[1])); jsonschema.validate(r, json.load(open(sys.argv[2])))
print(len(r["launches"]), {l["status"] for l in r["launches"]}, len({str(l["cases"][0]["sweeps"][0]["position"])+str(l["cases"][1]["sweeps"]) for l in r["launches"]}))' \
        "$work/run.json" "$srcdir/results/schema/record-1.schema.json"
    says "the record is valid, with six whole launches" 0 out "6 {'complete'} 6"
fi
run ./efabench report "$work/run.json" --against "$srcdir/results/baselines/c5n.18xlarge-2019.json"
says "beside the published figures: hosts differ, a ratio means nothing" 0 out "means nothing" "16.1"

printf -- '-t 1\n--sweeps 1\n-k 1\n-s 8\npingpong\n' > "$work/profile"
run timeout 100 ./efabench run "@$work/profile" --launcher "$launcher" -a k=sockets -o "$work/p.json"
says "a profile gives options and kernels" 0 out "pingpong" "8 B"

# No shell in between
run timeout 100 ./efabench run --launcher "$launcher; touch $work/shell" -k 1 -t 1 -s 8 -o "$work/s.json" pingpong
is "a launcher is no shell command" "$(ls "$work" | grep -c '^shell$')" 0
run ./efabench run --launcher "no-such-mpirun" -k 1 -o "$work/s.json" pingpong
says "a launcher that does not exist is named" 2 err "'no-such-mpirun'"
one_line "... in one line" "cannot start"
run ./efabench run --launcher "" -k 1 -o "$work/s.json" pingpong
says "an empty launcher" 2 err "--launcher is empty"

printf '#!/bin/sh\nexit 0\n' > "$work/does-nothing"
chmod +x "$work/does-nothing"
run ./efabench run --launcher "$work/does-nothing" -k 1 -s 8 -o "$work/s.json" pingpong
says "a launcher that ends well and sends nothing is no success" 4 err "launch 1 of 1" "did not send a whole launch"

printf '#!/bin/sh\nmpirun --oversubscribe "$@" | sed "s/rtt_ns/rtt\\"_ns/"\n' > "$work/damages"
chmod +x "$work/damages"
run timeout 100 ./efabench run --launcher "$work/damages" -k 1 -t 1 -s 8 -a k=sockets -o "$work/s.json" pingpong
says "a line that was damaged on its way ends the run" 4 err "damaged"
cat > "$work/damages" <<'X'
#!/bin/sh
mpirun --oversubscribe "$@" | sed 's/crossovers/cross"overs/'
X
run timeout 100 ./efabench run --launcher "$work/damages" -k 1 -t 1 -s 8 -a k=sockets -o "$work/s.json" pingpong
says "... also one that says what was found out before" 4 err "damaged" '{"tuning"'
printf '#!/bin/sh\nmpirun --oversubscribe "$@" | sed "s/^/0: /"\n' > "$work/labels"
chmod +x "$work/labels"
run timeout 100 ./efabench run --launcher "$work/labels" -k 1 -t 1 -s 8 -a k=sockets -o "$work/s.json" pingpong
says "a launcher that labels its lines is told how not to" 4 err "'0: '" "without --label"
printf '#!/bin/sh\n[ -z "${SLURM_LABELIO:-}" ] || exit 9\nexec mpirun --oversubscribe "$@"\n' > "$work/like-srun"
chmod +x "$work/like-srun"
SLURM_LABELIO=1 run timeout 100 ./efabench run --launcher "$work/like-srun" -k 1 -t 1 -s 8 -a k=sockets -o "$work/s.json" pingpong
says "... and srun's labels are not asked for by the environment" 0 out "pingpong"
printf '#!/bin/sh\nexec >&-\nexec sleep 100\n' > "$work/closes"
chmod +x "$work/closes"
./efabench run --launcher "$work/closes" -k 1 -s 8 -a k=sockets -o "$work/s.json" pingpong > "$work/out" 2> "$work/err" &
running=$!
sleep 1
kill -TERM $running
code=0
wait $running || code=$?
says "SIGTERM is heard after the launch has closed its output" 2 err "interrupted"

printf '#!/bin/sh\necho "{modules} loaded"\nexec mpirun --oversubscribe "$@"\n' > "$work/chatters"
chmod +x "$work/chatters"
run timeout 100 ./efabench run --launcher "$work/chatters" -k 1 -t 1 --sweeps 1 -s 8 -a k=sockets -o "$work/s.json" pingpong
says "a launcher may say what it likes" 0 err "{modules} loaded" "record:"
cp "$work/run.json" "$work/same.json"
run ./efabench run --launcher "$launcher" -k 1 -s 8 --against "$work/same.json" -o "$work/same.json" pingpong
says "a run does not replace the record it is compared with" 2 err "same.json"
(trap '' CHLD; exec ./efabench run --launcher "$launcher" -k 1 -i 5 -s 8 -a k=sockets -o "$work/s.json" pingpong) \
    > "$work/out" 2> "$work/err" && code=0 || code=$?
says "a parent that ignores its children does not matter" 0 out "pingpong"

# Bad input is told before anything is started
cat > "$work/never" <<'X'
#!/bin/sh
touch "$(dirname "$0")/started"
X
chmod +x "$work/never"
never() { # never NAME EXIT_CODE TEXT ARGUMENTS...
    never_name=$1 never_code=$2 never_text=$3
    shift 3
    run ./efabench run --launcher "$work/never" -o "$work/n.json" "$@"
    says "$never_name" "$never_code" err "$never_text"
    is "$never_name: nothing was started" "$(ls "$work" | grep -c '^started$')" 0
    rm -f "$work/started"
}
never "an unknown arm" 2 "'pigeon'" -a a=pigeon
never "an unknown kernel" 2 "unknown kernel 'pong'" pong
never "a screening misspelt" 2 "and screen, by itself: all pairs of hosts" screens
never "an unknown key" 2 "'flow'" -a a=sockets,flow=3
never "an unknown option" 2 "'--lunches'" --lunches 3
never "a bad size" 2 "'4X'" -s 4X
never "no launches" 2 "'0'" -k 0
never "one rank" 2 "'1'" -n 1
never "an unknown format" 2 "'xls'" -f xls
never "an unknown baseline" 2 "'ena'" -b ena
never "a missing --against" 4 "none.json" --against "$work/none.json"
never "two arms of one name" 2 "'a'" -a a=sockets -a a=null
run ./efabench run --launcher "$work/never" -o "$work/no/dir.json"
says "an output that cannot be written: before anything is measured" 2 err "$work/no/dir.json"
is "... nothing was started" "$(ls "$work" | grep -c '^started$')" 0
run ./efabench run --launcher "$launcher" -k 1 -s 8 -a a=ofi:nonsense -o "$work/x.json" pingpong
says "an unknown provider: the worker's exit code is ours" 2 err "'nonsense'"
run ./efabench run --launcher "$launcher" -k 1 -s 8 -p efa -o "$work/x.json" pingpong
says "no EFA: 77" 77 err "efa"

# A later launch that fails loses nothing
cat > "$work/third-fails" <<'X'
#!/bin/sh
here=$(dirname "$0")
echo x >> "$here/count"
[ "$(wc -l < "$here/count")" -lt 3 ] || { echo "the third launch is cursed" >&2; exit 9; }
exec mpirun --oversubscribe "$@"
X
chmod +x "$work/third-fails"
run timeout 200 ./efabench run --launcher "$work/third-fails" -k 5 -t 1 --sweeps 1 -s 8 -a k=sockets -f csv -o "$work/l.json" pingpong
says "a launch that fails ends the run" 2 err "cursed" "launch 3 of 5" "exit code 9"
is "... and the two before it are reported" "$(awk -F, '$7 == "half_rtt" {print $9}' "$work/out")" 2
run ./efabench report "$work/l.json"
says "... and kept" 0 out "pingpong"

# A run that is told to end keeps what it had, and leaves no process
left() { pids "^$work/own-mpi .*--launch-index=" | wc -l; }
ln -s "$PWD/efabench-mpi" "$work/own-mpi"
./efabench run --launcher "$launcher" --worker "$work/own-mpi" -k 50 -t 1 --sweeps 2 -s 8 -a k=sockets -o "$work/t.json" pingpong \
    > "$work/out" 2> "$work/err" &
running=$!
for _ in $(seq 600); do
    [ -e "$work/t.json" ] && [ "$(left)" != 0 ] && break
    sleep 0.1
done
is "a run is under way, in processes of its own" "$([ "$(left)" != 0 ] && echo yes)" yes
kill -TERM $running
code=0
wait $running || code=$?
says "SIGTERM ends the run and is said" 2 err "interrupted"
run ./efabench report "$work/t.json"
says "... what was measured is kept" 0 out "pingpong"
# Some mpirun ends a moment before its ranks do.
for _ in $(seq 600); do
    [ "$(left)" != 0 ] || break
    sleep 0.1
done
is "... no process is left" "$(left)" 0

# A launch that says nothing is ended
cat > "$work/silent" <<'X'
#!/bin/sh
exec sleep 1000
X
chmod +x "$work/silent"
EFABENCH_TEST=1 run timeout 60 ./efabench run --launcher "$work/silent" --timeout 1 -k 1 -a k=sockets -o "$work/q.json" pingpong
says "a silent launch is ended" 2 err "timeout"
is "no temporary file is left" "$(ls "$work" | grep -c tmp)" 0
# What the first launch finds out, the others are told
run ./efabench run -k 3 --sweeps 1 -t 2 -a t=ofi:tcp@lo -a k=sockets@lo -s 4K:64K --refine -o "$work/tuned.json" pingpong allreduce
says "a run that chooses algorithms and looks for jumps" 0 out "allreduce"
is "... has the same cases in all launches" \
    "$(python3 -c 'import json,sys
launches = json.load(open(sys.argv[1]))["launches"]
print(len({tuple(sorted((c["kernel"], c["arm"], c["algorithm"], c["size_bytes"]) for c in l["cases"])) for l in launches}), len(launches))' \
        "$work/tuned.json")" "1 3"

# An arm on a netdev that has a driver says which: no report could know later whether it was an ENA
for driver in /sys/class/net/*/device/driver; do
    netdev=${driver#/sys/class/net/} netdev=${netdev%%/*}
    ip -4 addr show "$netdev" 2>/dev/null | grep -q inet && break
    netdev=
done
if [ -n "$netdev" ]; then
    run ./efabench run -k 1 --sweeps 1 -t 1 -s 8 -a "d=sockets@$netdev" -a k=sockets@lo --allow-same-host -o "$work/d.json" pingpong
    is "the driver of an arm's interface is kept" "$(python3 -c 'import json,sys
print([a["attributes"].get("driver") for a in json.load(open(sys.argv[1]))["launches"][0]["arms"]])' "$work/d.json")" \
        "['$(basename "$(readlink "$driver")")', None]"
fi
finish
