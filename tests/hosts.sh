# Sourced after tests/lib.sh by tests that need several hosts: scripts/netlab makes them, in a lab of the test's own. Joined by two
# networks, a0 (10.77.1.0/24) and b0 (10.77.2.0/24), the latter for MPI's own traffic. They share this machine's cores. Root alone can
# make them. What hosts and networks are called, and what else netlab is to make, may be set before hosts_up.
NETLAB_NAME=eb$$
export NETLAB_NAME
netlab=$(cd "$srcdir" && pwd)/scripts/netlab
hosts_names="n1 n2"
hosts_nets=a0,b0
hosts_with=

# in_host HOST COMMAND...: the command on a host
in_host() { "$netlab" exec "$@"; }

# hosts_can: whether this machine lets us
hosts_can() {
    # shellcheck disable=SC2086
    "$netlab" check $hosts_with 2>/dev/null
}

hosts_down() { "$netlab" down; }

hosts_up() {
    hosts_down
    trap 'hosts_down; rm -rf "$work"' EXIT
    # shellcheck disable=SC2086
    "$netlab" up --nets "$hosts_nets" $hosts_with $hosts_names > "$work/hosts"
}

# again COMMAND...: run, and once or twice more where `timeout` ended it: Debian 13's prterun now and then does not end, though
# all ranks have, and its daemons are still there.
again() {
    for _ in 1 2 3; do
        run "$@"
        [ $code = 124 ] || [ $code = 137 ] || break
    done
}

# on_hosts ARGUMENTS...: efabench-mpi on one rank of each host. $on_hosts_with: more options of mpirun;
# $on_hosts_layer: the PML and what goes with it; $on_hosts_ranks: how many, and where;
# $on_hosts_worker: what to start
on_hosts_with=
on_hosts_ranks="2 n1,n2"
on_hosts_layer="ob1 --mca btl tcp,self"
on_hosts() {
    # shellcheck disable=SC2086
    run timeout 300 "$netlab" mpirun --host ${on_hosts_ranks#* } --mca pml $on_hosts_layer $on_hosts_with -n ${on_hosts_ranks% *} \
        "${on_hosts_worker:-$PWD/efabench-mpi}" --bind none "$@" # or each host binds its first rank to the first core of this machine
}
