#!/bin/sh
# The pages of docs/: every sh block of a page is run as it stands, one after the other, in one shell with `set -e`, in a fresh
# directory that stands for the top of the source tree.
#
#   c      is put into the file that its first line names, diff is given to patch -p1: so a page can change a copy of the tree
#   text   is what was seen, once; it is not held against this run
#   console  is what can be done on other machines alone, and is not run: how many there are is counted below
#
# A page that wants two hosts gets them from scripts/netlab: network namespaces node1 and node2, the stand-in of
# libfabric's efa provider as their EFA, and an mpirun that reaches them as ssh would. What the page says is not changed.
. "${srcdir:-.}/tests/lib.sh"
# Its commands are those of the other tests; once in CI they are run to the letter, and that takes minutes.
if grep -q fsanitize Makefile; then echo "1..0 # SKIP built with sanitizers, under which the other tests run its commands"; exit 77; fi
. "$srcdir/tests/hosts.sh"
ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0 # what is preloaded comes before it
OMPI_MCA_rmaps_base_oversubscribe=1
PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe
export ASAN_OPTIONS OMPI_MCA_rmaps_base_oversubscribe PRTE_MCA_rmaps_default_mapping_policy
unset GITHUB_STEP_SUMMARY EFABENCH_DOCS_PAGE
builddir=$PWD
top=$(cd "$srcdir" && pwd)
docs=$top/docs
only=${1:-} # a page's name without .md, by hand: srcdir=.. ../tests/docs.sh first-run

# blocks PAGE: its blocks as one script. What is done is told by the number of the block's first line in $AT.
blocks() {
    awk -v page="$1" '
        function begin() { printf "echo %d > \"$AT\"\n", NR + 1 }
        inside && /^```$/ {
            if (kind == "c" || kind == "diff") print "END_OF_THE_BLOCK"
            inside = 0
            next
        }
        inside && kind == "sh" { print; next }
        inside && kind == "c" && first {
            first = 0
            file = $2
            if ($0 !~ /^\/\* [a-z0-9_\/]+\.[ch] \*\/$/) { print "echo \"a c block whose first line names no file\" >&2; exit 1"; file = "/dev/null" }
            printf "mkdir -p \"$(dirname %s)\"\ncat > %s << '\''END_OF_THE_BLOCK'\''\n", file, file
            next
        }
        inside && (kind == "c" || kind == "diff") { print; next }
        inside { next }
        /^ *```/ {
            inside = first = 1
            kind = substr($0, 4)
            if (kind == "sh" || kind == "c" || kind == "diff") begin()
            if (kind == "diff") print "patch -s -p1 << '\''END_OF_THE_BLOCK'\''"
        }' "$1"
}

# What is fenced is of a kind that this test knows
for page in "$docs"/*.md; do
    is "${page##*/}: blocks are of known kinds" \
        "$(awk '/^ *```/ { if (!inside && $0 !~ /^```(sh|c|diff|text|console|crontab|yaml|ini)$/) print FNR ": " $0; inside = !inside }
            END { if (inside) print "one is not closed" }' "$page")" ""
    is "${page##*/}: what it links to is there" "$(grep -o '](\([^)#:]*\)[#)]' "$page" | sed 's/^](//; s/[#)]$//' | sort -u | while read -r link; do
        [ -z "$link" ] || [ -e "$docs/$link" ] || echo "$link"
    done)" ""
done
is "blocks that no test can run" "$(cat "$docs"/*.md | grep -c '^```console$')" 9
is "every page is in the index" "$(for page in "$docs"/*.md; do
    page=${page##*/}
    [ "$page" = README.md ] || grep -qF "]($page)" "$docs/README.md" || echo "$page"
done)" ""

# tree DIR: stands for the top of the source tree
tree() {
    mkdir "$1"
    for part in results scripts tests docs; do ln -s "$top/$part" "$1/$part"; done
    ln -s "$builddir" "$1/build"
}

# whole_tree DIR: a copy of it, with the build, so that make finds everything done. 1 where the build is not below its source.
whole_tree() {
    case $srcdir in
    .. | ../..) ;;
    *) return 1 ;;
    esac
    mkdir "$1"
    for part in Makefile.am Makefile.in aclocal.m4 build-aux config.h.in configure configure.ac results scripts src; do
        cp -a "$top/$part" "$1" || return 1
    done
    mkdir "$1/tests"
    cp -a "$top"/tests/*.[ch] "$top"/tests/*.sh "$top"/tests/*.awk "$top/tests/standin" "$top/tests/evaluate" "$1/tests" || return 1
    for part in docs README.md HACKING.md CHANGES LICENSE; do ln -s "$top/$part" "$1/$part"; done
    chmod -R u+w "$1"
    whole_build=$1/build
    if [ "$srcdir" = ../.. ]; then
        mkdir "$1/_build"
        ln -s _build/sub "$1/build"
        whole_build=$1/_build/sub
    fi
    cp -a "$builddir" "$whole_build" && rm -f "$whole_build"/*.log "$whole_build"/*.trs
}

# page NAME [COMMAND...]: runs the page in $page_dir, below COMMAND
page() {
    page_name=$1
    shift
    [ -z "$only" ] || [ "$only" = "$page_name" ] || return 0
    page_dir=$work/$page_name
    blocks "$docs/$page_name.md" > "$work/$page_name.sh"
    began=$(date +%s)
    (
        cd "$page_dir" || exit 2
        AT=$work/at HOME=$page_dir TMPDIR=$work
        export AT HOME TMPDIR
        exec timeout 300 "$@" sh -e "$work/$page_name.sh"
    ) < /dev/null > "$work/$page_name.out" 2>&1
    code=$?
    if [ $code -eq 0 ]; then ok "docs/$page_name.md ($(($(date +%s) - began)) s)"
    else not_ok "docs/$page_name.md, the block at line $(cat "$work/at"): exit code $code" "$(tail -n 25 "$work/$page_name.out")"
    fi
    [ -z "${KEEP:-}" ] || cp "$work/$page_name.out" "$KEEP/"
}

skip() { # skip NAME REASON
    [ -n "$only" ] && [ "$only" != "$1" ] || ok "docs/$1.md # SKIP $2"
}

# contains NAME FILE TEXT...: what a page has made has what it says of it
contains() {
    [ -z "$only" ] || [ "$only" = "$page_name" ] || return 0
    contains_name=$1 contains_file=$2
    shift 2
    for text; do
        if ! grep -qF -e "$text" "$contains_file"; then
            not_ok "$contains_name" "'$text' is not in $contains_file"
            return
        fi
    done
    ok "$contains_name"
}

# Pages on one host
tree "$work/aws"
if python3 -c 'import yaml' 2>/dev/null; then page aws
else skip aws "no yaml of python3"
fi
for name in two-libfabrics nightly-gate reading-the-report screening; do tree "$work/$name"; done
# Two builds: the one that there is, twice.
for build in good new; do
    mkdir -p "$work/two-libfabrics/libfabric-$build/lib"
    cp -L "$(ldd efabench-mpi | awk '$1 == "libfabric.so.1" { print $3 }')" "$work/two-libfabrics/libfabric-$build/lib/libfabric.so.1"
done
if [ -e slow_send.so ]; then
    page two-libfabrics
    contains "... each variant loaded its own" "$work/two-libfabrics.out" "8 \"libfabric_path\":\"$work/two-libfabrics/libfabric-good/lib" \
        "8 \"libfabric_path\":\"$work/two-libfabrics/libfabric-new/lib"
    contains "... and a slower one is found" "$work/two-libfabrics.out" "REGRESSED: 1 of 1 series is worse"
else skip two-libfabrics "cmocka is wanted"
fi
if ./efabench history "$work/none.db" check 2>&1 | grep -q "without SQLite"; then skip nightly-gate "built without SQLite"
else
    page nightly-gate
    contains "... a suspect night, then a red one" "$work/nightly-gate.out" "SUSPECT: pingpong" "REGRESSED: pingpong" "too few nights"
fi
page screening
contains "... the slow host is named" "$work/screening.out" "SLOW: host n3 or its NIC eth0" "# left out: n3"
case $(mpirun --version) in *"Open MPI"*) open_mpi=yes ;; *) open_mpi=no ;; esac
if [ $open_mpi = no ]; then skip reading-the-report "its launcher's options are Open MPI's"
else
    page reading-the-report
    contains "... the page is there" "$work/reading-the-report/report.html" "</html>"
fi

# Two hosts that look like c5n.18xlarge to whoever looks below --sysroot (tests/fixtures), their bytes counted for real: ens5 by the
# kernel, rdmap0s6 by the stand-in, whose packets go over ens6. MPI's own go there too.
two_hosts() {
    hosts_names="node1 node2"
    hosts_nets=ens5,ens6
    hosts_with=--cores # ranks that spin on one core wait for the scheduler
    hosts_up || return 1
    mkdir "$work/made" "$work/bin"
    sh "$srcdir/tests/fixtures/make" "$work/made"
    for host in $hosts_names; do
        cp -R "$work/made/c5n.18xlarge" "$work/sys-$host"
        echo "$host" > "$work/sys-$host/proc/sys/kernel/hostname"
        ln -s /proc/net/dev "$work/sys-$host/proc/net/dev"
    done
    cat > "$work/worker" << END
#!/bin/sh
exec "$builddir/efabench-mpi" --sysroot "$work/sys-%h" "\$@"
END
    cat > "$work/bin/mpirun" << END
#!/bin/sh
# What ssh and the nodes' own devices are elsewhere. The words that the page says stay as they are, behind these.
words=\$#
while [ \$words -gt 0 ]; do
    word=\$1
    shift
    words=\$((words - 1))
    case \$word in efabench-mpi | */efabench-mpi) word=$work/worker ;; esac
    set -- "\$@" "\$word"
done
eval "\$("$netlab" env)"
exec "$(command -v mpirun)" -x FI_PROVIDER_PATH="$builddir/tests/standin" -x EFA_STANDIN_DEVICE=rdmap0s6 \
    -x EFA_STANDIN_NETDEV=ens6 -x EFA_STANDIN_COUNTERS="$work/sys-%h" "\$@"
END
    cat > "$work/on_node1" << END
#!/bin/sh
# on_node1 COMMAND...: where the user of the page is
exec "$netlab" exec node1 env PATH="$work/bin:\$PATH" "\$@"
END
    chmod +x "$work/worker" "$work/bin/mpirun" "$work/on_node1"
}
# A page that makes its hosts itself
if [ $open_mpi = no ]; then skip several-hosts "netlab's mpirun is Open MPI's"
elif ! hosts_can; then skip several-hosts "network namespaces take root"
else
    trap 'hosts_down; rm -rf "$work"' EXIT
    tree "$work/several-hosts"
    page several-hosts
    contains "... a link that is held, flows that are, two subnets" "$work/several-hosts.out" "attested by a0" "attested by b0" \
        "on n1, 10.77.2.0/24 and" "exit code 77" "export NETLAB_AGENT="
fi
if [ $open_mpi = no ]; then skip efa-against-ena "the test's agent is one of Open MPI"
elif ! hosts_can; then skip efa-against-ena "network namespaces take root"
elif ! two_hosts; then not_ok "two hosts are made" "$(ip netns list)"
else
    tree "$work/efa-against-ena"
    page efa-against-ena "$work/on_node1"
    contains "... between two nodes, by the device, on a stand-in and never without saying so" "$work/efa-against-ena.out" \
        "2 nodes, 2 ranks" "Ready for EFA" "attested by rdmap0s6" "attested by ens5" "a stand-in for"
fi

# Pages that change a copy of the tree
if whole_tree "$work/first-run"; then
    page first-run
    contains "... the page is there" "$work/first-run/build/quickstart.html" "</html>"
else skip first-run "the build is not below its source"
fi
if ! command -v automake > /dev/null || ! command -v patch > /dev/null; then skip adding-a-kernel "automake and patch are wanted"
elif ! [ -x test_kernels ]; then skip adding-a-kernel "cmocka is wanted"
elif whole_tree "$work/adding-a-kernel"; then
    page adding-a-kernel
    contains "... what is broken on purpose is found" "$work/adding-a-kernel.out" "offset 0, got" "exit code 4"
    contains "... its page knows it" "$work/adding-a-kernel/exchange.html" "exchange" "</html>"
    contains "... an arm that can only read is refused" "$work/adding-a-kernel.out" "it cannot be done by reads alone"
else skip adding-a-kernel "the build is not below its source"
fi
finish
