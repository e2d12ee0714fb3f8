#!/bin/sh
# efabench adapters as its users meet it: on this machine, on trees that stand for others, for types by name.
. "${srcdir:-.}/tests/lib.sh"

# device ROOT CLASS NAME DRIVER PCI VENDOR DEVICE NUMA: a device of sysfs below ROOT
device() {
    pci=$1/sys/devices/pci0000:00/$5
    mkdir -p "$pci/$2/$3" "$1/sys/class/$2" "$1/sys/bus/pci/drivers/$4"
    ln -s "../../devices/pci0000:00/$5/$2/$3" "$1/sys/class/$2/$3"
    ln -s "../../../$5" "$pci/$2/$3/device"
    [ -e "$pci/driver" ] || ln -s "../../../bus/pci/drivers/$4" "$pci/driver"
    echo "$6" > "$pci/vendor"
    echo "$7" > "$pci/device"
    echo "$8" > "$pci/numa_node"
}

# machine ROOT TYPE: what DMI says
machine() {
    mkdir -p "$1/sys/devices/virtual/dmi/id"
    echo "$2" > "$1/sys/devices/virtual/dmi/id/product_name"
    echo "Amazon EC2" > "$1/sys/devices/virtual/dmi/id/sys_vendor"
    echo "i-0123456789abcdef0" > "$1/sys/devices/virtual/dmi/id/board_asset_tag"
}

# in_80_columns NAME: no line of the last run is wider than a terminal
in_80_columns() {
    is "$1" "$(awk 'length > 80' "$work/out" | head -n 1)" ""
}

run ./efabench --help
says "the command is listed" 0 out "adapters"
run ./efabench adapters --help
says "adapters --help lists its options" 0 out "--instance" "--sysroot" "--format" "Example"

run ./efabench adapters
says "without options: what each is, what is here, what was measured, and the sources" 0 out \
    "ixgbevf" "8086:10ed" "This machine" "Measured by others" "Sources" "EC2 User Guide"
in_80_columns "... in 80 columns"
is "... this machine first" "$(head -n 1 "$work/out")" "This machine"
is "... the types that have EFA, by number and rate" "$(grep -E '^ 2,  200 Gb/s|^ 1,   75 Gb/s|^32, 3200 Gb/s' "$work/out" | tr -s ' ')" \
    " 1, 75 Gb/s m8a.48xlarge
 2, 200 Gb/s c6in.32xlarge hpc6id.32xlarge m6in.32xlarge r6in.32xlarge
32, 3200 Gb/s p5.48xlarge p5e.48xlarge"

run ./efabench adapters --instance c5n.18xlarge
says "c5n.18xlarge: one EFA, 100 Gb/s = 12.5 GB/s, the caps of one flow, what others measured" 0 out \
    "1 device, 100 Gb/s = 12.5 GB/s" "5 Gb/s = 0.625 GB/s" "10 Gb/s = 1.25 GB/s" "25 Gb/s = 3.125 GB/s" \
    "16.1 us" "9146 MB/s" "34.8 us" "aws/karpenter-provider-aws, instance-types.md" "JiaweiZhuang/aws-mpi-benchmark"
in_80_columns "... in 80 columns"
says "... means of nine runs, and the best as such" 0 out "36 pairs, mean of nine runs        12.1 GB/s" \
    "36 pairs, best run of nine, above  13.2 GB/s" "where the types"
is "... and nothing of this machine" "$(grep -c 'This machine' "$work/out")" 0
run ./efabench adapters --instance p5.48xlarge
says "p5.48xlarge: 32 EFA, 3200 Gb/s = 400 GB/s, 800 Gb/s for IP, no figure of its own" 0 out \
    "32 devices, 3200 Gb/s = 400 GB/s" "800 Gb/s = 100 GB/s" "Of p5.48xlarge itself nobody" "below about 9 us"
run ./efabench adapters --instance c5.4xlarge
says "c5.4xlarge: no EFA, a baseline of 5 Gb/s" 0 out "none" "baseline    5 Gb/s = 0.625 GB/s" "5 to 60"
is "... whose flows come to 5 and 10 Gb/s, not to 25" "$(grep -oE '[0-9]+ Gb/s = [0-9.]+ GB/s: one' "$work/out" | cut -d' ' -f1 | tr '\n' ' ')" "5 10 "
run ./efabench adapters --instance c5n.large
says "c5n.large: nobody says what it reaches" 0 out "or less: what the type reaches at most, no source says"
run ./efabench adapters --instance t3.large
says "t3.large: ENA Express is under a condition" 0 out "where the types" "or less"
is "... no cluster placement group takes it" "$(grep -c 'placement group' "$work/out")" 0
run ./efabench adapters --instance hpc7g.16xlarge
says "hpc7g.16xlarge: of newer types no latency is published" 0 out "of newer ones nobody published any" "allows them 5 us"
run ./efabench adapters --instance m4.10xlarge
says "m4.10xlarge: 82599 VF at 10 Gb/s" 0 out "82599 VF, 10 Gb/s = 1.25 GB/s"

run ./efabench adapters --instance c5n.19xlarge
says "an unknown type: exit 2, named, with the nearest" 2 err "'c5n.19xlarge'" "c5n.18xlarge"
one_line "... in one line" "c5n.19xlarge"
run ./efabench adapters --instance "$(printf 'c5n\033[31m')"
is "a type's control characters do not reach the terminal" "$code,$(tr -d '\040-\176\n' < "$work/err" | wc -c)" 2,0
run ./efabench adapters --instance ""
says "an empty type" 2 err "''"
run ./efabench adapters --instance "$(printf 'x%.0s' $(seq 5000))"
says "a type of 5000 letters" 2 err "the nearest are"
run ./efabench adapters --format csv
says "an unknown format is named" 2 err "'csv'" "text and json"
run ./efabench adapters c5n.18xlarge
says "a word is none of its options" 2 err "'c5n.18xlarge'"
run ./efabench adapters --sysroot "$work/nowhere"
says "a tree that is not there is named" 2 err "$work/nowhere"
run ./efabench adapters --sysroot "$work" --instance c5n.18xlarge
says "a type and a tree at once" 2 err "--instance" "--sysroot"

root=$work/c5n
machine "$root" c5n.18xlarge
device "$root" net ens5 ena 0000:00:05.0 0x1d0f 0xec20 0
echo 9001 > "$root/sys/class/net/ens5/mtu"
echo up > "$root/sys/class/net/ens5/operstate"
device "$root" infiniband rdmap0s6 efa 0000:00:06.0 0x1d0f 0xefa1 1
run ./efabench adapters --sysroot "$root"
says "a c5n.18xlarge with its devices and what to expect of it" 0 out \
    "c5n.18xlarge, Amazon EC2, i-0123456789abcdef0" "1 of 1 EFA devices are here" "12.5 GB/s"
in_80_columns "... in 80 columns"
is "... which lacks nothing" "$(grep -c doctor "$work/out")" 0
is "... the ENA: driver, PCI address and ids, NUMA node, MTU, state" \
    "$(awk '$1 == "ens5" {print $2, $3, $4, $5, $6, $7, $8}' "$work/out")" "ena ena 0000:00:05.0 1d0f:ec20 0 9001 up"
says "... no speed, which no device tells" 0 out "None of them tells its speed"
is "... the EFA, on the other node" \
    "$(awk '$1 == "rdmap0s6" {print $2, $3, $4, $5, $6}' "$work/out")" "efa efa 0000:00:06.0 1d0f:efa1 1"

echo 25000 > "$root/sys/class/net/ens5/speed"
run ./efabench adapters --sysroot "$root"
is "a speed that is told" "$(awk '$1 == "ens5" {print $7, $8, $9}' "$work/out")" "25 Gb/s 9001"

root=$work/p5
machine "$root" p5.48xlarge
device "$root" net ens32 ena 0000:00:05.0 0x1d0f 0xec20 0
for i in $(seq 31); do device "$root" infiniband "rdmap${i}s0" efa "0000:$(printf %02x "$i"):00.0" 0x1d0f 0xefa2 0; done
run ./efabench adapters --sysroot "$root"
says "a p5.48xlarge that lacks an EFA" 0 out '31 of 32 EFA devices are here: `efabench doctor`'

root=$work/vf
machine "$root" c4.8xlarge
device "$root" net ens3 ixgbevf 0000:00:03.0 0x8086 0x10ed 0
run ./efabench adapters --sysroot "$root"
is "an 82599 VF" "$(awk '$1 == "ens3" {print $2, $5}' "$work/out")" "82599vf 8086:10ed"
says "... at 10 Gb/s" 0 out "82599 VF, 10 Gb/s"

root=$work/new
machine "$root" z99.48xlarge
run ./efabench adapters --sysroot "$root"
says "a type that the catalogue does not have, without any device" 0 out "no network device at all" \
    "does not have this instance type"
mkdir "$work/bare"
run ./efabench adapters --sysroot "$work/bare"
says "a tree with nothing in it" 0 out "no EC2 instance that says so"

if command -v python3 >/dev/null; then
    run ./efabench adapters --sysroot "$work/c5n" --format json
    is "the JSON: every figure beside its source, this machine's devices" "$(python3 - "$work/out" << 'END'
import json, sys
d = json.load(open(sys.argv[1]))
def sources(x):
    if isinstance(x, list):
        return all(map(sources, x))
    if isinstance(x, dict):
        return ("source" not in x or len(x["source"]) > 9) and all(map(sources, x.values()))
    return True
assert d["schema"] == "efabench-adapters/1"
assert [a["name"] for a in d["adapters"]] == ["eni", "ena", "82599vf", "efa"]
assert all("source" in x for k in ("flow_caps", "limits", "measured", "instances") for x in d[k])
assert all("source" in a[k] for a in d["adapters"] for k in ("pci", "bandwidth", "bypass", "instances", "attach", "use"))
assert sources(d)
e = [x for x in d["machine"]["devices"] if x["rdma"]][0]
print(d["instance"]["name"], e["name"], e["adapter"], e["pci_device"] == 0xefa1, e["numa_node"], e["speed_mbps"])
END
)" "c5n.18xlarge rdmap0s6 efa True 1 None"
    run ./efabench adapters --instance c5.4xlarge --format json
    is "... caps that a type comes to" "$(python3 -c 'import json, sys
print([c["gbps"] for c in json.load(open(sys.argv[1]))["flow_caps"]])' "$work/out")" "[5.0, 10.0]"
    run ./efabench adapters --instance p4d.24xlarge --format json
    is "... of a type" "$(python3 - "$work/out" << 'END'
import json, sys
d = json.load(open(sys.argv[1]))
i = d["instance"]
print(i["name"], i["efa_count"], i["efa_gbps"], i["efa_gigabytes_per_s"], i["baseline_gbps"], d["machine"],
      [m["low"] for m in d["measured"] if m["instance"]])
END
)" "p4d.24xlarge 4 400.0 50.0 None None [330.0, 252.0]"
fi
if [ -e /dev/full ]; then
    code=0
    ./efabench adapters > /dev/full 2> "$work/err" || code=$?
    : > "$work/out"
    says "a full disk behind standard output is said" 2 err "efabench adapters:"
fi
finish
