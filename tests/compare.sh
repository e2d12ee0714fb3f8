#!/bin/sh
# efabench compare as its users meet it: two records, arms, variants, what may not be compared, exit codes.
. "${srcdir:-.}/tests/lib.sh"

# made FILE VARIABLE=VALUE...: a record of tests/make_record.awk
made() {
    made_file=$work/$1
    shift
    made_count=$#
    for made_word; do set -- "$@" -v "$made_word"; done
    shift "$made_count"
    awk "$@" -f "$srcdir/tests/make_record.awk" > "$made_file"
}

compare() { # in the directory of the records, so that messages name them as they are
    code=0
    (cd "$work" && "$here/efabench" compare "$@") > "$work/out" 2> "$work/err" || code=$?
}
here=$(pwd)

made old.json seed=1
made same.json seed=2
made slow.json seed=3 times='tcp:pingpong:4096:1.1'
made few.json seed=4 launches=3
made noisy.json seed=5 noise=0.08

compare old.json same.json
says "A against A: pass" 0 out "PASS: none of 3 series is shown to be worse by more than 2%, and none can be by" "more than 5%"
compare old.json slow.json
says "a size 10% slower: exit 1, which and by how much" 1 out "REGRESSED: 1 of 3 series is worse: pingpong tcp 4 KiB +"
compare slow.json old.json
says "the mirror is better, and passes" 0 out "1 is better"
compare old.json noisy.json
says "noise leaves room: exit 3" 3 out "INCONCLUSIVE" "could be worse by more than 5%"
compare old.json noisy.json --tolerance 40
says "... unless that much is tolerated" 0 out "leaves room for 40% at most"
compare old.json few.json
says "too few launches: exit 3, and how many are needed" 3 out "too few launches: 3, need 4"
compare old.json slow.json --delta 15
says "what is not worth telling is not told, and tolerated" 0 out PASS "leaves room for 15% at most"
compare old.json slow.json --format json
says "as JSON" 1 out '"regressed"'
made ten1.json seed=16 launches=10 noise=0.03 # of 10 and 10 launches relabellings are drawn at random
made ten2.json seed=17 launches=10 noise=0.03
compare ten1.json ten2.json --format json --seed 1
cp "$work/out" "$work/first"
compare ten1.json ten2.json --format json --seed 1
is "the same for the same seed" "$(cmp "$work/first" "$work/out" 2>&1)" ""
compare ten1.json ten2.json --format json --seed 2
is "... and not for another" "$(cmp -s "$work/first" "$work/out"; echo $?)" 1

# Arms and variants of one record
made arms.json seed=6 arms='ena efa' times='efa:pingpong:8:0.7 efa:pingpong:1048576:1.3'
compare arms.json --arm ena --arm efa
says "arms of one record" 1 out "arm efa" "arm ena" "pingpong ena to efa 1 MiB +"
says "... which is better up to where" 1 out "efa is better up to 8 B, ena from 1 MiB on (sure)"
made variants.json seed=7 variants='old new' times='new:pingpong:8:1.1' blocks=1
compare variants.json --variant old new
says "variants of one record, by one option" 1 out "variant new" "pingpong tcp 8 B +"
compare variants.json --variant=old --variant=new
says "... by two" 1 out "pingpong tcp 8 B +"
compare --variant new old variants.json
says "... the other way round it is better" 0 out "1 is better"
made five.json seed=8 arms='ena efa' launches=5
compare five.json --arm ena --arm efa
says "pairs need more launches" 3 out "too few launches: 5 in pairs, need 6"
made other.json seed=9 variants=patched
compare old.json other.json
says "the only variant of each, whatever it is called" 0 out PASS

# Files
compare old.json slow.json -o sum.txt --write json=sum.json --write csv=sum.csv --write markdown=sum.md
is "-o and --write write their files, and the exit code stays" \
    "$code,$(wc -c < "$work/out"),$(grep -c ^REGRESSED "$work/sum.txt"),$(head -c 1 "$work/sum.json")" "1,0,1,{"
is "... each in its format" "$(grep -c pingpong "$work/sum.csv"),$(grep -c '^|.*pingpong\|^#' "$work/sum.md" | sed 's/[1-9][0-9]*/some/')" "3,some"

# refused NAME EXIT_CODE TEXT OPTIONS...: one line says why, and nothing else comes out
refused() {
    refused_name=$1 refused_code=$2 refused_text=$3
    shift 3
    compare "$@"
    lines=$(wc -l < "$work/err")
    if [ "$code,$lines,$(wc -c < "$work/out")" = "$refused_code,1,0" ] && grep -qF -e "$refused_text" "$work/err"; then
        ok "$refused_name"
    else
        not_ok "$refused_name" "exit code $code, $lines lines, wanted '$refused_text':" "$(cat "$work/err" "$work/out")"
    fi
}

refused "no file" 4 "missing.json" old.json missing.json
refused "no record" 2 "BASE and NEW are wanted"
refused "one record alone" 2 "with what is 'old.json' compared?" old.json
refused "three records" 2 "3 records were given" old.json same.json slow.json
refused "the same file twice" 2 "'./old.json' is compared with itself" old.json ./old.json
refused "one arm only" 2 "only one arm is named, 'ena'" arms.json --arm ena
refused "one variant only" 2 "only one variant is named, 'old'" variants.json --variant old
refused "an arm and a variant" 2 "one arm and one variant" arms.json --arm ena --variant default
refused "three arms" 2 "'tcp' is one too many" arms.json --arm ena --arm efa --arm tcp
refused "an arm against itself" 2 "arm ena is compared with itself" arms.json --arm ena --arm ena
cp "$work/old.json" "$work/copy.json"
refused "a copy of the same record" 2 "'copy.json' holds the launches of 'old.json'" old.json copy.json
refused "an arm that is not there" 2 "arms.json has no arm 'tcp': it has ena, efa" arms.json --arm ena --arm tcp
refused "a variant that is not there" 2 "has no variant 'mine': it has old, new" variants.json --variant old mine
refused "a word that --allow does not know" 2 "'rank' is none of kind, kernels" old.json same.json --allow=rank
refused "a format that there is not" 2 "'yaml'" old.json same.json --format yaml
refused "a format of --write that there is not" 2 "'yaml'" old.json same.json --write yaml=sum.yaml
refused "--write without a file" 2 "'json' is not FORMAT=FILE" old.json same.json --write json
refused "--write twice to one file" 2 "'a.json' is written twice" old.json same.json --write json=a.json --write csv=a.json
refused "-o that is an input" 2 "'same.json' is a record to be read" old.json same.json -o same.json
refused "--write that is an input" 2 "'old.json' is a record to be read" old.json same.json --write json=old.json
refused "-o where none can be written" 2 "nowhere/x" old.json same.json -o nowhere/x
refused "a level that is none" 2 "--alpha" old.json same.json --alpha 2
is "the inputs are as they were" "$(head -c 9 "$work/old.json"),$(head -c 9 "$work/same.json")" '{"schema",{"schema"'
is "and nothing was written" "$(ls "$work/a.json" "$work/sum.yaml" 2>/dev/null)" ""

# What is not alike
made unlike.json seed=10 ranks=4 instance=p5.48xlarge kernels='pingpong bandwidth' loop=barrier
refused "every mismatch is named, in one line" 4 "old.json and unlike.json are not alike: kernels pingpong, \
bandwidth+pingpong; ranks 2, 4; instance c5n.18xlarge, p5.48xlarge; definition pingpong loop closed, barrier: \
--allow=kernels,ranks,instance,definition compares them nevertheless" old.json unlike.json
refused "what is not allowed is still named" 4 "are not alike: instance c5n.18xlarge, p5.48xlarge" \
    old.json unlike.json --allow kernels,ranks,definition
made type.json seed=11 instance=p5.48xlarge
compare old.json type.json --allow
says "--allow compares, and says so" 0 out PASS "instance c5n.18xlarge, p5.48xlarge"
compare old.json type.json --allow=instance
says "--allow=WHAT" 0 out PASS
compare --allow instance old.json type.json
says "--allow WHAT" 0 out PASS
made both.json seed=18 instance=p5.48xlarge loop=barrier
refused "the hint has the whole list" 4 ": --allow=instance,definition compares" old.json both.json --allow=instance
compare old.json both.json --allow=instance --allow=definition
says "--allow given twice: both" 0 out PASS
made ranks.json seed=19 ranks=4
compare old.json ranks.json --allow=ranks
says "--allow=ranks holds two ranks against four" 0 out PASS "ranks 2, 4"
sed 's/"transport":"ofi"/"transport":"mpi"/' "$work/same.json" > "$work/mpi.json"
refused "another transport under the same name" 4 "definition arm tcp transport ofi, mpi" old.json mpi.json
cp "$work/same.json" "$work/$(printf 'n\377w.json')"
compare old.json "$(printf 'n\377w.json')"
says "a name that is no UTF-8" 0 out PASS
compare --allow old.json type.json
says "--allow before a record" 0 out PASS
made fewer.json seed=12 sizes='8 4096'
compare old.json fewer.json
says "a size that the new one lacks: exit 4, named" 4 out "MISSING" "pingpong tcp 1 MiB is not in fewer.json"
compare old.json fewer.json --allow missing
says "... unless it may be" 0 out "1 is missing, as allowed"
made kernels.json seed=13 kernels='pingpong bandwidth'
compare old.json kernels.json --allow kernels
says "a kernel that may be missing is no error" 0 out PASS

# Other tools' figures
cp "$srcdir/results/baselines/c5n.18xlarge-2019.json" "$work/published.json"
compare published.json old.json
says "published against measured: exit 4" 4 err "are not alike: kind published, measured"

# Values that none can be
for bad in 'NaN' '0' '-5' '1e400' '"fast"' 'null'; do
    sed "1s/\"histogram\":\[\[[0-9]*,1\],\[[0-9]*,2\],\[[0-9]*,1\]\]/\"histogram\":[[$bad,1]]/" "$work/same.json" > "$work/bad.json"
    if cmp -s "$work/same.json" "$work/bad.json"; then not_ok "a sample of $bad: the test has not made one"; continue; fi
    refused "a sample of $bad is refused" 4 "bad.json" old.json bad.json
done
sed '1s/"rank_total_ns":[0-9]*/"rank_total_ns":NaN/' "$work/same.json" > "$work/bad.json"
refused "a total of NaN is refused" 4 "bad.json" old.json bad.json
head -c 3000 "$work/same.json" > "$work/cut.json"
refused "a record that was cut is refused" 4 "cut.json" old.json cut.json

# A launch that was killed: its journal, cut within a line
{
    printf '{"schema": "efabench-journal/1", "run":{"created_utc":"2026-01-01T00:00:00Z"},"launch":{"variant":"default",'
    printf '"provenance":{"hosts":["node1","node2"],"instance":"c5n.18xlarge"},"arms":[{"name":"tcp","transport":"ofi"}]}}\n'
    for size in 8 4096 1048576; do
        printf '{"case":{"kernel":"pingpong","algorithm":"","arm":"tcp","size_bytes":%d,"ranks":2,"sample":"rtt_ns",' $size
        printf '"bytes_per_sample":%d,"loop":"closed"},"sweep":{"index":1,"first":false,"position":0,"iterations":3,' $size
        printf '"warmup":1,"median_ns":20000,"total_ns":60000,"rank_total_ns":60000},"histogram":[[20000,3]],'
        printf '"witness":{"state":"attested"}}\n'
    done
    printf '{"case":{"kernel":"pingp'
} > "$work/journal.json"
compare old.json journal.json
says "a journal that was cut is one partial launch: too few" 3 out "too few launches: 1, need 4" "partial"
sed 's/"attested"/"refused"/g' "$work/same.json" > "$work/astray.json"
refused "a record whose every path was refused: exit 5" 5 "the witness refused the path" old.json astray.json
sed 's/{"state":"attested"}/{"state":"refused","allowed":true}/g' "$work/same.json" > "$work/kept.json"
refused "... kept nevertheless: exit 5 as well" 5 "--allow=path compares them" old.json kept.json
compare old.json kept.json --allow=path
says "... unless it is allowed" 0 out PASS

# The size that it is made for: compared with all relabellings at random, no timing
made hundred1.json seed=14 launches=10 kernels='pingpong bandwidth' arms='a b c d e' \
    sizes='8 64 512 1024 4096 16384 65536 262144 1048576 4194304' bins=201
made hundred2.json seed=15 launches=10 kernels='pingpong bandwidth' arms='a b c d e' \
    sizes='8 64 512 1024 4096 16384 65536 262144 1048576 4194304' bins=201
compare hundred1.json hundred2.json
says "a hundred series of ten launches" 0 out "none of 100 series is shown to be worse"

if [ -x ./efabench-mpi ]; then
    run ./efabench run --launcher no-such-mpirun -k 501 -o "$work/k.json" pingpong
    says "no run has more launches than can be compared" 2 err "501" "500"
else
    ok "no run has more launches than can be compared # SKIP no launches in this build"
fi
compare --help
says "help has examples and exit codes" 0 out "efabench compare yesterday.json today.json" "Exit codes:" "--allow"
is "no line of help is wider than 80 columns" "$(awk 'length($0) > 80' "$work/out")" ""
finish
