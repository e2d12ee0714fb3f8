#!/bin/sh
# scripts/nightly: real nights on the loopback, nights that are made, and what it does when something is wrong.
. "${srcdir:-.}/tests/lib.sh"
ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0 # what is preloaded comes before it
unset GITHUB_STEP_SUMMARY
TMPDIR=$work
export ASAN_OPTIONS TMPDIR

made() { # made FILE DAY LAUNCHES VARIANT:LEVEL...: pingpong of 8 B and 64 KiB; a level of 1.2 takes 20% longer
    made_file=$1 made_day=$2 made_launches=$3
    shift 3
    echo "$@" | awk -v day="$made_day" -v launches="$made_launches" '{
        date = sprintf("2026-%02d-%02dT02:00:00Z", 1 + int(day / 28), 1 + day % 28)
        printf "{\"schema\": \"efabench-record/1\", \"kind\": \"measured\", \"run\": {\"created_utc\": \"%s\"}, \"launches\": [", date
        for (l = 0; l < launches; l++)
            for (v = 1; v <= NF; v++) {
                split($v, part, ":")
                printf "%s{\"variant\": \"%s\", \"block\": %d, \"status\": \"complete\", \"provenance\": {}, ", (l + v > 1 ? ", " : ""), part[1], l
                printf "\"arms\": [{\"name\": \"k\", \"transport\": \"sockets\"}], \"cases\": ["
                for (s = 0; s < 2; s++) {
                    # what launches of a block share, what is one launch, and what is the day: a few parts in a thousand
                    ns = (s ? 40000 : 10000) * part[2] * (1 + ((l * 37) % 11 - 5) / 1000 + ((l * 17 + v * 5 + s * 3) % 7 - 3) / 3000 + ((day * 31 + s) % 13 - 6) / 3000)
                    printf "%s{\"kernel\": \"pingpong\", \"algorithm\": \"\", \"arm\": \"k\", \"size_bytes\": %d, \"ranks\": 2, \"sample\": \"rtt_ns\", ", (s ? ", " : ""), (s ? 65536 : 8)
                    printf "\"bytes_per_sample\": %d, \"sweeps\": [{\"index\": 1, \"first\": false, \"position\": %d, \"iterations\": 100, \"warmup\": 10, \"median_ns\": %d, \"total_ns\": %d, \"rank_total_ns\": %d}], ", (s ? 65536 : 8), s, ns, ns * 100, ns * 100
                    printf "\"histogram\": [[%d, 100]], \"witness\": {\"state\": \"unattested\"}}", ns
                }
                printf "]}"
            }
        print "]}"
    }' > "$made_file"
}

nightly() { run timeout 500 "$srcdir/scripts/nightly" "$@"; }
# last_night DIR: the directory of the latest night
last_night() { for each in "$1"/2*Z; do echo "$each"; done | tail -n 1; }
has_history=yes
./efabench history "$work/none.db" check 2>&1 | grep -q "without SQLite" && has_history=no
no_history=
[ $has_history = yes ] || no_history=history=

# A real night beside a control
cat > "$work/real.profile" <<X
# a comment
#: control=good
  #: gate=--delta=3
--launcher mpirun --oversubscribe
-k 7
-t 1
--sweeps 2
-s 8
-a t=ofi:tcp@lo
--variant new=LD_PRELOAD=$PWD/slow_send.so SLOW_SEND=10
--variant good
pingpong
X
[ -e slow_send.so ] || sed -i 's/^--variant new=.*/--variant new/' "$work/real.profile"
GITHUB_STEP_SUMMARY=$work/summary nightly "$work/real.profile" efabench=./efabench dir="$work/real" prometheus="$work/e.prom" $no_history
if [ -e slow_send.so ]; then
    says "a night with a slower library" 1 out "efabench nightly real: REGRESSED: 1 of 1 series is worse" "$work/real/2"
fi
is "... is one line" "$(wc -l < "$work/out")" 1
night=$(last_night "$work/real")
is "... keeps all of it" "$(cd "$night" && ls | tr '\n' ' ')" \
    "gate.bencher.json gate.json gate.md gate.prom gate.txt gate.xml log profile report.txt run.json "
is "... for the collector as well" "$(cmp "$night/gate.prom" "$work/e.prom" && echo same)" same
is "... under the name of its profile" "$(sed -n 's/^\(efabench_exit_code.*\) [0-9]*$/\1/p' "$work/e.prom")" 'efabench_exit_code{profile="real"}'
is "... and in the summary of the CI" "$(cmp "$night/gate.md" "$work/summary" && echo same)" same
is "... the log says what was done with which options" "$(grep -c -e "efabench gate .*--control good .*--delta=3" "$night/log" | awk '{print ($1 > 0)}')" 1
[ $has_history = no ] || is "... and the history has it" "$(./efabench history "$work/real/history.db" export | awk -F, 'NR > 1' | wc -l | awk '{print ($1 > 0)}')" 1

# Nights that are made: an efabench that runs nothing
cat > "$work/efabench" <<X
#!/bin/sh
[ "\$1" != history ] || [ "\$3" != add ] || [ -z "\${FAKE_FORGETS:-}" ] ||
    { echo "efabench history: disk full" >&2; exit \$FAKE_FORGETS; }
[ "\$1" != gate ] || [ -z "\${FAKE_GATE:-}" ] || [ ! -e "\$2" ] ||
    { "$PWD/efabench" "\$@"; echo "efabench gate: '/x': No space left" >&2; exit \$FAKE_GATE; }
[ "\$1" = run ] || exec "$PWD/efabench" "\$@"
for word; do output=\$word; done
[ "\$output" != --help ] || exec "$PWD/efabench" "\$@"
if [ -n "\${FAKE_FAILS:-}" ] && [ -s "$work/runs" -o -z "\${FAKE_FAILS_LATER:-}" ]; then
    echo "efabench run: launch 1 of 6 failed" >&2
    exit \$FAKE_FAILS
fi
[ -z "\${FAKE_SLEEPS:-}" ] || { echo "\$\$" > "$work/measuring"; exec sleep \$FAKE_SLEEPS; }
echo x >> "$work/runs"
next=\$(ls "$work/next" | head -n 1)
mv "$work/next/\$next" "\$output"
echo "a report"
X
chmod +x "$work/efabench"
mkdir "$work/next" "$work/many"
printf -- '-k 6\npingpong\n' > "$work/made.profile"
made_night() { # made_night ARGUMENTS...
    : > "$work/runs"
    nightly "$work/made.profile" efabench="$work/efabench" dir="$work/many" "$@"
}

if [ $has_history = yes ]; then
    made "$work/next/a.json" 0 6 default:1
    made_night
    says "a first night has nothing behind it" 3 out "FIRST: the first night"
    for day in $(seq 1 24); do made "$work/before$day.json" "$day" 6 default:1; done
    ./efabench history "$work/many/history.db" add "$work"/before*.json > "$work/out"
    made "$work/next/a.json" 30 6 default:1
    made_night
    says "a night like those before it" 0 out "efabench nightly made: PASS"
    is "... is measured once" "$(wc -l < "$work/runs")" 1
    made "$work/next/a.json" 31 6 default:1.2
    made "$work/next/b.json" 32 6 default:1
    made_night
    says "a suspect night whose second run is as ever passes" 0 out "PASS" "; before it: " "further out than any of them"
    is "... is measured twice" "$(wc -l < "$work/runs")" 2
    is "... both are kept" "$(cd "$(last_night "$work/many")" && ls run*.json | tr '\n' ' ')" "run-2.json run.json "
    made "$work/next/a.json" 33 6 default:1.3
    made "$work/next/b.json" 34 6 default:1.3
    GITHUB_STEP_SUMMARY=$work/made-summary made_night
    says "a suspect night whose second run is suspect too is regressed" 1 out "REGRESSED"
    is "... the summary is of the second" "$(cmp "$(last_night "$work/many")/gate-2.md" "$work/made-summary" && echo same)" same
    is "... the history has them all" "$(./efabench history "$work/many/history.db" list -f csv | tail -n +2 | wc -l)" 30
    sed 's/"kernel": "pingpong"/"kernel": "bandwidth"/g; s/rtt_ns", "bytes/window_ns", "window": 64, "bytes/g' "$work/before1.json" |
        sed 's/2026-01-02/2026-03-01/' > "$work/next/a.json"
    made_night
    says "a night of another kind is told" 4 out "NOT JUDGED"
    is "... and begins a past of its own" "$(./efabench history "$work/many/history.db" list -f csv | tail -n +2 | wc -l)" 31
    made "$work/next/a.json" 35 6 default:1
    made_night keep=2
    says "old nights are pruned" 0 out "PASS"
    is "... to as many as are asked for" "$(ls "$work/many" | grep -c '^2')" 2
    is "... and the history is not" "$(./efabench history "$work/many/history.db" list -f csv | tail -n +2 | wc -l)" 32
    printf 'no database at all, just text' > "$work/text.db"
    made_night history="$work/text.db"
    says "a history that is none" 4 err "text.db"
    is "... nothing was measured" "$(wc -l < "$work/runs")" 0
    is "... is left as it was" "$(cat "$work/text.db")" "no database at all, just text"
    made "$work/next/a.json" 36 6 default:1.5
    FAKE_FAILS=4 FAKE_FAILS_LATER=yes GITHUB_STEP_SUMMARY=$work/suspect-summary made_night
    says "a suspect night whose second run fails stays suspect" 3 out "SUSPECT: " "; not measured again: launch 1 of 6 failed"
    is "... the summary is of the first" "$(cmp "$(last_night "$work/many")/gate.md" "$work/suspect-summary" && echo same)" same
    made "$work/next/a.json" 37 6 default:1
    FAKE_FORGETS=4 made_night keep=1
    says "a night that passes and is not kept" 4 out "PASS: " "; NOT KEPT in '$work/many/history.db': disk full"
    is "... prunes all the same" "$(ls "$work/many" | grep -c '^2')" 1
    made "$work/next/a.json" 38 6 new:1.2 good:1
    printf -- '--variant new\n  --variant=good=A=b\npingpong\n' > "$work/two.profile"
    FAKE_FORGETS=4 nightly "$work/two.profile" efabench="$work/efabench" dir="$work/two" control=good
    says "one that regressed and is not kept has regressed" 1 out "REGRESSED: " "; NOT KEPT in"
fi
rm -f "$work"/next/*

# Against a baseline
made "$work/baseline.json" 1 6 default:1
made "$work/next/a.json" 40 6 default:1.2
made_night baseline="$work/baseline.json"
says "a night against a baseline" 1 out "REGRESSED"

# What goes wrong is named, and nothing is measured
refused() { # refused NAME TEXT ARGUMENTS...
    refused_name=$1 refused_text=$2
    shift 2
    : > "$work/runs"
    nightly "$@"
    says "$refused_name" 2 err "$refused_text"
    is "... in one line" "$(wc -l < "$work/err")" 1
    is "... nothing was measured" "$(wc -l < "$work/runs")" 0
}
fake=efabench=$work/efabench
refused "no profile" "which profile?"
refused "a profile that is not there" "'$work/none.profile'" "$work/none.profile"
refused "an efabench that is not there" "'$work/no-efabench'" "$work/made.profile" efabench="$work/no-efabench" dir="$work/many"
refused "a setting that there is not" "'kontrol=x'" "$work/made.profile" "$fake" kontrol=x
printf '#: colour=red\n' > "$work/bad.profile"
refused "one in the profile" "'colour=red'" "$work/bad.profile" "$fake" dir="$work/many"
refused "a number that is none" "keep='x'" "$work/made.profile" "$fake" dir="$work/many" keep=x
for number in 09 010 1234567 99999999999999999999 -1; do
    refused "keep=$number" "keep='$number'" "$work/made.profile" "$fake" dir="$work/many" keep=$number
done
refused "a control that the profile has not" "control='good'" "$work/made.profile" "$fake" dir="$work/many" control=good
printf -- '--variant good\n' > "$work/alone.profile"
refused "a control with nothing beside it" "beside control 'good'" "$work/alone.profile" "$fake" dir="$work/alone" control=good
printf -- '--lanches 6\npingpong\n' > "$work/typo.profile"
refused "an option of run that there is not" "--lanches" "$work/typo.profile" "$fake" dir="$work/typo" baseline="$work/baseline.json"
if [ $has_history = yes ]; then
    refused "gate's options on a first night" "--dalta" "$work/made.profile" "$fake" dir="$work/fresh" gate=--dalta=3
else
    refused "a history without SQLite" "without SQLite" "$work/made.profile" "$fake" dir="$work/fresh"
fi
mkdir -p "$work/locked/lock"
refused "a lock that cannot be written" "lock' cannot be written" "$work/made.profile" "$fake" dir="$work/locked" baseline="$work/baseline.json"
refused "nothing to hold it against" "against what?" "$work/made.profile" "$fake" dir="$work/many" history=
refused "a baseline that is not there" "none.json" "$work/made.profile" "$fake" dir="$work/many" baseline="$work/none.json"
refused "a format that there is not" "'xls'" "$work/made.profile" "$fake" dir="$work/many" baseline="$work/baseline.json" write=xls
refused "an option of gate that there is not" "--dalta" "$work/made.profile" "$fake" dir="$work/many" baseline="$work/baseline.json" gate=--dalta=3
refused "a directory that cannot be made" "$work/made.profile/x" "$work/made.profile" "$fake" dir="$work/made.profile/x"
refused "a directory of the collector that is not there" "$work/nodir/e.prom" "$work/made.profile" "$fake" dir="$work/many" prometheus="$work/nodir/e.prom"
if [ "$(id -u)" != 0 ]; then
    mkdir "$work/closed"
    chmod 500 "$work/closed"
    refused "no permission" "$work/closed" "$work/made.profile" "$fake" dir="$work/closed"
fi

# What the baseline is, is read before as well
echo '{}' > "$work/empty.json"
made_night baseline="$work/empty.json"
says "a baseline that is no record" 4 err "empty.json"
is "... nothing was measured" "$(wc -l < "$work/runs")" 0

# A run that fails says so and is not kept
FAKE_FAILS=5 GITHUB_STEP_SUMMARY=$work/failed-summary made_night baseline="$work/baseline.json"
says "a run that fails: its exit code, its words" 5 out "NOT MEASURED: launch 1 of 6 failed"
is "... and the summary says it" "$(grep -c "NOT MEASURED: launch 1 of 6 failed" "$work/failed-summary")" 1
for ends in 1 3 126 127 137 139; do
    printf '#!/bin/sh\necho "salloc: error: no such partition" >&2\nexit %s\n' $ends > "$work/salloc"
    chmod +x "$work/salloc"
    made_night baseline="$work/baseline.json" allocate="$work/salloc -N 2"
    says "an allocation that ends with $ends is a failure, not a verdict" 2 out "NOT MEASURED: salloc: error: no such partition"
done
made_night baseline="$work/baseline.json" allocate=true
says "one that runs nothing" 2 out "NOT MEASURED: no record was written"

# The verdict where something around it fails
for case in "2 2 1 NOT WRITTEN: '/x': No space left; PASS: " "139 2 1 NOT WRITTEN: '/x': No space left; PASS: " \
    "1 1 1.2 REGRESSED: "; do
    made "$work/next/a.json" 42 6 default:"$(echo "$case" | cut -d ' ' -f 3)"
    FAKE_GATE=${case%% *} made_night baseline="$work/baseline.json"
    says "a gate that cannot write and ends with ${case%% *}" "$(echo "$case" | cut -d ' ' -f 2)" out \
        "$(echo "$case" | cut -d ' ' -f 4-)" "NOT WRITTEN: '/x': No space left"
done

# Pruning: what failed takes no place, goes with its age, and never is tonight's
mkdir "$work/pruned"
for old in 2020-01-01T000000Z 2020-01-02T000000Z 2020-01-03T000000Z 2020-01-04T000000Z 2099-01-01T000000Z 2099-01-02T000000Z; do
    mkdir "$work/pruned/$old"
done
for old in 2020-01-01T000000Z 2020-01-03T000000Z; do echo '{}' > "$work/pruned/$old/run.json"; done
FAKE_FAILS=2 nightly "$work/made.profile" "$fake" dir="$work/pruned" baseline="$work/baseline.json" keep=1
says "a night that fails prunes" 2 out "NOT MEASURED"
is "... what is older than the records that are kept, and never itself" "$(ls "$work/pruned" | grep -c '^20[0-9][0-9]-..-..T......Z$')-$(ls "$work/pruned" | head -n 1)" \
    "3-2020-01-03T000000Z"

# One at a time; and one that is told to end ends
FAKE_SLEEPS=100
export FAKE_SLEEPS
"$srcdir/scripts/nightly" "$work/made.profile" "$fake" dir="$work/many" baseline="$work/baseline.json" > "$work/first" 2> "$work/first.err" &
running=$!
for _ in $(seq 300); do
    [ -s "$work/measuring" ] && break
    sleep 0.1
done
nightly "$work/made.profile" "$fake" dir="$work/many" baseline="$work/baseline.json"
says "a second night at once is refused" 2 err "another night is under way"
kill -TERM $running
code=0
wait $running || code=$?
cp "$work/first" "$work/out"
says "SIGTERM ends a night" 2 out "INTERRUPTED by SIGTERM"
is "... and what it had started" "$(kill -0 "$(cat "$work/measuring")" 2>/dev/null && echo runs)" ""
unset FAKE_SLEEPS
made "$work/next/a.json" 41 6 default:1
made_night baseline="$work/baseline.json"
says "... the next one is not kept out" 0 out "PASS"

# What is installed to be copied
nightly --help
says "--help says its settings" 0 out "control=VARIANT" "keep=N"
run ./efabench run "@$srcdir/results/profiles/nightly.profile" -k 0
says "the profile that is installed is one of efabench's" 2 err "'0'"

# The batch file for Slurm says what it is that it does not find
run env -u EFABENCH_NIGHTLY PATH=/usr/bin:/bin sh "$srcdir/scripts/slurm/nightly.sbatch" profile
says "nightly.sbatch without an efabench" 2 err "there is no efabench on the PATH of this job (/usr/bin:/bin)"
mkdir -p "$work/bin"
ln -s "$PWD/efabench" "$work/bin/efabench"
run env -u EFABENCH_NIGHTLY PATH="$work/bin:/usr/bin:/bin" sh "$srcdir/scripts/slurm/nightly.sbatch" profile
says "... with one that was not installed" 2 err "share/efabench/nightly' is not there: EFABENCH_NIGHTLY says where"
finish
