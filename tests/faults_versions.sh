#!/bin/sh
# Ranks that run different versions of efabench or of libfabric: refused, with both versions, ranks and hosts.
. "${srcdir:-.}/tests/lib.sh"
. "$srcdir/tests/faults.sh"

# The same worker but for what it says of itself, in a directory of its own.
mkdir "$work/other"
version=$(./efabench-mpi --version | sed -n 's/^efabench-mpi //p')
changed=$(printf '%s' "$version" | sed 's/^./9/')
LC_ALL=C sed "s/$(printf '%s' "$version" | sed 's/[.]/[.]/g')/$changed/g" efabench-mpi > "$work/other/efabench-mpi"
chmod +x "$work/other/efabench-mpi"
is "another version is made" "$("$work/other/efabench-mpi" --version)" "efabench-mpi $changed"

# ranks_of WORKER... -- ARGUMENTS...: a launch in which each rank has its worker. A script chooses, for Debian 13's mpirun ends by
# a segmentation fault when it is given several programs.
ranks_of() {
    : > "$work/workers"
    while [ "$1" != -- ]; do
        echo "$1" >> "$work/workers"
        shift
    done
    shift
    run timeout 120 mpirun --oversubscribe -n "$(wc -l < "$work/workers")" sh -c '
        worker=$(sed -n "$((OMPI_COMM_WORLD_RANK + 1))p" "$0") && exec "$worker" "$@"' "$work/workers" "$@"
}
ranks_of ./efabench-mpi "$work/other/efabench-mpi" -- -a k=sockets -s 8 -i 5 -o "$work/v.json" pingpong
is "two versions of efabench: exit 2" $code 2
one_line "... with both versions, ranks and hosts" \
    "rank 0 on host $fault_host runs efabench $version, rank 1 on host $fault_host efabench $changed"
is "... nothing is measured" "$(ls "$work" | grep -c '^v[.]json')" 0
ranks_of "$work/other/efabench-mpi" ./efabench-mpi -- --doctor
is "the doctor too" $code 2
one_line "... with both versions" "rank 0 on host $fault_host runs efabench $changed, rank 1 on host $fault_host efabench $version"
ranks_of "$work/other/efabench-mpi" "$work/other/efabench-mpi" -- -a k=sockets -s 8 -i 5 pingpong
says "two ranks of another version agree" 0 out "pingpong"

# One of several ranks whose command line is wrong as well: the version comes first
printf '#!/bin/sh\nexec "%s" -s 8x pingpong\n' "$work/other/efabench-mpi" > "$work/other/mistaken"
chmod +x "$work/other/mistaken"
ranks_of ./efabench-mpi ./efabench-mpi "$work/other/mistaken" -- -a k=sockets -s 8 pingpong
is "the third of three ranks: exit 2" $code 2
one_line "... is named" "rank 2 on host $fault_host efabench $changed"

if ! no_fault_library; then
    run timeout 120 mpirun --oversubscribe -x LD_PRELOAD="$PWD/fault.so" -x EFABENCH_FAULT_LIBFABRIC=1:9.87 -n 2 \
        ./efabench-mpi -a t=ofi:tcp@lo -s 8 -i 5 pingpong
    is "two versions of libfabric: exit 5" $code 5
    one_line "... with both versions" "of 9.87: refused"
    says "... and ranks and hosts" 5 err "rank 0 on host $fault_host has provider 'tcp" "rank 1 on host $fault_host 'tcp"
    run timeout 120 mpirun --oversubscribe -x LD_PRELOAD="$PWD/fault.so" -x EFABENCH_FAULT_LIBFABRIC=1:9.87 -n 2 \
        ./efabench-mpi -a k=sockets@lo -s 8 -i 5 pingpong
    says "an arm that does without libfabric does not mind" 0 out "pingpong"
fi
nothing_left "versions"
finish
