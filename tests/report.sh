#!/bin/sh
# efabench report as its users meet it: good records, bad input, exit codes.
. "${srcdir:-.}/tests/lib.sh"
baseline=$srcdir/results/baselines/c5n.18xlarge-2019.json

run ./efabench
says "no command: usage, exit 2" 2 err "Usage: efabench"
run ./efabench frobnicate
says "an unknown command is named" 2 err "'frobnicate'"
run ./efabench --help
says "--help" 0 out "report" "Exit codes"
run ./efabench --version
says "--version" 0 out "efabench 0."
run ./efabench report --help
says "report --help lists its options" 0 out "--against" "--format" "Example"

run ./efabench report "$baseline"
says "the published record as text" 0 out "efa" "ena" "36" "published"
is "... with the verdict in words above the tables" "$(awk '/^verdict   Half round trip: at face value, efa is 2.0x to 3.4x faster than ena/ {v = NR}
    /^pingpong: / {print (v > 0 && v < NR); exit}' "$work/out")" 1
says "... and a sentence of what it does not speak of" 0 out "Bandwidth: efa has 3.1x to 8.2x the bandwidth of ena at all sizes."
run ./efabench report "$baseline" -f csv
says "the published record as CSV" 0 out \
    "kernel,algorithm,arm,variant,size_bytes,ranks,metric,unit,launches,samples,value,ci_low,ci_high,min,p50,p90,p99,p999,max"
is "EFA's 8-byte half round trip, as published: 16.105 us (median of 10)" \
    "$(awk -F, '$1=="pingpong" && $3=="efa" && $5==8 && $7=="half_rtt" {print $8 "," $9 "," $11}' "$work/out")" "us,10,16.105"
is "ENA's 1 MiB bandwidth on one flow is the 10 Gb/s cap" \
    "$(awk -F, '$1=="bandwidth" && $3=="ena" && $5==1048576 && $6==2 {print int($11 + 0.5)}' "$work/out")" 1177
is "every line has 19 fields" "$(awk -F, 'NF != 19' "$work/out" | wc -l)" 0
awk -v arms="a b" -f "$srcdir/tests/make_record.awk" < /dev/null | sed 's/"attested"/"unattested"/g' > "$work/unattested.json"
run ./efabench report "$work/unattested.json" -f csv
is "what CSV has no place for stands on standard error, once for several arms" "$(grep -c '^warning: ' "$work/err"),$(grep -c \
    '^warning: arms b, a, each: no NIC attests\|^warning: arms a, b, each: no NIC attests' "$work/err")" 1,1
run ./efabench report "$baseline" -f json
says "the published record as JSON" 0 out '"series"'
if command -v python3 >/dev/null; then
    is "the JSON is JSON" "$(python3 -c 'import json,sys; print(type(json.load(open(sys.argv[1]))).__name__)' "$work/out")" dict
fi

run ./efabench report "$baseline" -o "$work/report.txt"
is "-o writes the file and nothing else" "$code,$(wc -c < "$work/out"),$(grep -c '^pingpong' "$work/report.txt")" "0,0,1"
run ./efabench report "$baseline" -o "$work/no/such/directory"
says "an output that cannot be written is named" 2 err "$work/no/such/directory"
one_line "... in one line" "cannot write"
for format in markdown bencher benchmark-smaller benchmark-bigger prometheus; do
    run ./efabench report "$baseline" -f $format
    says "the published record as $format" 0 out efa
    run ./efabench report "$baseline" -f $format --against "$baseline"
    says "... which has no place for a second record" 2 err "--against: format '$format'"
done
run ./efabench report "$baseline" -f prometheus -o "$work/report.prom"
is "EFA's 8-byte half round trip in seconds, in a file" "$code,$(wc -c < "$work/out"),$(sed -n \
    's/^efabench_time_seconds{profile="efabench",kernel="pingpong",algorithm="",arm="efa",.*size_bytes="8",.* //p' "$work/report.prom")" "0,0,1.6105e-05"
run ./efabench report "$baseline" -f emf
says "figures of 2019 are no measurement of a moment" 4 err "CloudWatch wants a time"
run ./efabench report "$baseline" -f junit
says "without verdicts there is no JUnit XML" 2 err "there is no format 'junit'" "text, csv, json, html, markdown"
run ./efabench report "$baseline" -f html5
says "an unknown format is named, with those there are" 2 err "'html5'" "text" "csv" "json"
run ./efabench report "$baseline" -b tcp
says "an unknown baseline is named, with the arms there are" 2 err "'tcp'" "efa" "ena36"
run ./efabench report
says "no record is said" 2 err "RECORD"
run ./efabench report a b
says "two records are too many, but for a page" 2 err "2 were given" "--format html"
run ./efabench report --frmat csv "$baseline"
says "an unknown option is named, with the nearest" 2 err "'--frmat'" "--format"
run ./efabench report "$baseline" --format
says "a missing value is named" 2 err "--format" "needs a value"

run ./efabench report "$work/nothing.json"
says "a missing file: exit 4, named" 4 err "$work/nothing.json" "No such file"
head -c 5000 "$baseline" > "$work/cut.json"
run ./efabench report "$work/cut.json"
says "a cut record: exit 4, file, place, reason" 4 err "$work/cut.json" "line " "column "
one_line "... in one line" "cut.json"
echo "hello" > "$work/text.json"
run ./efabench report "$work/text.json"
says "not JSON: exit 4" 4 err "$work/text.json" "line 1"
sed 's,efabench-record/1,efabench-record/7,' "$baseline" > "$work/newer.json"
run ./efabench report "$work/newer.json"
says "another schema version: exit 4, both versions named" 4 err "efabench-record/7" "efabench-record/1"
echo '{"name": "something else"}' > "$work/foreign.json"
run ./efabench report "$work/foreign.json"
says "a foreign document: exit 4" 4 err "foreign.json" "schema"
run ./efabench report "$work"
says "a directory: exit 4" 4 err "directory"
: > "$work/empty.json"
run ./efabench report "$work/empty.json"
says "an empty file: exit 4" 4 err "empty.json"
run ./efabench report "$baseline" --against "$work/cut.json"
says "a cut --against: exit 4" 4 err "cut.json"

run ./efabench report "$baseline" --against "$baseline" -f csv
says "CSV has no place for --against and says so" 2 err "csv" "json"
cp "$baseline" "$work/own.json"
run ./efabench report "$work/own.json" -o "$work/own.json"
says "a report does not replace the record it is made from" 2 err "own.json"
is "... which is as it was" "$(cmp "$baseline" "$work/own.json" && echo same)" same
run ./efabench report "$baseline" -o ""
says "an empty output name" 2 err "empty"
run ./efabench report "$baseline" -o /dev/null
says "a device is not replaced" 2 err "/dev/null" "regular file"
ln -s kept.txt "$work/link.txt"
: > "$work/kept.txt"
run ./efabench report "$baseline" -o "$work/link.txt"
is "a link stays a link, what it leads to is replaced" "$(test -h "$work/link.txt" && grep -c ^pingpong "$work/kept.txt")" 1
code=0
./efabench report /dev/stdin < "$baseline" > "$work/out" 2> "$work/err" || code=$?
says "a record from standard input" 0 out "pingpong"
code=0
cat "$baseline" | ./efabench report /dev/stdin > "$work/out" 2> "$work/err" || code=$?
says "a record from a pipe" 0 out "pingpong"

if [ -e /dev/full ]; then
    code=0
    ./efabench report "$baseline" > /dev/full 2> "$work/err" || code=$?
    : > "$work/out"
    says "a full disk behind standard output is said" 2 err "efabench report:"
fi

printf -- '# a profile\n--format csv\n\n--baseline=ena\n' > "$work/profile"
run ./efabench report "@$work/profile" "$baseline"
says "a profile gives options" 0 out "kernel,algorithm,arm"
run ./efabench report "@$work/none" "$baseline"
says "a missing profile is named" 2 err "@$work/none"

if python3 -c 'import jsonschema' 2>/dev/null; then
    run python3 -c 'import json,sys,jsonschema
jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))' \
        "$baseline" "$srcdir/results/schema/record-1.schema.json"
    says "the published record is valid by the JSON Schema" 0 out
fi
finish
