#!/bin/sh
# efabench import on what the other tools really print here: loopback, behaviour, no timing.
. "${srcdir:-.}/tests/lib.sh"
port=$((20000 + $$ % 20000))

# answers NAME SERVER_COMMAND -- CLIENT_COMMAND: the client's output in $work/NAME. Both are started again where the
# server was not ready: some serve one client only, and a failed one ends them.
answers() {
    name=$1
    shift
    server=
    while [ "$1" != -- ]; do server="$server $1"; shift; done
    shift
    for pause in 0.5 1 2 4; do
        # shellcheck disable=SC2086
        timeout 60 $server > "$work/server" 2>&1 &
        server_pid=$!
        sleep $pause
        client_code=0
        timeout 10 "$@" > "$work/$name" 2>&1 || client_code=$?
        kill $server_pid 2>/dev/null
        wait $server_pid 2>/dev/null
        # fi_pingpong may print its table and then never end.
        [ $client_code -ne 0 ] && ! grep -q '^64 ' "$work/$name" || break
    done
    return 0
}

# field FILE COLUMN: of the only line of figures of a report
field() { ./efabench report "$1" -f csv | tail -n 1 | cut -d, -f"$2"; }

# near GOT WANTED: within a thousandth
near() { awk -v got="$1" -v wanted="$2" 'BEGIN { print((got > 0.999 * wanted && got < 1.001 * wanted) ? "near" : (got " for " wanted)) }'; }

run ./efabench import --help
says "the importers are listed" 0 out imb fabtests sockperf iperf3

if command -v iperf3 >/dev/null; then
    answers one.json iperf3 -s -1 -p $port -- iperf3 -c 127.0.0.1 -p $port -t 1 -J
    run ./efabench import iperf3 "$work/one.json" -o "$work/one"
    says "iperf3 --json" 0 err "1 figure"
    wanted=$(sed -n '/"sum_received"/,/}/s/.*"bits_per_second":[^0-9]*\([0-9.e+]*\).*/\1/p' "$work/one.json" | head -n 1)
    is "what was received is the bandwidth" \
        "$(near "$(field "$work/one" 11)" "$(awk -v bits="$wanted" 'BEGIN { print bits / 8e6 }')")" near
    answers three.json iperf3 -s -1 -p $((port + 1)) -- iperf3 -c 127.0.0.1 -p $((port + 1)) -t 1 -P 3 -R -J
    run ./efabench import iperf3 "$work/three.json" -o "$work/three"
    says "iperf3 -P 3 -R --json" 0 err "1 figure"
    is "its streams are flows" "$(grep -c '"flows": *"3"' "$work/three")" 1
    run ./efabench import iperf3 "$work/three.json" --arm ena=sockets@ena,flows=1
    says "three flows are not one" 4 err "flows=3" "flows=1"
    answers both.json iperf3 -s -1 -p $((port + 2)) -- iperf3 -c 127.0.0.1 -p $((port + 2)) -t 1 --bidir -J
    run ./efabench import iperf3 "$work/both.json" -o "$work/both"
    says "iperf3 --bidir --json" 0 err "1 figure"
    is "... is a bibandwidth" "$(field "$work/both" 1)" bibandwidth
    iperf3 -c 127.0.0.1 -p 1 -J > "$work/failed.json" 2>/dev/null
    run ./efabench import iperf3 "$work/failed.json"
    says "a run that failed is refused with iperf3's words" 4 err "unable to connect"
else
    ok "iperf3 is not here # SKIP"
fi

if command -v sockperf >/dev/null; then
    answers pp.txt sockperf server -i 127.0.0.1 -p $((port + 3)) -- \
        sockperf ping-pong -i 127.0.0.1 -p $((port + 3)) -m 64 -t 1
    run ./efabench import sockperf "$work/pp.txt"
    says "without its command line nobody knows the size" 4 err "the size of the messages"
    { echo "$ sockperf ping-pong -i 127.0.0.1 -m 64 -t 1"; cat "$work/pp.txt"; } > "$work/pp"
    run ./efabench import sockperf "$work/pp" -o "$work/pp.json"
    says "sockperf ping-pong" 0 err "sockperf" "1 figure"
    wanted=$(sed -n 's/.*Summary: Latency is \([0-9.]*\) usec.*/\1/p' "$work/pp.txt")
    is "its latency is half a round trip of 64 bytes" \
        "$(field "$work/pp.json" 5,7),$(near "$(field "$work/pp.json" 11)" "$wanted")" "64,half_rtt,near"
    answers tp.txt sockperf server -i 127.0.0.1 -p $((port + 4)) -- \
        sockperf throughput -i 127.0.0.1 -p $((port + 4)) -m 1400 -t 1
    run ./efabench import sockperf "$work/tp.txt" -o "$work/tp.json"
    says "sockperf throughput" 0 err "2 figures" "nothing says that it arrived"
    wanted=$(sed -n 's/.*Message Rate is \([0-9]*\).*/\1/p' "$work/tp.txt")
    is "its message rate" "$(near "$(field "$work/tp.json" 11)" "$wanted")" near
else
    ok "sockperf is not here # SKIP"
fi

if command -v fi_pingpong >/dev/null; then
    answers fi.txt fi_pingpong -p tcp -e rdm -B $((port + 5)) -- \
        stdbuf -oL fi_pingpong -p tcp -e rdm -P $((port + 5)) -S 64 -I 10 127.0.0.1
    run ./efabench import fabtests "$work/fi.txt" -o "$work/fi.json"
    says "fi_pingpong" 0 err "1 figure"
    wanted=$(awk '$1 == "64" { print $7 }' "$work/fi.txt")
    is "its usec/xfer is half a round trip of 64 bytes" \
        "$(field "$work/fi.json" 1,5,7),$(near "$(field "$work/fi.json" 11)" "$wanted")" "pingpong,64,half_rtt,near"
else
    ok "fi_pingpong is not here # SKIP"
fi
finish
