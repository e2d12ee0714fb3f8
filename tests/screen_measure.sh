#!/bin/sh
# Screening, its measuring half: rounds of disjoint pairs over real processes, on this host's ranks and between namespaces.
. "${srcdir:-.}/tests/lib.sh"
. "$srcdir/tests/hosts.sh"
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS
schema=
python3 -c 'import jsonschema' 2>/dev/null && schema=$srcdir/results/schema/record-1.schema.json

# is_whole NAME RECORD LINES: rounds, pairs and samples are as they should be
is_whole() {
    is "$1" "$(python3 "$srcdir/tests/screen_measure.py" "$2" ${schema:+"$schema"} 2>&1)" "$3"
}

# screen RANKS ARGUMENTS...: efabench run screen over ranks of this host
screen() {
    ranks=$1
    shift
    TMPDIR=$work run timeout 300 ./efabench run --launcher "mpirun --oversubscribe" -n "$ranks" screen --allow-same-host -w 4 "$@"
}

screen 4 -a t=ofi:tcp@lo -a k=sockets@lo -i 20 --sweeps 3 -s 64K,8,1K --validate --raw -o "$work/four.json"
is "four ranks are screened" "$code" 0
is_whole "... in three rounds, every two once a sweep" "$work/four.json" "bandwidth k 65536: 3 rounds, 6 pairs
bandwidth t 65536: 3 rounds, 6 pairs
pingpong k 8: 3 rounds, 6 pairs
pingpong t 8: 3 rounds, 6 pairs"
is "... every round of it checked: both of a pair, or the one that receives, three times, and of four ranks two pairs" \
    "$(python3 -c 'import json,sys
print(sorted({(c["kernel"], c["validation"]["bytes"]) for c in json.load(open(sys.argv[1]))["launches"][0]["cases"]}))' "$work/four.json")" \
    "[('bandwidth', $((65536 * 4 * 3 * 2))), ('pingpong', $((8 * 3 * 2 * 2)))]"
is "... each pair both ways" "$(python3 -c 'import json,sys
for c in json.load(open(sys.argv[1]))["launches"][0]["cases"]:
    one, other = [sorted(p["ranks"] for p in s["pairs"]) for s in c["sweeps"][:2]]
    if one != sorted(ranks[::-1] for ranks in other): print("not", one, other)' "$work/four.json")" ""
is "... one launch, which says that ranks were screened" \
    "$(grep -c 'ranks 0 and 1 are both on host .*: ranks are screened, and not hosts' "$work/four.json") $(grep -o '"status":"complete"' "$work/four.json" | wc -l)" "1 1"
is "... the witness refuses none of it" "$(grep -c '"state":"refused"' "$work/four.json")" 0
for ranks in 2 5; do
    screen $ranks -a k=sockets@lo -t 1 --min-iterations 3 --sweeps 2 -k 2 -o "$work/$ranks.json"
    is "$ranks ranks, two launches, by time" "$code" 0
    rounds=$((ranks == 2 ? 1 : 5))
    one="bandwidth k 1048576: $rounds rounds, $((ranks * (ranks - 1) / 2)) pairs
pingpong k 8: $rounds rounds, $((ranks * (ranks - 1) / 2)) pairs"
    is_whole "... $rounds rounds" "$work/$ranks.json" "$one
$one"
done
TMPDIR=$work run timeout 300 mpirun --oversubscribe -n 3 ./efabench-mpi -a r=ofi:tcp@lo,op=read -a w=ofi:tcp@lo,op=write -w 4 -i 5 \
    --sweeps 2 -s 8,64K --validate --allow-same-host -o "$work/three.json" screen
is "the worker screens three ranks, by reads and writes" "$code" 0
is_whole "... one of them idle in each round" "$work/three.json" "bandwidth r 65536: 3 rounds, 3 pairs
bandwidth w 65536: 3 rounds, 3 pairs
pingpong r 8: 3 rounds, 3 pairs
pingpong w 8: 3 rounds, 3 pairs"

# The strict stand-in for the efa provider
FI_PROVIDER_PATH=$PWD/tests/standin screen 5 -a e=ofi:efa -a "d=ofi:efa,fabric=efa-direct,op=msg" -i 5 --sweeps 3 -s 8,8000 --validate \
    -o "$work/efa.json"
is "five ranks on the stand-in for efa" "$code" 0
is_whole "... five rounds" "$work/efa.json" "bandwidth d 8000: 5 rounds, 10 pairs
bandwidth e 8000: 5 rounds, 10 pairs
pingpong d 8: 5 rounds, 10 pairs
pingpong e 8: 5 rounds, 10 pairs"

# What is no screening
no() { # no NAME CODE TEXT ARGUMENTS...
    no_name=$1 no_code=$2 no_text=$3
    shift 3
    TMPDIR=$work run timeout 120 ./efabench run --launcher "mpirun --oversubscribe" -n 3 -a k=sockets@lo -o "$work/no.json" "$@"
    is "$no_name: exit $no_code" "$code" "$no_code"
    if grep -aqF -e "$no_text" "$work/err"; then ok "... it says why"; else not_ok "... it says why" "$(head -n 5 "$work/err")"; fi
    is "... nothing is kept" "$(ls "$work/no.json" 2>/dev/null)" ""
}
no "several ranks of a host" 5 "ranks 0 and 1 are both on host" screen
no "a screening beside a kernel" 2 "goes with no other kernel: 'allreduce' is one too many" screen allreduce
no "all kernels and a screening" 2 "'all' is one too many" all screen
no "some of its pairs" 2 "--pairs does not go with screen" screen --pairs 1
no "a screening as OSU does" 2 "--osu does not go with screen" screen --osu
no "sizes near jumps" 2 "--refine does not go with screen" screen --refine
no "a precision" 2 "--precision does not go with screen" screen --precision 5
no "an algorithm" 2 "--algorithm does not go with screen" screen --algorithm ring
no "a hostfile of ranks" 2 "does not go with --allow-same-host" screen --allow-same-host --hostfile "$work/hosts.txt"
no "a hostfile where the record goes" 2 "--hostfile and -o are one file" screen --hostfile "$work/no.json"
no "a hostfile without a screening" 2 "of a screening alone" pingpong --hostfile "$work/hosts.txt"
no "in place" 2 "--in-place does not go with screen" screen --in-place
no "a screening against a record" 2 "--against: not of a screening" screen --against "$work/four.json"
no "hosts of two variants" 2 "--hostfile: of one variant" screen --hostfile "$work/hosts" --variant old --variant new
screen 3 -a k=sockets@lo -i 5 --sweeps 2 --variant old --variant new=EB_NEW=1 -o "$work/variants.json"
says "two variants are screened, and both are shown" 0 out "variant   old" "variant   new" "bandwidth over k"

# A rank that dies in the middle, or hangs: the rounds before are kept, and the failure says which round, and with whom
mkdir "$work/bin"
ln -s "$PWD/efabench-mpi" "$work/bin/efabench-mpi"
# interrupted SIGNAL RECORD: a screening whose last rank gets the signal once six blocks have been measured
interrupted() {
    TMPDIR=$work timeout 300 ./efabench run --launcher "mpirun --oversubscribe" -n 4 -a k=sockets@lo -w 4 -t 50 --sweeps 200 \
        --allow-same-host --timeout 5 --worker "$work/bin/efabench-mpi" -o "$2" screen > "$work/out" 2> "$work/err" &
    launch=$!
    for _ in $(seq 600); do
        blocks=$(grep -cs '"case"' "$2.journal")
        [ "${blocks:-0}" -lt 6 ] || break
        sleep 0.1
    done
    kill "-$1" "$(pids "^$work/bin/efabench-mpi .*--stream" | tail -n 1)"
    code=0
    wait $launch || code=$?
}
for signal in KILL STOP; do
    interrupted $signal "$work/$signal.json"
    is "a rank that gets SIG$signal ends the screening with an error" "$code" 2
    is "... whose finished rounds are kept" "$(python3 -c 'import json,sys
launch = json.load(open(sys.argv[1]))["launches"][0]
cases = [c for c in launch["cases"] if all(len(s["pairs"]) == 2 for s in c["sweeps"])]
print(launch["status"], len(cases) >= 3, len(cases) == len(launch["cases"]))' "$work/$signal.json")" "partial True True"
done
if grep -aqE '^efabench-mpi: (pingpong|bandwidth), arm k, [^,]*, round [012], rank [0-3] on host [^ ]+, with rank [0-3] on host [^ ]+: ' "$work/err"
then ok "... and the failure names round and peer"; else not_ok "... and the failure names round and peer" "$(head -n 5 "$work/err")"; fi
for process in $(pids "^$work/bin/efabench-mpi"); do kill -KILL "$process" 2>/dev/null; done

# Four hosts, of which one has a slow link: 1.5 MB/s, to it and from it
hosts_names="n1 n2 n3 n4"
hosts() { # hosts ARGUMENTS...: efabench run screen, one rank on each of four hosts
    run timeout 300 ./efabench run --launcher "$netlab mpirun --hostfile $work/hostfile --map-by node" --bind none -n 4 screen "$@"
}
if refused=$("$netlab" check --rate 12mbit 2>&1); then
    hosts_with="--slow n3=12mbit"
    hosts_up || not_ok "four hosts are made" "$(cat "$work/hosts")"
    printf 'n1\nn2\nn3\nn4\n' > "$work/hostfile"
    hosts -a a=sockets@a0 -a b=sockets@b0 -w 4 -i 21 --sweeps 3 -s 8,64K -o "$work/hosts.json"
    is "four hosts are screened, one rank on each" "$code" 0
    is_whole "... every two" "$work/hosts.json" "bandwidth a 65536: 3 rounds, 6 pairs
bandwidth b 65536: 3 rounds, 6 pairs
pingpong a 8: 3 rounds, 6 pairs
pingpong b 8: 3 rounds, 6 pairs"
    is "... the record says who is where" "$(python3 -c 'import json,sys
print(*[rank["host"] for rank in json.load(open(sys.argv[1]))["launches"][0]["provenance"]["ranks"]])' "$work/hosts.json")" "n1 n2 n3 n4"
    is "... and on which device" "$(python3 -c 'import json,sys
print(*[arm["attributes"]["device"] for arm in json.load(open(sys.argv[1]))["launches"][0]["arms"]])' "$work/hosts.json")" "a0 b0"
    is "... the witness knows what each host sends in each round" "$(python3 -c 'import json,sys
print(*sorted({(c["witness"]["state"], c["witness"]["device"]) for c in json.load(open(sys.argv[1]))["launches"][0]["cases"]}))' \
        "$work/hosts.json")" "('attested', 'a0') ('attested', 'b0')"
    # 4 x 64 KiB, less what a bucket holds, take 0.17 s at 1.5 MB/s
    is "... every pair with the slow link is slow, and no other is so slow" "$(python3 -c 'import json,sys
slow, rest = [], []
for c in json.load(open(sys.argv[1]))["launches"][0]["cases"]:
    if c["kernel"] == "bandwidth" and c["arm"] == "a":
        for s in c["sweeps"][1:]:
            for p in s["pairs"]: (slow if 2 in p["ranks"] else rest).append(p["median_ns"])
print(len(slow), len(rest), min(slow) > 0.14e9, sorted(rest)[len(rest) // 2] < min(slow))' "$work/hosts.json")" "6 6 True True"
    # Interfaces of other names on one host
    for net in a0 b0; do
        in_host n2 ip link set $net down
        in_host n2 ip link set $net name c-$net
        in_host n2 ip link set c-$net up
    done
    hosts -a t=ofi:tcp -i 4 --sweeps 1 -s 8,8 -o "$work/named.json"
    is "hosts whose devices have different names" "$code" 0
    is "... have them in the record, by rank" "$(python3 -c 'import json,sys
attributes = json.load(open(sys.argv[1]))["launches"][0]["arms"][0]["attributes"]
net = attributes["device"]
print(attributes["devices_by_rank"] == [net, "c-" + net, net, net])' "$work/named.json")" "True"
    printf 'n1 slots=2\nn2\nn3\n' > "$work/hostfile"
    hosts -a a=sockets@a0 -i 4
    is "two ranks on one of several hosts: exit 5" "$code" 5
    says "... it says which" 5 err "are both on host n1, and hosts are screened"
else
    ok "four hosts # SKIP $refused"
fi
finish
