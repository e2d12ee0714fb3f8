#!/bin/sh
# The page in a real browser: plots with as many points as the data has, readable at 360 and 1400 pixels, light, dark and on
# paper, hovering, keyboard. Screenshots are kept in screenshots/ of the build folder: whoever changes the page looks at them.
# What is looked at is in tests/browser.py; this script makes the pages, and counts what must be on them.
. "${srcdir:-.}/tests/lib.sh"
missing=
for tool in gnuplot chromium chromedriver python3; do command -v $tool > /dev/null || missing="$missing $tool"; done
[ -z "$missing" ] || { echo "1..0 # SKIP missing:$missing"; exit 77; }
bail() { echo "Bail out! $*"; exit 1; }
shots=$PWD/screenshots
rm -rf "$shots"

# page NAME RECORD [OPTION...]: $work/NAME.html and $work/NAME.csv
page() {
    page_name=$1 page_record=$2
    shift 2
    ./efabench report "$page_record" --format html -o "$work/$page_name.html" "$@" || bail "no page of $page_name"
    ./efabench report "$page_record" -f csv 2> /dev/null > "$work/$page_name.csv"
}

# series NAME CONDITION: lines of the CSV
series() { awk -F, "NR > 1 && ($2)" "$work/$1.csv" | wc -l; }

# counts NAME ID=NUMBER...: what browser.py is to find
counts() {
    counts_name=$1
    shift
    printf '%s\n' "$@" | awk -F= -v rows="$(series "$counts_name" 1)" '
        { list = list (NR > 1 ? ", " : "") "\"" $1 "\": " $2 }
        END { print "{\"points\": {" list "}, \"rows\": " rows "}" }' > "$work/$counts_name.json"
}

# What others published: no samples, no launches.
page published "$srcdir/results/baselines/c5n.18xlarge-2019.json"
base='$3 != "efa"'
counts published latency="$(series published '$7 == "half_rtt"')" \
    bandwidth-2ranks="$(series published '$1 == "bandwidth" && $6 == 2')" \
    bandwidth-72ranks="$(series published '$1 == "bandwidth" && $6 == 72')" \
    bibandwidth="$(series published '$1 == "bibandwidth"')" allreduce="$(series published '$1 == "allreduce"')"

# Made up: three arms, four kernels, seven launches, one kilobyte beyond which another arm wins; and the nights before.
awk -v launches=7 -v arms="ena efa ena8" -v kernels="pingpong bandwidth message_rate allreduce" -v bins=101 -v noise=0.01 \
    -v sizes="1 64 1024 8192 65536 1048576 4194304" -v times="efa:*:*:0.6 efa:*:1048576:1.9 efa:*:4194304:2.1 ena8:*:*:0.8" \
    -f "$srcdir/tests/make_record.awk" < /dev/null > "$work/record.json"
mkdir "$work/nights"
./make_nights "$work/nights" count=40 series=4 shift=8 since=30
set --
if ./efabench history "$work/nights.db" add "$work"/nights/*.json > /dev/null 2> "$work/err"; then set -- --history "$work/nights.db"
else grep -q 'without SQLite' "$work/err" || bail "no history: $(cat "$work/err")"; fi
page made "$work/record.json" -b ena "$@"
# A histogram of 101 bins, a triangle, is 51 * 51 samples; of seven launches 18207, enough for 0, 50, 75, 90, 95, 99 and 99.9%
# (2995 are needed), too few for 99.99% (29956).
base='$3 != "ena"'
counts made latency="$(series made '$7 == "half_rtt"')" bandwidth="$(series made '$1 == "bandwidth"')" \
    message-rate="$(series made '$7 == "message_rate"')" allreduce="$(series made '$7 == "time"')" \
    ratio-latency="$(series made "\$7 == \"half_rtt\" && $base")" ratio-bandwidth="$(series made "\$1 == \"bandwidth\" && $base")" \
    tail-1B=$((7 * 3)) tail-8KiB=$((7 * 3)) tail-4MiB=$((7 * 3)) launches-latency=$((7 * 3)) launches-bandwidth=$((7 * 3)) launches-allreduce=$((7 * 3))

# Hostile names everywhere, and warnings.
sed -e 's,"node1","<script>alert(1)</script>",g' -e 's,"ena8","ena<b>\&'"'"'`x`",g' -e 's,"attested","unattested",g' \
    -e 's,"status":"complete","status":"partial",' "$work/record.json" > "$work/hostile-record.json"
page hostile "$work/hostile-record.json"
counts hostile latency="$(series hostile '$7 == "half_rtt"')"

# All pairs of sixteen hosts.
awk -v arms="tcp=eth0 efa=rdma0" -v hosts=16 -v slow="n3:*:efa:1.4 n2-n7:bandwidth:tcp:1.6 n9:bandwidth:tcp:1.08" \
    -f "$srcdir/tests/make_screen.awk" < /dev/null > "$work/screening-record.json"
page screening "$work/screening-record.json" -b tcp
base='$3 != "tcp"'
counts screening latency="$(series screening '$7 == "half_rtt"')" bandwidth="$(series screening '$1 == "bandwidth"')"

PYTHONDONTWRITEBYTECODE=1 python3 "$srcdir/tests/browser.py" "$shots" "$work/published.html" "$work/made.html" "$work/hostile.html" \
    "$work/screening.html" ||
    bail "the browser's check ended early"
