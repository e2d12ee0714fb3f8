#!/bin/sh
# efabench import as its users meet it: tables of OSU, bad input, exit codes.
. "${srcdir:-.}/tests/lib.sh"

# latency FILE US: a made-up osu_latency with US for 8 bytes
latency() {
    printf '%s\n' 'module load openmpi' '# OSU MPI Latency Test v5.7.1' '# Size          Latency (us)' > "$1"
    printf '%-10d%18s\n' 8 "$2" 4194304 1659.92 >> "$1"
}

latency "$work/osu_latency" 15.10
run ./efabench import osu "$work/osu_latency" -o "$work/r.json" --arm efa=ofi:efa --instance c5n.18xlarge --nodes 2
says "a file of OSU becomes a record" 0 err "osu_latency: OSU MPI Latency Test v5.7.1: 2 figures, 1 other line left aside"
is "... and nothing goes to standard output" "$(wc -c < "$work/out")" 0
is "... one line a file" "$(wc -l < "$work/err")" 1
if command -v python3 >/dev/null && python3 -c 'import jsonschema' 2>/dev/null; then
    is "the record keeps the schema" "$(python3 -c 'import json,jsonschema,sys
jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))
print("yes")' "$work/r.json" "$srcdir/results/schema/record-1.schema.json" 2>&1 | tail -n 1)" yes
fi
run ./efabench report "$work/r.json"
says "the report tells where it is from" 0 out "published" "OSU MPI Latency Test v5.7.1 (osu_latency)" "c5n.18xlarge" "15.10"
run ./efabench report "$work/r.json" -f csv
says "the report as CSV" 0 out "pingpong,,efa,default,8,2,half_rtt,us,1,0,15.1,,,,,,,,"
run ./efabench report "$work/r.json" -f json
says "the report as JSON" 0 out '"published": true'

run ./efabench import osu "$work/osu_latency"
says "without -o the record goes to standard output" 0 out '"schema":"efabench-record/1"'
run ./efabench import osu - < "$work/osu_latency"
says "- is standard input" 0 err "standard input: OSU MPI Latency Test"

files=
for us in 15 16 17 18 19 20; do
    mkdir "$work/run$us"
    latency "$work/run$us/osu_latency" $us.00
    files="$files $work/run$us/osu_latency"
done
# shellcheck disable=SC2086
run ./efabench import osu $files -o "$work/six.json"
says "six files are six runs" 0 err "osu_latency#6: OSU MPI Latency Test"
run ./efabench report "$work/six.json" -f csv
# by hand: the median of 15 to 20 is 17.5; the interval of six is from the least to the greatest
is "... with an interval" "$(awk -F, '$5==8 {print $9 "," $11 "," $12 "," $13 "," $14 "," $19}' "$work/out")" "6,17.5,15,20,15,20"
run ./efabench report "$work/six.json" --against "$work/r.json"
says "... and can be held against another record" 0 out "15.10" "17.50"
run ./efabench report "$srcdir/results/baselines/c5n.18xlarge-2019.json" --against "$work/r.json"
says "... or another against it" 0 out "efa"

printf '# OSU MPI Bi-Directional Bandwidth Test v5.7.1\n# Size      Bandwidth (MB/s)\n4194304   18000.00\n' > "$work/osu_bibw"
printf '# OSU MPI Allreduce Latency Test v5.7.1\n# Size       Avg Latency(us)\n1048576   7000.00\n' > "$work/osu_allreduce"
run ./efabench import osu "$work/osu_latency" "$work/osu_bibw" "$work/osu_allreduce" -o "$work/three.json"
says "a collective without --ranks is taken with a warning" 0 err "warning: osu_allreduce: " "2 is a guess, --ranks tells"
run ./efabench report "$work/three.json" -f csv
is "kernels of several files are one launch" \
    "$(awk -F, 'NR > 1 && $9 == 1 {print $1}' "$work/out" | sort -u | tr '\n' ' ')" "allreduce bibandwidth pingpong "
run ./efabench import osu "$work/osu_allreduce" --ranks 288
says "--ranks is what the text does not say" 0 out '"ranks":288'

head -c -3 "$work/osu_latency" > "$work/cut"
run ./efabench import osu "$work/cut"
says "a cut table is kept up to the cut" 0 err "cut: line 5: the table was cut here" "1 figure,"

run ./efabench import osu "$work/none"
says "a missing file is exit 4" 4 err "$work/none: cannot read it"
one_line "... in one line" "No such file"
run ./efabench import osu "$work"
says "a directory is exit 4" 4 err "$work: cannot read it: it is a directory"
: > "$work/empty"
run ./efabench import osu "$work/empty"
says "an empty file is exit 4" 4 err "$work/empty: it is empty"
run ./efabench import osu "$work/osu_latency" "$srcdir/tests/lib.sh" -o "$work/not-written.json"
says "a file without a table is exit 4" 4 err "tests/lib.sh: no table"
is "... and nothing is written" "$(ls "$work/not-written.json" 2>/dev/null)" ""
printf '# OSU MPI Latency Test v5.7.1\n# Size          Latency (us)\n8   15,10\n' > "$work/comma"
run ./efabench import osu "$work/comma"
says "a decimal comma is exit 4, with its line" 4 err "$work/comma: line 3: '15,10' is no figure"

run ./efabench import
says "no tool: usage, with those there are" 2 err "osu"
run ./efabench import frob "$work/osu_latency"
says "an unknown tool is named" 2 err "'frob'" "osu"
run ./efabench import osu
says "no file: usage" 2 err "no FILE"
run ./efabench import osu "$work/osu_latency" --arm "efa="
says "an arm that cannot be is named" 2 err "arm 'efa='"
run ./efabench import osu "$work/osu_latency" --nodes 0
says "no node at all is refused" 2 err "--nodes" "'0'"
run ./efabench import osu "$work/osu_latency" "$work/./osu_latency"
says "a file that is named twice is no second run" 2 err "are one file"
cp "$work/osu_latency" "$work/copy"
run ./efabench import osu "$work/osu_latency" "$work/copy"
says "a copy of a file is no second run" 2 err "$work/osu_latency and $work/copy are one file and its copy"
run ./efabench import osu "$work/osu_latency" --instance bogus -o "$work/bogus.json"
says "an instance type that nobody knows is taken with a warning" 0 err "warning: " "'bogus'"
is "... which the record keeps" "$(grep -c "does not know the instance type 'bogus'" "$work/bogus.json")" 1
files=
for i in $(seq 300); do
    mkdir "$work/same$i"
    latency "$work/same$i/out" "$i.00"
    files="$files $work/same$i/out"
done
# shellcheck disable=SC2086
run timeout 60 ./efabench import osu $files
says "files of one name are numbered" 0 err "out#2: OSU" "out#300: OSU"
run ./efabench import osu "$work/copy" -o "$work/copy"
says "an input is never overwritten" 2 err "$work/copy"
is "... and is as it was" "$(cmp "$work/copy" "$work/osu_latency" && echo same)" same
run ./efabench import osu "$work/osu_latency" -o "$work/no/such/directory"
says "an output that cannot be written is named" 2 err "$work/no/such/directory"
run ./efabench import --help
says "import --help lists tools and options" 0 out "osu" "--instance" "--nodes" "Example"
is "... in 80 columns" "$(awk 'length > 80' "$work/out")" ""
run ./efabench --help
says "--help knows it" 0 out "import"
finish
