#!/bin/sh
# scripts/netlab itself, and what real launches over 2 to 4 of its hosts see: that each network's bytes are its own, that hosts are in
# two subnets, that a link is no faster than it was made. tests/netlab_ena.sh holds arms on links and flows with a rate.
. "${srcdir:-.}/tests/lib.sh"
. "$srcdir/tests/hosts.sh"
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS

# Words that it does not take, whoever asks
refused() { # refused NAME TEXT ARGUMENTS...
    refused_name=$1 refused_text=$2
    shift 2
    run "$netlab" "$@"
    says "$refused_name: exit 2" 2 err "netlab: $refused_text"
}
run "$netlab" --help
says "--help" 0 out "scripts/netlab up [OPTIONS] N|HOST..." "--flow-rate" "scripts/netlab down"
refused "no command" "wanted: up, exec"
refused "an unknown command" "no such command: upp" upp
refused "no host" "up wants a number of hosts" up
refused "too many hosts" "'100' is no name of a host, and no number from 1 to 99" up 100
refused "an unknown option" "no such option of up: --rat" up 2 --rat 5gbit
refused "an option without its value" "--rate wants a value" up 2 --rate
refused "no rate" "--rate 5: '5' is no rate such as 5gbit" up 2 --rate 5
refused "a network that is not there" "--rate c0=5gbit: there is no network 'c0'" up 2 --rate c0=5gbit
refused "a host that is not there" "--slow n3=1gbit: there is no host 'n3'" up 2 --slow n3=1gbit
refused "a pair of one" "--slow n1:n1=1gbit: two hosts are wanted" up 2 --slow n1:n1=1gbit
refused "a pair on a network of flows" "--slow n1:n2=1gbit: not together with --flow-rate" up 2 --flow-rate 1gbit --slow n1:n2=1gbit
refused "one host in two subnets" "--subnets wants two hosts" up 1 --subnets
refused "a host twice" "host a is there twice" up a a
refused "a host's name with a blank" "'a b' is no name of a host" up "a b" c
refused "a host's name that is a number" "'7' is no name of a host" up 7 8
refused "a rate with a blank" "--rate 1: '1' is no rate" up 2 --rate "1 gbit"
refused "a lab's name that is a path" "'../x' is no name of a lab" down --name ../x
if [ "$(id -u)" = 0 ] && command -v setpriv > /dev/null; then
    run setpriv --reuid=65534 --clear-groups "$netlab" up 2
    says "without root: exit 77" 77 err "netlab: cannot make hosts here: root alone"
fi
if ! hosts_can; then
    ok "hosts # SKIP $("$netlab" check 2>&1)"
    finish
    exit 0
fi

# What is there of this test's labs, anywhere
left() { ls /run/netlab /run/netns 2>/dev/null | grep -e "$NETLAB_NAME" || true; }
trap '"$netlab" down; "$netlab" down --name "$NETLAB_NAME-2"; "$netlab" down --name "$NETLAB_NAME-half"; rm -rf "$work"' EXIT
run "$netlab" down
says "down without a lab" 0 out
run "$netlab" exec n1 true
says "exec without a lab: exit 2" 2 err "there is no lab $NETLAB_NAME"

# up and down
run "$netlab" up 3 --rate 800mbit --slow n2=100mbit --slow n1:n3=50mbit
says "three hosts" 0 out "n3           a0       10.77.1.3/24       800mbit" "n2           a0       10.77.1.2/24       100mbit" \
    "n1           b0       10.77.2.1/24       unshaped"
run "$netlab" up 2
says "once more: exit 2" 2 err "lab $NETLAB_NAME is there already"
run "$netlab" up --name "$NETLAB_NAME-2" --nets ens5,ens6 left right
says "another lab beside it" 0 out "left         ens5     10.77.1.1/24" "/run/netlab/$NETLAB_NAME-2/hostfile"
run "$netlab" show
says "show: both" 0 out "$NETLAB_NAME: n1 n2 n3" "$NETLAB_NAME-2: left right"
is "a host's name and a number's" "$(in_host n2 hostname) $(in_host 3 hostname) $("$netlab" exec --name "$NETLAB_NAME-2" 1 hostname)" \
    "n2 n3 left"
is "... and not this machine's" "$(uname -n)" "$(cat /proc/sys/kernel/hostname)"
is "a host's addresses" "$(in_host n3 ip -o -4 address show scope global | awk '{ print $2, $4 }' | tr '\n' ' ')" \
    "a0 10.77.1.3/24 b0 10.77.2.3/24 "
is "words go through as they are" "$(in_host n1 printf '%s|' 'a  b' "it's" '$HOME' '*')" "a  b|it's|\$HOME|*|"
run in_host n1 sh -c 'exit 23'
is "a command's exit code" "$code" 23
run "$netlab" exec n7 true
says "a host that is not there: exit 2" 2 err "has no host 'n7', but n1 n2 n3"
again timeout -k 5 60 "$netlab" mpirun -n 3 uname -n
is "mpirun: a rank on each" "$code $(grep '^n[0-9]$' "$work/out" | sort | tr '\n' ' ')" "0 n1 n2 n3 "
again in_host n1 timeout -k 5 60 sh -c 'eval "$("$0" env)"; exec mpirun -n 3 uname -n' "$netlab"
is "env: an mpirun on a host does the same" "$code $(grep '^n[0-9]$' "$work/out" | sort | tr '\n' ' ')" "0 n1 n2 n3 "

# carried HOST: what iperf3 from n1 gets to it over a0 in a second, in Mb/s. Two bursts of 128 KiB are let through beside the rate.
carried() {
    in_host "$2" iperf3 -s -1 -D -B "10.77.1.${2#n}" -I "$work/iperf3.pid" > /dev/null
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        in_host "$1" iperf3 -c "10.77.1.${2#n}" -t 2 -J > "$work/iperf3" 2>&1 && break
        sleep 0.5
    done
    awk -F'[:,]' '/"sum_received"/ { sum = 1 } sum && /bits_per_second/ { printf "%.0f\n", $2 / 1e6; exit }' "$work/iperf3"
}
# within NAME GOT LEAST MOST
within() {
    if [ -n "$2" ] && [ "$2" -ge "$3" ] && [ "$2" -le "$4" ]; then ok "$1"; else not_ok "$1" "got '$2', wanted $3 to $4"; fi
}
if command -v iperf3 > /dev/null; then
    # The most that 2 s can carry is the rate and a burst, 131072 * 8 / 2 s = 0.5 Mb/s, at each of two ends. Headers go with it.
    within "a slow host's link, in" "$(carried n1 n2)" 50 102
    within "... and out" "$(carried n2 n3)" 50 102
    within "a slow pair" "$(carried n1 n3)" 25 52
    within "... the other way too" "$(carried n3 n1)" 25 52
fi

in_host n2 sleep 1000 &
run "$netlab" down
is "down, with a command at work" "$code" 0
code=0
wait $! 2>/dev/null || code=$?
is "... which ends" "$([ $code = 143 ] || [ $code = 137 ] && echo yes)" yes # told to, or, where that takes long, killed
is "... the other lab stays" "$("$netlab" exec --name "$NETLAB_NAME-2" right hostname)" right
run "$netlab" down --name "$NETLAB_NAME-2"
is "... until it is taken down, and nothing is left of either" "$code$(left)" 0
run "$netlab" down
is "down twice" "$code" 0

# up that fails half-way, at every word that it has for the kernel, leaves nothing
mkdir "$work/bin"
for tool in ip tc; do
    cat > "$work/bin/$tool" << END
#!/bin/sh
case "\$*" in "netns delete "*) exec "$(command -v $tool)" "\$@" ;; esac # what fails to go stays, whoever is at fault
echo . >> "$work/calls"
[ "\$(wc -l < "$work/calls")" != "\$FAIL_AT" ] || { echo "out of luck" >&2; exit 1; }
exec "$(command -v $tool)" "\$@"
END
    chmod +x "$work/bin/$tool"
done
try_half() {
    : > "$work/calls"
    PATH=$work/bin:$PATH FAIL_AT=$1 run "$netlab" up --name "$NETLAB_NAME-half" 2 --rate 1gbit --slow n1:n2=10mbit --subnets
}
try_half 0
is "up, counted" "$code" 0
"$netlab" down --name "$NETLAB_NAME-half"
calls=$(wc -l < "$work/calls")
wrong_at=
at=1
while [ $at -le "$calls" ]; do
    try_half $at
    { [ $code -eq 2 ] || [ $code -eq 77 ]; } && [ -z "$(left)" ] || wrong_at="$wrong_at $at($code)"
    "$netlab" down --name "$NETLAB_NAME-half"
    at=$((at + 3))
done
is "up that fails at one of its $calls calls leaves nothing" "$wrong_at" ""
ip netns add "$NETLAB_NAME-half-n2"
run "$netlab" up --name "$NETLAB_NAME-half" 2
says "a namespace that is not of the lab: exit 2" 2 err "there is a network namespace $NETLAB_NAME-half-n2 that is not of this lab"
is "... and stays, alone" "$(left)" "$NETLAB_NAME-half-n2"
ip netns delete "$NETLAB_NAME-half-n2"
finish
