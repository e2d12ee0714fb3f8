#!/bin/sh
# efabench screen as its users meet it: text, CSV, JSON, hostfile and exit codes; and what the other commands make of a screening.
. "${srcdir:-.}/tests/lib.sh"

# made FILE VARIABLE=VALUE...: a record of tests/make_screen.awk
made() {
    made_file=$work/$1
    shift
    made_count=$#
    for made_word; do set -- "$@" -v "$made_word"; done
    shift "$made_count"
    awk "$@" -f "$srcdir/tests/make_screen.awk" < /dev/null > "$made_file"
}

fits() { is "$1" "$(awk 'length($0) > 80' "$work/out" | head -n 3)" ""; }

# hosts_of FILE: a hostfile's hosts in one line
hosts_of() { grep -v '^#' "$1" | tr '\n' ' '; }

made slow.json slow="n3:bandwidth:*:4.7"
run ./efabench screen "$work/slow.json"
says "a slow host: exit 1, by name, with its evidence" 1 out "SLOW: host n3 or its NIC eth0, of 8 hosts with 28 links." \
    "bandwidth 0.21x of the others' (its 7 pairs 11" "not slower: latency, tail" "A slow host and its slow NIC look alike here" \
    "bandwidth over tcp (eth0): one direction at 1 MiB, MB/s (higher is better)"
fits "no line is wider than 80 columns"
is "the matrix of 8 hosts is whole, and the slow pairs have stars" \
    "$(sed -n '/^bandwidth over/,/^$/p' "$work/out" | awk '$1 ~ /^n[0-7]$/ && NF == 9 { rows++; stars += gsub(/\*/, "") } END { print rows, stars }')" "8 14"
run ./efabench screen "$work/slow.json" --hostfile "$work/good.hosts" -o "$work/screen.txt"
is "--hostfile and -o write, and the exit code stays" "$code,$(wc -c < "$work/out"),$(grep -c SLOW "$work/screen.txt")" "1,0,1"
is "the hosts that are left" "$(hosts_of "$work/good.hosts")" "n0 n1 n2 n4 n5 n6 n7 "
is "... and who is not, and why" "$(grep '^# left out' "$work/good.hosts")" "# left out: n3: host n3 or its NIC eth0 is slow"

made quiet.json seed=2
run ./efabench screen "$work/quiet.json" --hostfile "$work/all.hosts"
says "nobody is slow: exit 0" 0 out "Nobody is slow: of 8 hosts with 28 links none is slower than the others by 10%"
is "... and all hosts are left" "$(hosts_of "$work/all.hosts")" "n0 n1 n2 n3 n4 n5 n6 n7 "
run ./efabench screen "$work/quiet.json" --delta 0.1 --alpha 0.4
fits "with another delta"
case $code in 0 | 1 | 3) ok "... a verdict" ;; *) not_ok "... a verdict" "$code" ;; esac

made two.json hosts=2 slow="n1:*:*:3"
run ./efabench screen "$work/two.json"
says "two hosts: exit 3" 3 out "Inconclusive" "neither can be told from the other"
made few.json hosts=3 sweeps=3 slow="n1:*:*:2"
run ./efabench screen "$work/few.json" --hostfile "$work/few.hosts"
says "too few sweeps: exit 3, and how many would do" 3 out "Not sure of host n1" "- --sweeps 5 would be enough"
is "... its hostfile says that it clears nobody" "$(grep -c '^# inconclusive' "$work/few.hosts") $(hosts_of "$work/few.hosts")" "1 n0 n1 n2 "
is "... that of a verdict does not" "$(grep -c '^# inconclusive' "$work/good.hosts")" 0
made enough.json hosts=3 sweeps=5 slow="n1:*:*:2"
run ./efabench screen "$work/enough.json"
says "... which do" 1 out "SLOW: host n1"
made once.json hosts=8 sweeps=1 slow="n1-n2:*:*:2"
run ./efabench screen "$work/once.json"
says "a link measured once: exit 3, and what would help" 3 out "Not sure of the link n1 - n2" "more --sweeps or launches"

made nic.json arms="tcp=eth0 efa=rdma0" slow="n3:*:efa:1.4 n2-n7:bandwidth:tcp:1.6"
run ./efabench screen "$work/nic.json" --hostfile "$work/nic.hosts"
says "a NIC, and a link" 1 out "SLOW: host n3's NIC rdma0, the link n2 - n7" "not slower: latency over tcp"
case "$(hosts_of "$work/nic.hosts")" in
"n0 n1 n4 n5 n6 n7 " | "n0 n1 n2 n4 n5 n6 ") ok "of a link one end is left out" ;;
*) not_ok "of a link one end is left out" "$(cat "$work/nic.hosts")" ;;
esac
is "... which the comment says" "$(grep -c '^# left out: n[27]: the link n2 - n7 is slow; one end of it' "$work/nic.hosts")" 1
made host.json arms="tcp=eth0 efa=rdma0" slow="n3:*:*:1.4"
run ./efabench screen "$work/host.json"
says "slow through both NICs: the host" 1 out "SLOW: host n3, of 8 hosts"

made ranks.json hosts=4 same_host=vm
run ./efabench screen "$work/ranks.json"
says "ranks of one host are ranks" 0 out "of 4 ranks with 6 links" "What is named is a rank, no host"
run ./efabench screen "$work/ranks.json" --hostfile "$work/none"
says "... of which there is no hostfile" 4 err "--hostfile: ranks were screened"
is "... nor is it written" "$(ls "$work/none" 2>/dev/null)" ""
made names.json hosts=4 names="a;reboot"
run ./efabench screen "$work/names.json" --hostfile "$work/none"
says "a host's name that a launcher would not take for one" 4 err "'a;reboot'"
is "... is not written" "$(ls "$work/none" 2>/dev/null)" ""

made slots.json hosts=4 names="n0:2"
run ./efabench screen "$work/slots.json" --hostfile "$work/none"
says "... nor what one would take for a host with ranks" 4 err "'n0:2'"

made many.json hosts=40 slow="n33:*:*:1.5" noise=0.005 sweeps=3
run ./efabench screen "$work/many.json"
says "40 hosts: the slowest, and how many more" 1 out "SLOW: host n33" "... and 30 more"
fits "no line is wider than 80 columns"
made long.json hosts=6 names="ip-10-0-0-117.eu-west-1.compute.internal ip-10-0-0-118.eu-west-1.compute.internal"
run ./efabench screen "$work/long.json"
says "long names stand once, with numbers for the columns" 0 out "1  ip-10-0-0-1"
fits "no line is wider than 80 columns"

run ./efabench screen "$work/slow.json" --format csv
is "CSV: a row for each pair and metric" "$(sed 1d "$work/out" | wc -l)" $((3 * 28))
is "... its columns" "$(head -n 1 "$work/out")" \
    "kernel,arm,device,variant,metric,unit,size_bytes,host_a,host_b,rank_a,rank_b,value,share,sweeps,verdict"
is "... a slow host's pairs say so" "$(awk -F, '$15 == "slow host" { print ($8 == "n3" || $9 == "n3") $5 ($13 < 0.3) }' "$work/out" | sort | uniq -c | tr -s ' ')" \
    " 7 1bandwidth1"
run ./efabench screen "$work/slow.json" --format json
says "JSON" 1 out '"efabench-screen/1"'
if command -v python3 > /dev/null; then
    is "... says the same" "$(python3 -c '
import json, sys
s = json.load(open(sys.argv[1]))
t = s["tables"][2]
print(s["verdict"], s["of"], len(s["hosts"]), [(x["kind"], x["hosts"], x["device"], x["named"]) for x in s["suspects"]], s["left_out"],
      len(s["tables"]), t["metric"], len(t["pairs"]), t["hosts"][3]["named"], round(t["hosts"][3]["time_ratio"], 1))' "$work/out")" \
        "slow hosts 8 [('host or nic', ['n3'], 'eth0', True)] ['n3'] 3 bandwidth 28 True 4.7"
fi

# keeps_schema FILE WHAT: what efabench screen says of it as JSON, against the schema that is installed
keeps_schema() {
    run ./efabench screen "$work/$1" --format json
    mv "$work/out" "$work/screened.json"
    run python3 -c 'import json, jsonschema, sys
jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))' "$work/screened.json" "$srcdir/results/schema/screen-1.schema.json"
    is "the JSON $2 keeps the schema" "$code$(tail -n 1 "$work/err" | tr -d ' ')" 0
}
if python3 -c 'import jsonschema' 2>/dev/null; then
    keeps_schema slow.json "of a slow host"
    keeps_schema nic.json "of a NIC and a link"
    keeps_schema host.json "of a host"
    keeps_schema quiet.json "of nobody"
    keeps_schema once.json "of what cannot be told"
    keeps_schema ranks.json "of ranks"
    keeps_schema two.json "of one pair"
    sed 's/"time_ratio": /"ratio": /' "$work/screened.json" > "$work/spoiled.json"
    run python3 -c 'import json, jsonschema, sys
jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))' "$work/spoiled.json" "$srcdir/results/schema/screen-1.schema.json"
    is "... which notices another name of a member" "$code" 1
else
    ok "the JSON keeps its schema # SKIP no python3-jsonschema"
fi

# What is no screening, or wrong
run ./efabench screen "$srcdir/results/baselines/c5n.18xlarge-2019.json"
says "a record without a screening: exit 4" 4 err "it holds no screening" "efabench run screen"
one_line "... in one line" "no screening"
run ./efabench screen "$work/slow.json" --format html
says "no such format" 2 err "'html': text, csv, json"
run ./efabench screen
says "no record" 2 err "one RECORD is wanted" "efabench run screen"
run ./efabench screen "$work/slow.json" -o "$work/slow.json"
says "the record is not written over" 2 err "slow.json"
run ./efabench screen "$work/slow.json" --hostfile "$work/x" -o "$work/x"
says "--hostfile and -o in one file" 2 err "--hostfile and -o are one file"
run ./efabench screen "$work/slow.json" --hostfile "$work/no/such/dir"
says "a hostfile that cannot be written" 2 err "no/such/dir"
made variants.json variants="old new" slow="n1:*:*:1.5"
run ./efabench screen "$work/variants.json"
says "several variants: one is to be named" 2 err "several variants (old, new" "--variant"
run ./efabench screen "$work/variants.json" --variant new
says "... and is screened" 1 out "SLOW: host n1"
run ./efabench screen "$work/variants.json" --variant newer
says "... one that is not there" 4 err "of variant newer"
made refused.json state=refused
run ./efabench screen "$work/refused.json"
says "all paths refused: exit 5" 5 err "the witness refused"
made skipped.json skip="n1-n4"
run ./efabench screen "$work/skipped.json"
says "a pair that is missing" 0 out "Missing: 1 pair was measured in no sweep" "-"

# The other commands
run ./efabench report "$work/slow.json"
says "a report as text shows it" 0 out "screening SLOW: host n3 or its NIC eth0" "bandwidth over tcp (eth0)" "pingpong: half round trip, us"
run ./efabench report "$work/variants.json"
says "... of each variant" 0 out "variant   old" "variant   new"
for format in csv json markdown prometheus; do
    run ./efabench report "$work/slow.json" --format $format
    says "a report as $format" 0 out bandwidth
done
run ./efabench report "$work/nic.json" --format html -o "$work/page.html"
is "as a page" "$code" 0
is "... with matrices" "$(grep -c 'class="matrix"' "$work/page.html"),$(grep -c 'SLOW: host n3&apos;s NIC rdma0\|SLOW: host n3&#39;s NIC rdma0' "$work/page.html")" "6,1"
if command -v python3 > /dev/null; then
    is "... nothing of which is wrong" "$(PYTHONDONTWRITEBYTECODE=1 python3 "$srcdir/tests/page_check.py" "$work/page.html" | grep wrong)" ""
fi
sed 's,"n3","<b>n3</b>",g' "$work/nic.json" > "$work/hostile.json"
run ./efabench report "$work/hostile.json" --format html -o "$work/hostile.html"
is "hosts' names are escaped" "$code,$(grep -c '<b>' "$work/hostile.html")" "0,0"
made today.json launches=4 seed=5
made yesterday.json launches=4 seed=6
run ./efabench compare "$work/yesterday.json" "$work/today.json"
says "two screenings can be compared" 0 out bandwidth
run ./efabench gate "$work/today.json" --baseline "$work/yesterday.json"
case $code in 0 | 3) ok "... and gated" ;; *) not_ok "... and gated" "exit code $code" "$(cat "$work/err")" ;; esac
awk -v launches=4 -v kernels="pingpong bandwidth" -v ranks=8 -v window=4 -v sizes="8 1048576" -f "$srcdir/tests/make_record.awk" < /dev/null |
    sed 's/"loop":"closed",//g' > "$work/ordinary.json"
run ./efabench compare "$work/ordinary.json" "$work/today.json" --allow=hosts,instance,kernels
says "a screening and an ordinary run are not alike" 4 err "schedule at once, round-robin"
run ./efabench audit "$work/slow.json"
says "an audit goes through" 3 out "Not judged"
run ./efabench history "$work/h.db" add "$work/slow.json"
case $code in 0) ok "a history takes it" ;; *) if grep -q 'without SQLite' "$work/err"; then ok "no history here"; else not_ok "a history takes it" "$(cat "$work/err")"; fi ;; esac
if command -v gnuplot > /dev/null; then
    run ./efabench plot "$work/slow.json" -o "$work"
    is "pictures are drawn" "$code" 0
fi
finish
