#!/bin/sh
# efabench audit as its users meet it: other tools' figures imported and held against what is possible, exit codes.
. "${srcdir:-.}/tests/lib.sh"
baseline=$srcdir/results/baselines/c5n.18xlarge-2019.json

# osu FILE TITLE UNIT "SIZE:FIGURE ...": what an OSU benchmark would print
osu() {
    {
        printf '# OSU MPI %s Test v5.9\n# Size          %s\n' "$2" "$3"
        for pair in $4; do printf '%-10s %18s\n' "${pair%:*}" "${pair#*:}"; done
    } > "$work/$1"
}

# audited CLAIMS... -- FILES: imports the files with the claims and audits the record
audited() {
    claims=
    while [ "$1" != -- ]; do claims="$claims $1" && shift; done
    shift
    # shellcheck disable=SC2086
    (cd "$work" && "$OLDPWD/efabench" import osu $claims -o theirs.json "$@") > "$work/out" 2> "$work/err" || {
        not_ok "import of $*" "$(cat "$work/err")"
        return
    }
    run ./efabench audit "$work/theirs.json"
}

fits() { # fits NAME: no line of the output has more than 80 columns
    is "$1" "$(awk 'length($0) > 80' "$work/out" | head -n 3)" ""
}

osu shm_latency Latency 'Latency (us)' '1:2.50 64:2.70 1024:4.10 4096:10.60 65536:13.10 1048576:62.40 4194304:227.00'
osu shm_bibw 'Bi-Directional Bandwidth' 'Bandwidth (MB/s)' '1:0.90 65536:9990.00 1048576:25600.00 4194304:28400.00'
osu efa_latency Latency 'Latency (us)' '1:17.30 64:17.20 1024:18.00 65536:41.10 131072:95.10 4194304:1660.00'
osu efa_bw Bandwidth 'Bandwidth (MB/s)' '1:0.60 1024:640.00 65536:7400.00 1048576:9100.00'

audited --arm efa --instance p5.48xlarge --nodes 2 -- shm_latency shm_bibw
says "two ranks of one host as EFA: exit 1, with size, figure and reason" 1 out "IMPLAUSIBLE: 8 of 11 figures" \
    "2.5 us for 1 B: no EFA has that latency" "both ranks were on one host (shared memory)" "source:" \
    "several cards" "28400 MB/s for 4 MiB is 14.2 GB/s each way"
is "the sum stands first" "$(head -n 1 "$work/out" | cut -c 1-11)" IMPLAUSIBLE
is "what is implausible stands before what is plausible" "$(grep -nE '^(im)?plausible$' "$work/out" | cut -d : -f 2 | tr '\n' ' ')" \
    "implausible plausible "
fits "no line is wider than 80 columns"
run ./efabench audit "$work/theirs.json" --format json
says "as JSON" 1 out '"efabench-audit/1"' '"implausible"'
if command -v python3 >/dev/null; then
    is "every figure has a verdict and every check" "$(python3 -c '
import json, sys
audit = json.load(open(sys.argv[1]))
series = audit["series"]
print(len(series), sum(s["verdict"] == "implausible" for s in series), {len(s["checks"]) for s in series},
      audit["verdict"])' "$work/out")" "11 8 {9} implausible"
fi
run ./efabench audit "$work/theirs.json" -o "$work/audit.txt"
is "-o writes the file, and the exit code stays" "$code,$(wc -c < "$work/out"),$(grep -c IMPLAUSIBLE "$work/audit.txt")" "1,0,1"

audited --arm efa --instance c5n.18xlarge --nodes 2 -- efa_latency efa_bw
says "a real EFA with its knee at 64 KiB: exit 0" 0 out "Plausible: none of the 10 figures" "nearest limit" \
    "medium protocol, 64 KiB"
fits "no line is wider than 80 columns"
run ./efabench audit --instance m7g.16xlarge "$work/theirs.json"
says "--instance takes precedence: 9.1 GB/s are too much for 30 Gb/s" 1 out "m7g.16xlarge" "9100 MB/s for 1 MiB"
run ./efabench audit --nodes 1 "$work/theirs.json"
says "--nodes 1: not between hosts" 1 out "all ranks were on one host"

audited -- shm_latency
says "nothing claimed: exit 3, and what is missing" 3 out "Not judged" "--arm efa" "shared memory or InfiniBand"
run ./efabench audit --arm efa "$work/theirs.json"
says "... said afterwards" 1 out "no EFA has that latency"
run ./efabench audit --arm k=sockets@lo "$work/theirs.json"
says "loopback claims no adapter" 3 out "stay on the host"
run ./efabench audit --arm ena=sockets@lo "$work/theirs.json"
says "... and is no ENA" 1 out "called ena, but its interface is lo"
audited --arm efa=ofi:tcp --instance c5n.18xlarge --nodes 2 -- efa_bw
says "kernel TCP called efa" 1 out "called efa, but its provider is tcp"
run ./efabench report "$work/theirs.json"
says "... the report warns of it" 0 out "warning" "called efa, but its provider is tcp"
audited --arm efa -- efa_bw
run ./efabench report "$work/theirs.json"
says "a report says that an arm is a claim" 0 out "claimed: efa"
run ./efabench audit "$work/theirs.json"
says "no instance type: a rate alone cannot be judged, and how to say it" 3 out "--instance TYPE"

osu flow_bw Bandwidth 'Bandwidth (MB/s)' '65536:3500.00 1048576:3600.00'
audited --arm ena=sockets@ena,flows=1 --instance c5n.18xlarge --nodes 2 -- flow_bw
says "28.8 Gb/s in one flow" 1 out "28.8 Gb/s in one flow" "no flow over an ENA" "25"
audited --arm ena=sockets@ena,flows=4 --instance c5n.18xlarge --nodes 2 -- flow_bw
says "... in four it is possible" 0 out "Plausible"

osu a2a 'All-to-All Personalized Exchange Latency' 'Avg Latency(us)' '1:350.00 262144:600000.00'
audited --arm efa --instance c5n.18xlarge --nodes 32 --ranks 1152 -- a2a
says "an all-to-all above the line rate: 36 x 1116 x 256 KiB in 0.6 s are 17.6 GB/s" 1 out "17.6 GB/s" "12.5 GB/s" \
    "fewer ranks or hosts"
audited --arm efa --instance c5n.18xlarge --nodes 32 -- a2a
says "... whose ranks nobody said is not held to it" 0 out "--ranks"

run ./efabench audit "$baseline"
says "the published baseline is plausible" 0 out "219 figures" "the best run says 13209 MB/s"
fits "no line is wider than 80 columns"

run ./efabench audit --help
says "--help" 0 out "--instance" "Exit codes" "Example"
fits "no line of it is wider than 80 columns"
run ./efabench audit
says "no record is said" 2 err "RECORD"
run ./efabench audit "$baseline" --format html
says "an unknown format is named" 2 err "'html'" "text, json"
run ./efabench audit "$baseline" --instance c5n.99xlarge
says "an unknown instance type is named" 2 err "c5n.99xlarge"
run ./efabench audit "$baseline" --arm 'a b'
says "an arm that is none is named" 2 err "a b"
run ./efabench audit "$work/nothing.json"
says "a missing file: exit 4" 4 err "nothing.json"
head -c 5000 "$baseline" > "$work/cut.json"
run ./efabench audit "$work/cut.json"
says "a cut record: exit 4, named" 4 err "cut.json" "line "
one_line "... in one line" "cut.json"
cp "$baseline" "$work/own.json"
run ./efabench audit "$work/own.json" -o "$work/own.json"
says "an audit does not replace the record it is made from" 2 err "own.json"
sed 's/"name": "efa"/"name": "efa\\u001b[31m"/; s/"arm": "efa"/"arm": "efa\\u001b[31m"/' "$baseline" > "$work/colours.json"
run ./efabench audit "$work/colours.json"
is "what a terminal would obey is taken out" "$(tr -d '\n\t\040-\176' < "$work/out" | wc -c)" 0
finish
