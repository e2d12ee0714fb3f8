#!/bin/sh
# scripts/nightly: real nights on the loopback, nights that are made, and what it does when something is wrong.
. "${srcdir:-.}/tests/lib.sh"
ASAN_OPTIONS=detect_leaks=0
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
is "... and in the summary of the CI" "$(cmp "$night/gate.md" "$work/summary" && echo same)" same
is "... the log says what was done with which options" "$(grep -c -e "efabench gate .*--control good .*--delta=3" "$night/log" | awk '{print ($1 > 0)}')" 1
[ $has_history = no ] || is "... and the history has it" "$(./efabench history "$work/real/history.db" export | awk -F, 'NR > 1' | wc -l | awk '{print ($1 > 0)}')" 1

# Nights that are made: an efabench that runs nothing
cat > "$work/efabench" <<X
#!/bin/sh
[ "\$1" = run ] || exec "$PWD/efabench" "\$@"
for word; do output=\$word; done
[ -z "\${FAKE_FAILS:-}" ] || { echo "efabench run: launch 1 of 6 failed" >&2; exit \$FAKE_FAILS; }
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
    made "$work/next/a.json" 36 6 default:1
    made_night history="$work/text.db"
    says "a history that is none" 4 out "text.db"
    is "... is left as it was" "$(cat "$work/text.db")" "no database at all, just text"
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

# A run that fails says so and is not kept
FAKE_FAILS=5 made_night baseline="$work/baseline.json"
says "a run that fails: its exit code, its words" 5 out "NOT MEASURED: launch 1 of 6 failed"

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
finish
