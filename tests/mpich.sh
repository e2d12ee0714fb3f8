#!/bin/sh
# With MPICH in the place of Open MPI, where it is installed: configured, built in a directory of its own, run by its own mpirun.
# In a build that is one with MPICH (./configure --with-mpi=mpich) that build is tried.
. "${srcdir:-.}/tests/lib.sh"
skip() { echo "1..0 # SKIP $1"; exit 77; }
# The other tests look at the memory of all but two files of what is built here.
if grep -q fsanitize Makefile; then skip "built with sanitizers"; fi
launcher=
for name in mpirun.mpich mpiexec.hydra; do
    [ -n "$launcher" ] || launcher=$(command -v $name)
done
[ -n "$launcher" ] || skip "no MPICH (Debian: mpich libmpich-dev)"
TMPDIR=$work
export TMPDIR
builddir=$PWD
top=$(cd "$srcdir" && pwd)

# links PROGRAM: what MPI it is linked with
links() { ldd "$1" | sed -n 's/^[[:space:]]*lib\(mpich\|mpi\)\.so.*/\1/p' | sort -u | tr '\n' ' '; }
if [ "$(links efabench-mpi)" = "mpich " ]; then build=$PWD
else
    pkg-config --exists mpich || skip "MPICH without its headers (Debian: libmpich-dev)"
    [ ! -e "$srcdir/config.status" ] || skip "built in the directory of the source, which takes no second build"
    build=$work/build
    mkdir "$build"
    # Without optimization it is there in half the time.
    run sh -c 'cd "$1" && "$2/configure" -q --with-mpi=mpich CFLAGS="-O0 -g" && make -s -j"$3" efabench efabench-measure efabench-mpi' sh "$build" "$top" "$jobs"
    says "it is configured and built with MPICH" 0 out ""
    [ "$code" -eq 0 ] || { finish; exit; }
fi
cd "$build" || exit 2
is "MPICH's library is linked, and no other MPI's" "$(links efabench-mpi)" "mpich "

# mpi N ARGUMENTS...
mpi() {
    ranks=$1
    shift
    run timeout 300 "$launcher" -n "$ranks" ./efabench-mpi "$@"
}
quick="-i 10 --sweeps 1 -a l=mpi -a t=ofi:tcp@lo -a k=sockets@lo"
for ranks in 2 4; do
    # shellcheck disable=SC2086
    mpi $ranks $quick -s 8,4K,256K --validate -f csv -o "$work/all$ranks.json" all
    says "all kernels on $ranks ranks: every byte right" 0 out "kernel,algorithm,arm,"
    is "... each on every arm, at every size" "$(awk -F, 'NR > 1 { print $1 "/" $3 "/" $5 }' "$work/out" | sort -u | wc -l)" $((5 * 3 * 3))
done
version=$(sed -n 's/.*"mpi":"\([^"]*\)".*/\1/p' "$work/all2.json")
is "the record says which MPICH, and over what" "$version" \
    "$(mpichversion | sed -n 's/^MPICH Version:[[:space:]]*/MPICH /p'), device $(mpichversion | sed -n 's/^MPICH Device:[[:space:]]*//p')"
run ./efabench report "$work/all2.json"
says "... and so does the report; ranks of one host have shared memory" 0 out "mpi, MPICH device ch4" "MPI may use shared memory"
if [ "$(nproc)" -ge 2 ]; then
    run timeout 100 "$launcher" -bind-to core -n 2 ./efabench-mpi -i 5 --sweeps 1 -s 8 -a k=sockets@lo -o "$work/bound.json" pingpong
    is "the launcher's binding is kept: a core each" \
        "$(grep -o '"cpus":"[0-9]*"' "$work/bound.json" | sort -u | wc -l)" 2
fi

# Exit codes
mpi 2 -s 8x pingpong
says "a usage error: exit 2" 2 err "'8x'"
one_line "... in one line" "'8x'"
mpi 2 -p efa -s 8 pingpong
says "no EFA: exit 77" 77 err "efa"
mpi 2 -a "a=ofi:tcp@lo,op=teleport" pingpong
says "a refusal that takes a look at the arm: exit 2" 2 err "'teleport'"
if [ -e "$builddir/other_provider.so" ]; then
    run timeout 100 "$launcher" -genv LD_PRELOAD "$builddir/other_provider.so" -genv EFABENCH_TEST_PROVIDER sockets -n 2 \
        ./efabench-mpi -p tcp -i 5 --sweeps 1 -s 8 pingpong
    says "another provider than the one asked for: exit 5" 5 err "libfabric answers with 'sockets'"
fi
if [ -e "$builddir/spoiled_send.so" ]; then
    run timeout 100 "$launcher" -genv LD_PRELOAD "$builddir/spoiled_send.so" -n 2 ./efabench-mpi -a k=sockets@lo --validate --seed 1 -i 3 \
        --sweeps 1 -s 8,64,5000 pingpong
    says "a wrong byte: exit 4, through MPI_Abort" 4 err "rank 1, offset 1234"
fi

# measuring NAME SIGNAL: starts a launch into NAME.json, sends SIGNAL to a rank of it when it measures, awaits the end
measuring() {
    measuring_name=$1 measuring_signal=$2
    shift 2
    "$launcher" -n 2 ./efabench-mpi --timeout 6 -s 8:64K -t 50 --sweeps 100 -o "$work/$measuring_name.json" "$@" > "$work/out" 2> "$work/err" &
    launch=$!
    for _ in $(seq 1200); do
        [ "$(grep -c '"case"' "$work/$measuring_name.json.journal" 2>/dev/null || true)" -ge 3 ] 2>/dev/null && break
        sleep 0.1
    done
    kill "-$measuring_signal" "$(pids "^./efabench-mpi .*$work/$measuring_name.json" | tail -n 1)"
    code=0
    wait $launch || code=$?
}
measuring dead KILL -a k=sockets@lo pingpong
is "a rank that dies ends the launch with an error" "$([ $code -ne 0 ] && echo yes)" yes
run ./efabench report "$work/dead.json.journal"
says "... and what was measured is kept" 0 out "pingpong"
measuring stopped STOP -a l=mpi allreduce
says "a rank stopped in MPI_Allreduce: the other one says so, exit 2" 2 err "allreduce, arm l" "timeout"
for _ in $(seq 50); do
    [ -n "$(pids "efabench-mpi .*$work")" ] || break
    sleep 0.1
done
is "no process is left" "$(pids "efabench-mpi .*$work" | wc -l)" 0

# Through efabench run
# shellcheck disable=SC2086
run timeout 200 ./efabench run --launcher "$launcher" -k 2 $quick -s 8 --variant one=FI_TEST=1 --variant two=FI_TEST=2 -f csv -o "$work/run.json" pingpong
says "efabench run: the launcher is told" 0 out "pingpong,,l,one,8,2,"
is "... each variant's launches had its environment" "$(python3 -c 'import json, sys
launches = json.load(open(sys.argv[1]))["launches"]
print(sorted((launch["variant"], launch["provenance"]["environment"]["FI_TEST"]) for launch in launches))' "$work/run.json")" \
    "[('one', '1'), ('one', '1'), ('two', '2'), ('two', '2')]"
run timeout 100 ./efabench run --launcher "$launcher" -k 1 -p efa -s 8 -o "$work/no.json" pingpong
says "... the worker's exit code is ours" 77 err "efabench doctor"
mkdir "$work/bin"
ln -s "$launcher" "$work/bin/mpirun"
proxy=$(command -v hydra_pmi_proxy) && ln -s "$proxy" "$work/bin" # is looked for beside it
printf '#!/bin/sh\nexit 9\n' > "$work/fails"
chmod +x "$work/fails"
PATH=$work/bin:$PATH run env -u OMPI_ALLOW_RUN_AS_ROOT ./efabench run --worker "$work/fails" -k 1 -s 8 -a k=sockets@lo -o "$work/no.json" pingpong
says "... an mpirun that is MPICH's" 2 err "ended with exit code 9"
is "... gets no advice of Open MPI's" "$(grep -c 'OMPI_\|oversubscribe' "$work/err")" 0
run timeout 100 ./efabench run --launcher "$launcher -prepend-rank" -k 1 -i 5 -s 8 -a k=sockets@lo -o "$work/no.json" pingpong
says "... labels do not get into the journal" 4 err "'[0] '" "-prepend-rank"

# The launcher of another MPI
other=$(command -v mpirun.openmpi || command -v mpirun)
case $("$other" --version 2>&1) in
*"Open MPI"* | *OpenRTE* | *PRRTE*)
    run timeout 100 "$other" --oversubscribe -n 2 ./efabench-mpi -a k=sockets@lo pingpong
    says "another MPI's launcher does not join them: exit 2" 2 err "2 processes were started, and each is alone" "MPICH"
    ;;
esac
if [ "$build" != "$builddir" ]; then
    run timeout 100 "$launcher" -n 2 "$builddir/efabench-mpi" -a k=sockets@lo pingpong
    says "... nor MPICH's those of another MPI" 2 err "2 processes were started, and each is alone" "Open MPI"
fi
finish
