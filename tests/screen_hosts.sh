#!/bin/sh
# Screening as a whole, from launches over four hosts of scripts/netlab to the name of who is slow: nobody, a host, a link, a NIC.
# Links have rates at which the bytes wait for the link and not for a core: messages are as long as what a link lets through
# at once (128 KiB), and slow is three times slower, against a --delta of 50%, so that cores that others use too decide nothing.
. "${srcdir:-.}/tests/lib.sh"
. "$srcdir/tests/hosts.sh"
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS
hosts_names=4
refused=$("$netlab" check --rate 100mbit --slow n1:n4=30mbit $hosts_names 2>&1) || { echo "1..0 # SKIP $refused"; exit 77; }

# screened RECORD ARGUMENTS...: one rank on each of the four hosts
screened() {
    screened_record=$work/$1
    shift
    run timeout 300 ./efabench run screen --launcher "$netlab mpirun --" -n 4 --bind none -w 1 -s 128K -i 5 \
        -o "$screened_record" "$@"
}

# judged NAME RECORD CODE TEXT...: what efabench screen says of it
judged() {
    judged_name=$1 judged_record=$2 judged_code=$3
    shift 3
    run ./efabench screen "$work/$judged_record" --delta 50 --hostfile "$work/$judged_record.hosts"
    says "$judged_name" "$judged_code" out "$@"
}

# hosts_of RECORD: those of its hostfile in one line
hosts_of() { grep -v '^#' "$work/$1.hosts" | tr '\n' ' '; }

# Links that are alike, over two networks
hosts_with="--rate 100mbit --rate b0=100mbit"
hosts_up || not_ok "four hosts are made" "$(cat "$work/hosts")"
screened alike.json --arm ena=sockets@a0 --arm second=sockets@b0 --hostfile "$work/good.hosts"
is "four hosts whose links are alike are screened" "$code" 0
run ./efabench screen "$work/alike.json" --delta 50 --hostfile "$work/alike.json.hosts"
case $code in 0 | 3) ok "... nobody is named" ;; *) not_ok "... nobody is named" "exit code $code" "$(cat "$work/out")" ;; esac
is "... and all four are left" "$(hosts_of alike.json)" "n1 n2 n3 n4 "

# A host that is slow on both networks
hosts_with="--rate 100mbit --rate b0=100mbit --slow n3=30mbit --slow n3@b0=30mbit"
hosts_up || not_ok "four hosts are made" "$(cat "$work/hosts")"
screened host.json --arm ena=sockets@a0 --arm second=sockets@b0 --hostfile "$work/good.hosts"
says "a slow host: the run measures, and ends as runs do" 0 out "host n3" "bandwidth over ena"
is "... its hostfile is without it" "$(grep -c '^n3' "$work/good.hosts")" 0
judged "... it is named" host.json 1 "SLOW: host n3, of 4 hosts with 6 links."
joined=$(tr -s ' \n' ' ' < "$work/out")
case $joined in *"- host n3: "*"bandwidth over ena 0."*" MB/s, the other 3 pairs "*) ok "... by its bandwidth, beside the others'" ;;
*) not_ok "... by its bandwidth, beside the others'" "$joined" ;; esac
case $joined in *"- host n3: "*"bandwidth over second 0."*) ok "... over both networks" ;; *) not_ok "... over both networks" "$joined" ;; esac
is "... the other three are left" "$(hosts_of host.json)" "n1 n2 n4 "
again timeout -k 5 60 "$netlab" mpirun --hostfile "$work/host.json.hosts" --map-by node -n 3 hostname
is "... mpirun starts on them" "$code $(sort "$work/out" | tr '\n' ' ')" "0 n1 n2 n4 "
run timeout 300 ./efabench run screen --launcher "$netlab mpirun --hostfile $work/host.json.hosts --map-by node" -n 3 --bind none -w 1 -s 128K -i 5 \
    --arm ena=sockets@a0 -o "$work/three.json"
is "... and so does another screening" "$code" 0
run ./efabench screen "$work/three.json" --delta 50
case $code in 0 | 3) ok "... in which nobody is named" ;; *) not_ok "... in which nobody is named" "exit code $code" "$(cat "$work/out")" ;; esac

# The same figures in every format. tests/screen_same.py reads them as others would
if ./efabench screen "$work/host.json" --delta 50 --format csv -o "$work/pairs.csv"; then :; fi
if ./efabench screen "$work/host.json" --delta 50 --format json -o "$work/screen.json"; then :; fi
if ./efabench screen "$work/host.json" --delta 50 -o "$work/screen.txt"; then :; fi
run ./efabench report "$work/host.json" --format html -o "$work/page.html"
is "the record as a page" "$code" 0
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
is "text, CSV, JSON and page show the same figures, of four tables with 6 pairs" \
    "$(python3 "$srcdir/tests/screen_same.py" "$work/screen.txt" "$work/pairs.csv" "$work/screen.json" "$work/page.html" 2>&1)" "4 tables, 24 pairs"
is "... arms in the order in which they were given" "$(sed -n 's/^\([a-z]* over [a-z]*\) (.*/\1/p' "$work/screen.txt" | tr '\n' ',')" \
    "pingpong over ena,pingpong over second,bandwidth over ena,bandwidth over second,"
is "nothing of the page is wrong" "$(python3 "$srcdir/tests/page_check.py" "$work/page.html" | grep wrong)" ""

# One pair that is slow, over one network
hosts_with="--rate 100mbit --slow n1:n4=30mbit"
hosts_up || not_ok "four hosts are made" "$(cat "$work/hosts")"
screened link.json --sweeps 7 --arm ena=sockets@a0
is "a slow link is screened" "$code" 0
judged "... the link is named, and no host" link.json 1 "SLOW: the link n1 - n4, of 4 hosts with 6 links."
case "$(hosts_of link.json)" in
"n2 n3 n4 " | "n1 n2 n3 ") ok "... one end of it is left out" ;;
*) not_ok "... one end of it is left out" "$(cat "$work/link.json.hosts")" ;;
esac

# A host that is slow on one of two networks
hosts_with="--rate 100mbit --rate b0=100mbit --slow n2=30mbit"
hosts_up || not_ok "four hosts are made" "$(cat "$work/hosts")"
screened nic.json --arm ena=sockets@a0 --arm second=sockets@b0
is "a slow NIC is screened" "$code" 0
judged "... the NIC is named, and not its host" nic.json 1 "SLOW: host n2's NIC a0, of 4 hosts with 6 links."
case $(tr -s ' \n' ' ' < "$work/out") in *"bandwidth over ena 0."*"not slower: latency over second, bandwidth over second."*) ok "... by what is slow over a0, and not over b0" ;;
*) not_ok "... by what is slow over a0, and not over b0" "$(cat "$work/out")" ;; esac
is "... its host is left out" "$(hosts_of nic.json)" "n1 n3 n4 "
finish
