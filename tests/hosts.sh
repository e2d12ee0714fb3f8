# Sourced after tests/lib.sh by tests that need two hosts: network namespaces with host names of their own, joined by two
# networks, a0 (10.77.1.0/24) and b0 (10.77.2.0/24). They share this machine's cores. Root alone can make them.
# What hosts and networks are called may be set before hosts_up.
# Entered by nsenter: `ip netns exec` would want to mount a sysfs of its own, which it cannot within a chroot.
hosts_tag=eb$$
hosts_names="n1 n2"
hosts_nets="a0 b0"

# in_host HOST COMMAND...: the command in a host's network
in_host() {
    in_host_net=/run/netns/$hosts_tag-$1
    shift
    nsenter --net="$in_host_net" "$@"
}

# hosts_can: whether this machine lets us
hosts_can() {
    [ "$(id -u)" = 0 ] && ip netns add "$hosts_tag-try" 2>/dev/null && in_host try unshare --uts true 2>/dev/null
    hosts_code=$?
    ip netns delete "$hosts_tag-try" 2>/dev/null
    return $hosts_code
}

hosts_down() {
    for host in $hosts_names; do ip netns delete "$hosts_tag-$host" 2>/dev/null; done
    return 0
}

# hosts_up: two hosts
hosts_up() {
    hosts_down
    trap 'hosts_down; rm -rf "$work"' EXIT
    for host in $hosts_names; do
        ip netns add "$hosts_tag-$host" || return 1
        in_host "$host" ip link set lo up
    done
    hosts_net=0
    for net in $hosts_nets; do
        hosts_net=$((hosts_net + 1))
        in_host "${hosts_names% *}" ip link add "$net" type veth peer name "$net" netns "$hosts_tag-${hosts_names#* }" || return 1
        hosts_number=0
        for host in $hosts_names; do
            hosts_number=$((hosts_number + 1))
            in_host "$host" ip address add "10.77.$hosts_net.$hosts_number/24" dev "$net"
            in_host "$host" sh -c "echo 1 > /proc/sys/net/ipv6/conf/$net/disable_ipv6" 2>/dev/null
            in_host "$host" ip link set "$net" up
        done
    done
    cat > "$work/on_host" << END
#!/bin/sh
# on_host HOST COMMAND...: what mpirun calls in place of ssh
host=\$1
shift
exec nsenter --net=/run/netns/$hosts_tag-\$host unshare --uts sh -c "hostname \$host; \$*"
END
    chmod +x "$work/on_host"
}

# on_hosts ARGUMENTS...: efabench-mpi on one rank of each host, MPI's own traffic on b0. $on_hosts_with: more options of mpirun;
# $on_hosts_layer: the PML and what goes with it; $on_hosts_ranks: how many, and where;
# $on_hosts_worker: what to start
on_hosts_with=
on_hosts_ranks="2 n1,n2"
on_hosts_layer="ob1 --mca btl tcp,self"
on_hosts() {
    run timeout 120 nsenter --net="/run/netns/$hosts_tag-n1" unshare --uts sh -c 'hostname n1; exec "$@"' sh \
        env TMPDIR="$work" mpirun --mca plm_rsh_agent "$work/on_host" --host ${on_hosts_ranks#* } --mca oob_tcp_if_include 10.77.2.0/24 \
        --mca btl_tcp_if_include 10.77.2.0/24 --mca pml $on_hosts_layer --bind-to none $on_hosts_with -n ${on_hosts_ranks% *} \
        "${on_hosts_worker:-$PWD/efabench-mpi}" --bind none "$@" # or each host binds its first rank to the first core of this machine
}
