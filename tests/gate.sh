#!/bin/sh
# efabench gate: hand-made records against a baseline, a control and a history, and a real slowdown of sending.
. "${srcdir:-.}/tests/lib.sh"

made() { # made FILE DAY LAUNCHES VARIANT:LEVEL...: pingpong of 8 B and 64 KiB; a level of 1.2 takes 20% longer; 1.2/1: at 8 B
    made_file=$1 made_day=$2 made_launches=$3
    shift 3
    echo "$@" | awk -v day="$made_day" -v launches="$made_launches" '{
        date = sprintf("2026-%02d-%02dT02:00:00Z", 1 + int(day / 28), 1 + day % 28)
        printf "{\"schema\": \"efabench-record/1\", \"kind\": \"measured\", \"run\": {\"created_utc\": \"%s\"}, \"launches\": [", date
        for (l = 0; l < launches; l++)
            for (v = 1; v <= NF; v++) {
                split($v, part, ":")
                if (split(part[2], level, "/") == 1) level[2] = level[1]
                printf "%s{\"variant\": \"%s\", \"block\": %d, \"status\": \"complete\", \"provenance\": {}, ", (l + v > 1 ? ", " : ""), part[1], l
                printf "\"arms\": [{\"name\": \"k\", \"transport\": \"sockets\"}], \"cases\": ["
                for (s = 0; s < 2; s++) {
                    # what launches of a block share, what is one launch, and what is the day: a few parts in a thousand
                    ns = (s ? 40000 : 10000) * level[s + 1] * (1 + ((l * 37) % 11 - 5) / 1000 + ((l * 17 + v * 5 + s * 3) % 7 - 3) / 3000 + ((day * 31 + s) % 13 - 6) / 3000)
                    printf "%s{\"kernel\": \"pingpong\", \"algorithm\": \"\", \"arm\": \"k\", \"size_bytes\": %d, \"ranks\": 2, \"sample\": \"rtt_ns\", ", (s ? ", " : ""), (s ? 65536 : 8)
                    printf "\"bytes_per_sample\": %d, \"sweeps\": [{\"index\": 1, \"first\": false, \"position\": %d, \"iterations\": 100, \"warmup\": 10, \"median_ns\": %d, \"total_ns\": %d, \"rank_total_ns\": %d}], ", (s ? 65536 : 8), s, ns, ns * 100, ns * 100
                    printf "\"histogram\": [[%d, 100]], \"witness\": {\"state\": \"unattested\"}}", ns
                }
                printf "]}"
            }
        print "]}"
    }' > "$made_file"
}

first_line() { head -n 1 "$work/out"; }

# key RECORD-OF-JUDGEMENT PATTERN: the first line with it, without what stands around its value
key() { sed -n "s/^ *\"$2\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}\$/\1/p" "$1" | head -n 1; }

made "$work/base.json" 1 8 default:1
made "$work/same.json" 2 8 default:1
made "$work/slow.json" 3 8 default:1.2
made "$work/fast.json" 4 8 default:0.8
made "$work/few.json" 5 3 default:1
made "$work/single.json" 5 1 default:1

# Against a baseline
run ./efabench gate "$work/same.json" --baseline "$work/base.json"
says "the same again passes" 0 out "PASS" "same.json"
run ./efabench gate "$work/slow.json" --baseline "$work/base.json" -f json -o "$work/g.json"
says "20% slower is regressed" 1 out
is "... by the name of gate" "$(key "$work/g.json" program) $(key "$work/g.json" ruling)" "gate regressed"
run ./efabench gate "$work/fast.json" --baseline "$work/base.json"
says "20% faster passes" 0 out "PASS" "improved"
made "$work/fewer.json" 1 3 default:1
run ./efabench gate "$work/few.json" --baseline "$work/fewer.json"
says "three launches are too few" 3 out "TOO FEW" "too few launches"
run ./efabench gate "$work/slow.json" --baseline "$work/base.json" --delta 30 --tolerance 40
says "what is not worth telling is the user's to say" 0 out "PASS"

# Against a control
made "$work/quiet.json" 6 8 good:1 new:1
made "$work/worse.json" 7 8 new:1.2 good:1
run ./efabench gate "$work/quiet.json" --control good
says "a variant like its control passes" 0 out "PASS" "variant new against variant good" "in pairs"
run ./efabench gate "$work/worse.json" --control good
says "a variant that is slower than its control is regressed" 1 out "REGRESSED"
run ./efabench gate "$work/worse.json" --control new
says "... the control is the one that is named" 0 out "PASS" "improved"

# Two variants against one control are one table with one error rate. Six pairs can be relabelled in 64 ways, so that
# the least p of one variant is 1/64, and of a table of two 2/64.
made "$work/two.json" 8 6 good:1 a:1.2 b:1
run ./efabench gate "$work/two.json" --control good -f csv
says "two variants against one control: the slower one is enough" 1 out ",a," ",b,"
run ./efabench gate "$work/two.json" --control good -f json -o "$work/g.json"
is "... and named: both" "$(key "$work/g.json" base), $(sed -n 's/^ "now": "\(.*\)",$/\1/p' "$work/g.json")" "variant good, variants a, b"
if command -v python3 > /dev/null; then
    is "... the least p is that of a table of two" \
        "$(python3 -c 'import json,sys; j = json.load(open(sys.argv[1])); print(j["alpha"], sorted((s["variant"], s["size_bytes"], s["verdict"], s["p_worse"]) for s in j["rows"] if s["variant"] == "a"))' "$work/g.json" 2>&1)" \
        "0.05 [('a', 8, 'regressed', 0.03125), ('a', 65536, 'regressed', 0.03125)]"
fi
run ./efabench gate "$work/two.json" --control good --alpha 0.02
is "... which is above 0.02" "$code" 3

# Too few blocks to find anything: of m variants each is tested at 0.05/m, and the least p that is sure of k pairs is
# 2/2^k: 2/32 > 0.05; 2/64 > 0.05/2 >= 2/128; 2/128 > 0.05/4 >= 2/256; of two groups 2/C(6,3) > 0.05 >= 2/C(8,4).
made "$work/five.json" 12 5 good:1 a:1
made "$work/six.json" 12 6 good:1 a:1
made "$work/six-of-two.json" 12 6 good:1 a:1 b:1
made "$work/seven-of-two.json" 12 7 good:1 a:1 b:1
made "$work/seven-of-four.json" 12 7 good:1 a:1 b:1 c:1 d:1
made "$work/eight-of-four.json" 12 8 good:1 a:1 b:1 c:1 d:1
made "$work/four.json" 12 4 default:1
made "$work/four-before.json" 11 4 default:1
run ./efabench gate "$work/five.json" --control good
says "five pairs are too few" 3 out "TOO FEW" "too few launches: 5 in pairs, need 6"
run ./efabench gate "$work/six.json" --control good
says "... six are enough" 0 out "PASS"
run ./efabench gate "$work/six-of-two.json" --control good
says "... but not of two variants" 3 out "TOO FEW" "too few launches: 6 in pairs, need 7"
run ./efabench gate "$work/seven-of-two.json" --control good
says "... seven are" 0 out "PASS"
run ./efabench gate "$work/seven-of-four.json" --control good
says "... not of four" 3 out "TOO FEW" "too few launches: 7 in pairs, need 8"
run ./efabench gate "$work/eight-of-four.json" --control good
says "... eight are" 0 out "PASS"
run ./efabench gate "$work/four.json" --baseline "$work/four-before.json"
is "four launches and four are enough" "$code $(grep -c 'TOO FEW' "$work/out")" "0 0"
run ./efabench gate "$work/four.json" --baseline "$work/four-before.json" --alpha 0.02
says "... at 0.02 they are not" 3 out "TOO FEW" "too few launches: 4, need 5"
run ./efabench gate --help
says "--help says how many" 0 out "6 blocks for one variant" "7 for two, 8 for four"

# A variant that the run names and no launch has: here the ones of a record whose run was cut short
names() { # names RECORD NEW NAME...: RECORD with these for the run's variants
    names_from=$1 names_to=$2
    shift 2
    names_list=$(printf '{"name": "%s", "environment": {}}, ' "$@")
    sed "s/\"run\": {/\"run\": {\"variants\": [${names_list%, }], /" "$names_from" > "$names_to"
}
made "$work/good-only.json" 12 8 good:1
made "$work/new-only.json" 12 8 new:1
names "$work/quiet.json" "$work/named.json" good new
names "$work/quiet.json" "$work/lost.json" good new other
names "$work/worse.json" "$work/lost-worse.json" good new other
names "$work/good-only.json" "$work/lost-all.json" good new
names "$work/new-only.json" "$work/lost-control.json" good new
run ./efabench gate "$work/named.json" --control good
says "all variants that the run names are there" 0 out "PASS"
run ./efabench gate "$work/lost.json" --control good
says "one was never launched: missing, by name" 4 out "MISSING" "variant other has figures"
run ./efabench gate "$work/lost.json" --control good --write "junit=$work/lost.xml"
is "... an error in JUnit" "$code $(grep -c '<error' "$work/lost.xml")" "4 1"
run ./efabench gate "$work/lost.json" --control good --allow missing
says "... allowed to be" 0 out "PASS" "variant other"
run ./efabench gate "$work/lost-worse.json" --control good
says "... beside one that is worse: regressed" 1 out "REGRESSED" "variant other"
run ./efabench gate "$work/lost-all.json" --control good
says "only the control ran" 4 err "none of new"
sed 's/{"variant": "/\n&/g' "$work/worse.json" | sed '/^{"variant": "new"/s/"cases": \[.*\]}/"cases": []}/' > "$work/empty.json"
run ./efabench gate "$work/empty.json" --control good
says "... or it alone measured anything" 4 err "none of new"
sed 's/{"variant": "/\n&/g' "$work/worse.json" | sed '/^{"variant": "new"/s/"state": "unattested"/"state": "refused"/g' > "$work/withheld.json"
run ./efabench gate "$work/withheld.json" --control good
says "... or of it alone the witness believed the path" 5 err "none of new: the witness refused"
run ./efabench gate "$work/lost-control.json" --control good
says "only the control did not" 4 err "no figures of its control 'good'"
run ./efabench gate "$work/lost-all.json" --baseline "$work/base.json"
says "missing without a control as well" 4 out "MISSING" "variant new has figures"

# The control itself against another night
made "$work/moved.json" 9 8 good:1.2 new:1.44
made "$work/moved-alone.json" 10 8 good:1.2 new:1.2
made "$work/old-default.json" 11 8 default:1
run ./efabench gate "$work/worse.json" --control good --baseline "$work/quiet.json"
says "slower beside a control that is what it was: regressed" 1 out "REGRESSED" "the control good against" "pass"
run ./efabench gate "$work/moved.json" --control good --baseline "$work/quiet.json" -f json -o "$work/g.json"
says "slower beside a control that moved as well: environment" 3 out
is "... by its ruling" "$(key "$work/g.json" ruling)" environment
reason=$(sed -n 's/^ "reason": "\(.*\)",\{0,1\}$/\1/p' "$work/g.json")
is "... its reason says that the variant is worse" "$(echo "$reason" | grep -c '^2 of 2 series are worse, .*; but the control good moved as well: ')" 1
is "... and that the control is" "$(echo "${reason#*moved as well: }" | grep -c '^2 of 2 series are worse, ')" 1
run ./efabench gate "$work/moved-alone.json" --control good --baseline "$work/quiet.json"
says "as fast as a control that moved: environment" 3 out "ENVIRONMENT" "new is as good as its control good" "both stand" \
    "the control good against" "regressed"
run ./efabench gate "$work/moved.json" --control good --baseline "$work/old-default.json"
says "a baseline's only variant stands for the control" 3 out "ENVIRONMENT"
run ./efabench gate "$work/worse.json" --control good --baseline "$work/single.json"
says "a control of which nothing is known does not excuse" 1 out "REGRESSED" "too few"

made "$work/moved-two.json" 10 8 good:1.2 a:1.2 b:1.2
run ./efabench gate "$work/moved-two.json" --control good --baseline "$work/quiet.json"
says "two variants as fast as a control that moved" 3 out "ENVIRONMENT" "variants a, b are as good as their control good"

# The control moved at one size alone: a level of 1.2/1 is 20% longer at 8 B and as ever at 64 KiB
made "$work/elsewhere.json" 13 8 good:1.2/1 new:1.2/1.2
made "$work/there.json" 13 8 good:1.2/1 new:1.44/1
made "$work/both.json" 13 8 good:1.2/1 new:1.44/1.2
run ./efabench gate "$work/elsewhere.json" --control good --baseline "$work/quiet.json"
says "slower where its control is what it was: regressed" 1 out "REGRESSED" "moved elsewhere: not in 1 of the 1 series"
run ./efabench gate "$work/there.json" --control good --baseline "$work/quiet.json"
says "... slower where it moved: environment" 3 out "ENVIRONMENT" "moved as well"
run ./efabench gate "$work/both.json" --control good --baseline "$work/quiet.json"
says "... slower in both places: regressed" 1 out "REGRESSED" "moved elsewhere: not in 1 of the 2 series"

# A baseline of no use hides no verdict
sed 's/"kernel": "pingpong"/"kernel": "bandwidth"/g; s/rtt_ns", "bytes/window_ns", "window": 64, "bytes/g' "$work/base.json" > "$work/other.json"
made "$work/strangers.json" 11 8 x:1 y:1
sed 's/"state": "unattested"/"state": "refused"/g' "$work/base.json" > "$work/refused.json"
echo '{"schema": ' > "$work/cut.json"
for each in "other:kernels" "strangers:no variant 'good'" "refused:refused"; do
    baseline=$work/${each%%:*}.json
    run ./efabench gate "$work/worse.json" --control good --baseline "$baseline"
    says "worse, and a baseline (${each%%:*}) of no use: regressed" 1 out "REGRESSED" "the control good could not be held against" "${each#*:}"
    run ./efabench gate "$work/quiet.json" --control good --baseline "$baseline"
    says "... as good as its control: passes, with the same note" 0 out "PASS" "the control good could not be held against" "${each#*:}"
done
for each in none cut; do
    run ./efabench gate "$work/worse.json" --control good --baseline "$work/$each.json"
    says "worse, and a baseline ($each) that cannot be read: regressed" 1 out "REGRESSED" "could not be held against" "$each.json"
    run ./efabench gate "$work/quiet.json" --control good --baseline "$work/$each.json"
    says "... as good as its control: invalid" 4 err "$each.json"
done

# Against the nights before
run ./efabench history "$work/none.db" check
if grep -q "without SQLite" "$work/err"; then
    ok "history # SKIP built without SQLite"
    run ./efabench gate "$work/same.json" --history "$work/none.db"
    says "... and gate says so" 2 err "without SQLite"
else
    for day in $(seq 20 44); do made "$work/night$day.json" "$day" 6 good:1 new:1; done
    run ./efabench history "$work/h.db" add "$work"/night*.json
    says "25 nights" 0 out
    made "$work/tonight.json" 50 6 good:1 new:1
    run ./efabench gate "$work/tonight.json" --history "$work/h.db"
    says "a night like the others passes" 0 out "PASS"
    made "$work/slow1.json" 51 6 good:1 new:1.2
    made "$work/slow2.json" 52 6 good:1 new:1.2
    run ./efabench gate "$work/slow1.json" --history "$work/h.db"
    says "a slow night is suspect" 3 out "SUSPECT"
    run ./efabench gate "$work/slow1.json" --history "$work/h.db" --control good
    says "... and regressed where its control is as it was" 1 out "REGRESSED" "the control good against" "pass"
    made "$work/placed.json" 51 6 good:1.2 new:1.44
    run ./efabench gate "$work/placed.json" --history "$work/h.db" --control good
    says "... where its control moved: environment" 3 out "ENVIRONMENT" "moved as well"
    made "$work/placed-alone.json" 51 6 good:1.2 new:1.2
    run ./efabench gate "$work/placed-alone.json" --history "$work/h.db" --control good
    says "... also where it is as good as its control" 3 out "ENVIRONMENT" "is as good as its control good" "both stand"
    made "$work/placed-apart.json" 51 6 good:1.2/1 new:1.2/1.2
    run ./efabench gate "$work/placed-apart.json" --history "$work/h.db" --control good
    says "... not where it is worse elsewhere" 1 out "REGRESSED" "moved elsewhere: not in 1 of the 1 series"
    run ./efabench history "$work/h.db" add "$work/slow1.json"
    run ./efabench gate "$work/slow2.json" --history "$work/h.db"
    says "the second slow run is regressed" 1 out "REGRESSED"
    run ./efabench gate "$work/slow2.json" --history "$work/h.db" --delta 30
    says "a delta that is not the database's" 2 err "--delta" "h.db judges with 2%"
    run ./efabench gate "$work/slow2.json" --history "$work/h.db" --delta 2
    says "... its own may be said" 1 out "REGRESSED"
    run ./efabench history "$work/wide.db" add --delta 30 "$work"/night*.json
    run ./efabench gate "$work/slow1.json" --history "$work/wide.db"
    says "the gate judges as the database does" 0 out "PASS"
    run ./efabench gate "$work/slow1.json" --history "$work/wide.db" --control good
    says "... beside a control the table has a delta of its own" 1 out "REGRESSED"
    run ./efabench gate "$work/slow1.json" --history "$work/wide.db" --control good --delta 40 --tolerance 50
    says "... which may be said" 0 out "PASS"
    cp "$work/h.db" "$work/corrupt.db"
    printf 'SQLite format 3 no more' | dd of="$work/corrupt.db" conv=notrunc 2>/dev/null
    cp "$work/corrupt.db" "$work/corrupt.before"
    run ./efabench gate "$work/tonight.json" --history "$work/corrupt.db"
    says "a corrupt database" 4 err "corrupt.db"
    run ./efabench gate "$work/tonight.json" --history "$work/corrupt.db" --control good
    says "... beside a control" 4 err "corrupt.db"
    run ./efabench gate "$work/slow1.json" --history "$work/corrupt.db" --control good
    says "... hides no regression" 1 out "REGRESSED" "corrupt.db"
    is "... is left as it was" "$(cmp "$work/corrupt.db" "$work/corrupt.before" && echo same)" same
    run ./efabench gate "$work/tonight.json" --history "$work/nothing.db"
    says "a database that is not there" 4 err "nothing.db"
    is "... is not made" "$(ls "$work" | grep -c '^nothing.db$')" 0
    run ./efabench gate "$work/tonight.json" --history "$work/h.db" -o "$work/h.db"
    says "a database is not overwritten" 2 err "h.db"
fi

# Bad input
bad() { # bad NAME EXIT_CODE TEXT ARGUMENTS...
    bad_name=$1 bad_code=$2 bad_text=$3
    shift 3
    run ./efabench gate "$@"
    says "$bad_name" "$bad_code" err "$bad_text"
    one_line "... in one line" "efabench gate: "
}
bad "no record" 2 "RECORD" --control good
bad "two records" 2 "RECORD" "$work/quiet.json" "$work/same.json" --control good
bad "against nothing" 2 "--baseline FILE, --control VARIANT or --history DB" "$work/quiet.json"
bad "against both" 2 "--baseline and --history" "$work/quiet.json" --baseline "$work/base.json" --history "$work/h.db"
bad "against both, with a control" 2 "--baseline and --history" "$work/quiet.json" --control good --baseline "$work/base.json" --history "$work/h.db"
bad "against itself" 2 "itself" "$work/same.json" --baseline "$work/same.json"
bad "a control that is not there" 2 "'gut'" "$work/quiet.json" --control gut
bad "a control alone" 2 "nothing to hold against it" "$work/same.json" --control default
bad "a baseline that is not there" 4 "none.json" "$work/same.json" --baseline "$work/none.json"
bad "a record that is not there" 4 "none.json" "$work/none.json" --control good
bad "a format that there is not" 2 "'xls'" "$work/quiet.json" --control good -f xls
bad "a report over its record" 2 "quiet.json" "$work/quiet.json" --control good -o "$work/quiet.json"
bad "a report over its baseline" 2 "base.json" "$work/same.json" --baseline "$work/base.json" --write "junit=$work/base.json"
ln -s "$work/report.txt" "$work/link.txt"
: > "$work/report.txt"
bad "a report over another, spelled otherwise" 2 "is written twice" "$work/quiet.json" --control good -o "$work/report.txt" --write "json=$work/./report.txt"
bad "... through a link" 2 "is written twice" "$work/quiet.json" --control good -o "$work/link.txt" --write "json=$work/report.txt"
bad "... both by --write, where there is none yet" 2 "is written twice" "$work/quiet.json" --control good --write "csv=$work/fresh" --write "json=$work/../${work##*/}/fresh"
is "... nothing was written" "$(cat "$work/report.txt"; ls "$work" | grep -c '^fresh$')" 0
mkdir "$work/sub"
run ./efabench gate "$work/quiet.json" --control good -o "$work/report.txt" --write "json=$work/sub/report.txt"
is "one name in two directories is two files" "$code $(head -c 1 "$work/sub/report.txt") $(grep -c PASS "$work/report.txt")" "0 { 1"
bad "a level that is none" 2 "--alpha" "$work/quiet.json" --control good --alpha 2
bad "a baseline of other kernels" 4 "kernels" "$work/same.json" --baseline "$work/other.json"

# A real slowdown, large enough to be seen on any machine: ten times
if [ -x ./efabench-mpi ] && [ -e slow_send.so ]; then
    ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0 # what is preloaded comes before it
    export ASAN_OPTIONS
    run timeout 300 ./efabench run --launcher "mpirun --oversubscribe" -k 8 -t 2 --sweeps 2 -s 8 -a t=ofi:tcp@lo -o "$work/real.json" \
        --variant new="LD_PRELOAD=$PWD/slow_send.so SLOW_SEND=10" --variant good pingpong
    says "a run with a slower library, beside a good one" 0 out "variant good"
    run ./efabench gate "$work/real.json" --control good
    says "... is found" 1 out "REGRESSED"
fi
finish
