#!/bin/sh
# efabench run is killed, and goes on with --resume.
. "${srcdir:-.}/tests/lib.sh"
. "$srcdir/tests/faults.sh"

# A launcher that kills efabench run before its launch begins ("before N"), or when that has measured something ("within N"):
# a rank is stopped then, so that the launch does not end before
if no_fault_library; then stopping="mpirun --oversubscribe"; else stopping=$(faulty 1:STOP:MPI_Ibarrier:12); fi
cat > "$work/killer" <<X
#!/bin/sh
echo x >> "$work/count"
number=\$(wc -l < "$work/count")
read -r when which < "$work/when"
[ "\$when \$which" != "before \$number" ] || { kill -KILL \$PPID; exit 1; }
[ "\$when \$which" = "within \$number" ] || exec mpirun --oversubscribe "\$@"
parent=\$PPID
{
    for _ in \$(seq 600); do
        if grep -qs '"case"' "$work"/*.json.journal; then break; fi
        sleep 0.1
    done
    kill -KILL \$parent
} > "$work/said" 2>&1 &
exec $stopping "\$@"
X
chmod +x "$work/killer"
# begin WHEN WHICH ARGUMENTS...
begin() {
    echo "$1 $2" > "$work/when"
    shift 2
    rm -f "$work/count"
    code=0
    timeout 200 ./efabench run --launcher "$work/killer" --timeout 60 "$@" > "$work/begun.out" 2> "$work/begun.err" || code=$?
    cp "$work/begun.out" "$work/out" # who was not killed with it may still write to the other
    cp "$work/begun.err" "$work/err"
}
printf -- '-k 2\n--sweeps 3\n-i 20\n-s 8,64,512\n-a k=sockets\n--seed 7\n--variant new\n--variant old=EFABENCH_X=1\npingpong\n' \
    > "$work/profile"
# plan RECORD: of each launch its variant, its block, and in which order it went over its cases
plan() {
    python3 -c 'import json, sys
for launch in json.load(open(sys.argv[1]))["launches"]:
    print(launch["variant"], launch["block"], launch["status"],
          [(c["size_bytes"], [s["position"] for s in c["sweeps"]]) for c in launch["cases"]])' "$1"
}
begin none 0 "@$work/profile" -o "$work/whole.json"
says "a run that nobody ends" 0 out "pingpong"

begin before 3 "@$work/profile" -o "$work/r.json"
is "killed between two launches" $code 137
is "... what was measured is there" "$(launches_of "$work/r.json")" "complete:3 complete:3"
nothing_left "killed between two launches"
cp "$work/r.json" "$work/two.json"
mv "$work/profile" "$work/moved"
echo none 0 > "$work/when"
run timeout 200 ./efabench run --resume "$work/r.json" -f csv
says "it goes on" 0 err "$work/r.json has 2 of 4 launches: going on" "launch 3 of 4"
is "... with the same variants, blocks and order of cases as one that nobody ended" "$(plan "$work/r.json")" "$(plan "$work/whole.json")"
is "... two launches of each variant are judged" "$(awk -F, '$7 == "half_rtt" {print $4, $9}' "$work/out" | sort -u | tr '\n' ' ')" "new 2 old 2 "
is "... the record says where it went on" "$(python3 -c 'import json, sys
print([n["at_launch"] for n in json.load(open(sys.argv[1]))["run"]["resumed"]])' "$work/r.json")" "[2]"
is "... and nothing is kept beside it" "$(ls "$work" | grep -c 'r[.]json~')" 0
if python3 -c 'import jsonschema' 2>/dev/null; then
    run python3 -c 'import json, sys, jsonschema
jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))' "$work/r.json" "$srcdir/results/schema/record-1.schema.json"
    says "... and is valid" 0 out
fi
run ./efabench compare --variant new old "$work/r.json"
if [ $code -le 3 ] && [ $code -ne 2 ]; then ok "... compare takes it"; else not_ok "... compare takes it" "$(cat "$work/err")"; fi
run timeout 100 ./efabench run --resume "$work/r.json"
says "a whole one has nothing left to be measured" 0 err "$work/r.json is whole" "all 4 launches"
says "... and is shown" 0 out "pingpong"

begin within 2 -k 2 --sweeps 30 -i 20 -s 8 -a k=sockets -o "$work/m.json" pingpong
is "killed within a launch" $code 137
nothing_left "killed within a launch"
is "... what was measured before is there" "$(launches_of "$work/m.json")" "complete:1"
run ./efabench report "$work/m.json.journal"
says "... and so is what this launch had" 0 out "partial" "pingpong"
cp "$work/m.json.journal" "$work/was"
# the same options again are no contradiction
run timeout 100 ./efabench run -k 2 --sweeps 30 -i 20 -s 8 -a k=sockets -o "$work/m.json" --resume "$work/m.json" pingpong
says "the same command with --resume goes on" 0 err "has 1 of 2 launches" \
    "what a launch had measured before it was cut short is $work/m.json.journal~ now"
is "... and has kept that" "$(cd "$work" && cmp was m.json.journal~ 2>&1; ls -d m.json*)" "m.json
m.json.journal~"
begin within 1 -k 2 --sweeps 30 -i 20 -s 8 -a k=sockets -o "$work/f.json" pingpong
is "killed within the first launch: there is no record" "$code $(ls "$work" | grep -c '^f[.]json$')" "137 0"
run ./efabench report "$work/f.json.journal"
says "... but what it had" 0 out "partial" "pingpong"
run ./efabench run --resume "$work/f.json"
says "... which --resume says" 4 err "there is no record yet" "efabench report $work/f.json.journal shows what that had measured"

# A partial launch at the end is done again
python3 -c 'import json, sys
record = json.load(open(sys.argv[1]))
record["launches"][1]["status"] = "partial"
json.dump(record, open(sys.argv[2], "w"))' "$work/two.json" "$work/p.json"
echo none 0 > "$work/when"
run timeout 200 ./efabench run --resume "$work/p.json"
says "a partial launch is done again" 0 err "$work/p.json has 1 of 4 launches, and a partial one, which is done again" "launch 2 of 4"
is "... and the record is like the others" "$(plan "$work/p.json")" "$(plan "$work/whole.json")"

# What does not fit is refused by name, and the record stays as it was
refuse() { # refuse NAME EXIT_CODE TEXT RECORD ARGUMENTS...
    refuse_name=$1 refuse_code=$2 refuse_text=$3 refuse_record=$4
    shift 4
    cp "$refuse_record" "$work/before.json"
    run timeout 100 ./efabench run --resume "$refuse_record" "$@"
    says "$refuse_name" "$refuse_code" err "$refuse_text"
    is "$refuse_name: the record is as it was" "$(cmp "$refuse_record" "$work/before.json" 2>&1)" ""
}
two=$work/two.json
refuse "other launches" 2 "'--launches=9'" "$two" -k 9
refuse "another arm" 2 "'--arm=t=ofi:tcp'" "$two" -a t=ofi:tcp
refuse "another kernel" 2 "'bandwidth'" "$two" bandwidth
refuse "another file" 2 "'$work/else.json'" "$two" -o "$work/else.json"
sed 's/"efabench_version":"/"efabench_version":"9/' "$two" > "$work/v.json"
refuse "another version" 4 "figures of two versions are not one run" "$work/v.json"
sed "s/\"host\":\"[^\"]*\"/\"host\":\"elsewhere\"/g" "$two" > "$work/h.json"
refuse "other hosts" 4 "the launches before were on elsewhere, this one is on $fault_host" "$work/h.json"
refuse "figures of others" 4 "kind 'published'" "$srcdir/results/baselines/c5n.18xlarge-2019.json"
run ./efabench run --resume "$work/none.json"
says "a record that is not there" 4 err "none.json"

# What is written of a screening is the report's affair
echo none 0 > "$work/when"
run timeout 200 ./efabench run --launcher "mpirun --oversubscribe" -k 1 --sweeps 2 -i 10 -n 2 -a k=sockets --allow-same-host \
    -o "$work/s.json" screen
python3 -c 'import json, sys
record = json.load(open(sys.argv[1]))
provenance = record["launches"][0]["provenance"]
provenance["hosts"] = ["a", "b"]
for rank, host in zip(provenance["ranks"], provenance["hosts"]):
    rank["host"] = host
record["run"]["arguments"] = [a for a in record["run"]["arguments"] if not a.startswith("--allow-same-host")]
json.dump(record, open(sys.argv[1], "w"))' "$work/s.json"
run timeout 100 ./efabench run --resume "$work/s.json" --hostfile "$work/hosts"
says "--hostfile with --resume, of a screening" 0 err "$work/s.json is whole"
is "... is written" "$(grep -cx '[ab]' "$work/hosts")" 2
nothing_left "resume"
finish
