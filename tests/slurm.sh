#!/bin/sh
# scripts/slurm under a real Slurm: a munged, a slurmctld and a slurmd of its own, with a key, ports and a directory of their
# own, one node: this host. Their jobs are this user's, who must be root.
. "${srcdir:-.}/tests/lib.sh"
# The other tests look at the memory of what is started here; the minutes of launches are measured once.
if grep -q fsanitize Makefile; then echo "1..0 # SKIP built with sanitizers, under which the other tests run its commands"; exit 77; fi
PATH=$PATH:/usr/sbin:/sbin
for program in munged slurmctld slurmd srun sbatch; do
    command -v $program > /dev/null || { echo "1..0 # SKIP no $program (Debian: munge slurmctld slurmd slurm-client)"; exit 77; }
done
[ "$(id -u)" = 0 ] || { echo "1..0 # SKIP Slurm's daemons take root"; exit 77; }
case $(ldd efabench-mpi) in *libmpich*) echo "1..0 # SKIP built with MPICH, whose ranks this Slurm's pmix does not start"; exit 77 ;; esac

unset SLURM_CONF SLURM_JOB_ID SLURM_LABELIO SRUN_DEBUG GITHUB_STEP_SUMMARY EFABENCH_LAUNCHER EFABENCH_NIGHTLY
# Interfaces that come and go while ranks start, as other tests' do, are none of ours.
OMPI_MCA_btl_tcp_if_include=lo
export OMPI_MCA_btl_tcp_if_include
TMPDIR=$work
PATH=$PWD:$PATH
batch=$(cd "$srcdir/scripts/slurm" && pwd)
EFABENCH_NIGHTLY=$(cd "$srcdir/scripts" && pwd)/nightly
SLURM_CONF=$work/slurm.conf
export TMPDIR PATH SLURM_CONF EFABENCH_NIGHTLY
daemons=
down() {
    # What a job that still runs would leave goes with it
    [ -z "$daemons" ] || timeout 20 scancel --user root 2> /dev/null
    for _ in $(seq 100); do
        [ -n "$(timeout 5 squeue -h 2> /dev/null)" ] || break
        sleep 0.1
    done
    for daemon in $daemons; do kill "$daemon" 2> /dev/null; done
    for daemon in $daemons; do wait "$daemon" 2> /dev/null; done
    daemons=
}
trap 'down; rm -rf "$work"' EXIT

# daemon NAME COMMAND...: started in the foreground, so that its end is ours
daemon() {
    daemon_name=$1
    shift
    "$@" > "$work/$daemon_name.out" 2>&1 &
    daemons="$! $daemons"
}

# up PORT: 1 when it does not come up
up() {
    host=$(uname -n)
    host=${host%%.*}
    mkdir -p "$work/state" "$work/spool"
    cat > "$SLURM_CONF" << END
ClusterName=efabench
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=$work/munge.socket
SlurmctldPort=$1
SlurmdPort=$(($1 + 1))
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=$task_plugin
SelectType=select/linear
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
KillWait=20
MinJobAge=36000
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
    # Later versions look for control groups, which a container may not have
    case $(slurmd -V) in
    *" 2"[0-2].*) ;;
    *) echo CgroupPlugin=disabled > "$work/cgroup.conf" ;;
    esac
    daemon munged munged --foreground --force --key-file="$work/key" --socket="$work/munge.socket" --pid-file="$work/munged.pid" \
        --log-file="$work/munged.log" --seed-file="$work/seed"
    for _ in $(seq 100); do
        [ ! -S "$work/munge.socket" ] || break
        sleep 0.1
    done
    daemon slurmctld slurmctld -D -c
    daemon slurmd slurmd -D
    for _ in $(seq 150); do
        [ "$(timeout 5 sinfo -h -o %t 2> /dev/null)" != idle ] || return 0
        kill -0 "${daemons%% *}" 2> /dev/null || break
        sleep 0.2
    done
    return 1
}
(umask 077 && head -c 1024 /dev/urandom > "$work/key")
is_up=no
# Binding as clusters have it, where the kernel lets a process be bound; ports below those that it hands out itself.
for task_plugin in task/affinity task/none; do
    port=$((20000 + ($$ * 2 + 4000 * ${#task_plugin}) % 10000))
    up $port && is_up=yes && break
    tail -n 5 "$work"/slurm*.out "$work"/slurm*.log > "$work/why" 2>&1
    down
done
if [ $is_up = no ]; then
    not_ok "munged, slurmctld and slurmd come up" "$(cat "$work/why")"
    finish
    exit
fi
case $(srun --mpi=list 2>&1) in *pmix*) ;; *) echo "1..0 # SKIP this Slurm knows no pmix"; exit 77 ;; esac
ok "munged, slurmctld and slurmd come up # $(slurmd -V), $task_plugin"

# submit SBATCH'S WORDS...: sets $job. Two ranks of one host, which all have, in the place of two nodes.
submit() {
    rm -f "$work/out" "$work/err"
    job=$(sbatch --parsable --chdir "$work" --output "$work/out" --error "$work/err" --nodes 1 --ntasks-per-node 2 "$@")
}
await() { # await: the end of the job
    for _ in $(seq 1200); do
        [ -n "$(squeue -h -j "$job" 2> /dev/null)" ] || break
        sleep 0.2
    done
    state=$(scontrol show job "$job" | sed -n 's/.*JobState=\([A-Z]*\).*/\1/p')
    ended=$(scontrol show job "$job" | sed -n 's/.* ExitCode=\([0-9:]*\).*/\1/p')
    code=${ended%:*}
    touch "$work/out" "$work/err"
}
quick="-k 2 -t 1 --sweeps 2 -s 8,64K -a t=ofi:tcp@lo -a k=sockets@lo"

for launcher in srun mpirun; do
    # shellcheck disable=SC2086
    EFABENCH_LAUNCHER=$launcher submit "$batch/run.sbatch" $quick -f csv pingpong allreduce
    await
    says "run.sbatch, $launcher: the report is the job's output" 0 out "kernel,algorithm,arm,variant,"
    is "... and the job is completed" "$state $ended" "COMPLETED 0:0"
    is "... with all that was to be measured" "$(awk -F, '$7 == "half_rtt" || $7 == "time" { print $1 "/" $3 "/" $5 "/" $9 }' "$work/out" | sort | tr '\n' ' ')" \
        "$(for k in allreduce pingpong; do for a in k t; do for s in 65536 8; do echo "$k/$a/$s/2"; done; done; done | sort | tr '\n' ' ')"
    run ./efabench report "$work/efabench-$job.json"
    says "... its record has the job's number" 0 out "pingpong" "launches  2"
    # As many cores as ranks: bound, each to its own, by efabench since the launcher was told to bind none
    [ "$(nproc)" -lt 2 ] || is "... each rank on a core of its own" \
        "$(grep -o '"ranks":\[{"host":"[^"]*","cpus":"[0-9]*"},{"host":"[^"]*","cpus":"[0-9]*"}\]' "$work/efabench-$job.json" |
            sed 's/.*"cpus":"\([0-9]*\)".*"cpus":"\([0-9]*\)".*/\1 \2/' | awk '$1 != $2' | wc -l)" 2
done

# The environment of a variant, on the ranks
# shellcheck disable=SC2086
submit "$batch/run.sbatch" $quick --variant one=FI_TEST=1 --variant two=FI_TEST=2 -o variants.json pingpong
await
is "variants, srun: each launch had its environment" "$state $(python3 -c 'import json, sys
launches = json.load(open(sys.argv[1]))["launches"]
print(sorted((launch["variant"], launch["provenance"]["environment"]["FI_TEST"]) for launch in launches))' "$work/variants.json")" \
    "COMPLETED [('one', '1'), ('one', '1'), ('two', '2'), ('two', '2')]"

# What sites set, and what users forget
# shellcheck disable=SC2086
SLURM_LABELIO=1 submit "$batch/run.sbatch" $quick -o label.json pingpong
await
is "srun's labels, where the environment asks for them, do not get into the journal" "$state $ended" "COMPLETED 0:0"
# shellcheck disable=SC2086
EFABENCH_LAUNCHER="srun --mpi=pmix --label" submit "$batch/run.sbatch" $quick -o label.json pingpong
await
says "... those that its command line asks for end the run" 4 err "'0: '" "without --label"
# shellcheck disable=SC2086
EFABENCH_LAUNCHER="srun --mpi=none" submit "$batch/run.sbatch" $quick -o none.json pingpong
await
says "ranks that srun did not join are told how it does" 2 err "--mpi=pmix"
is "... and the job failed" "$state $ended" "FAILED 2:0"
for launcher in srun mpirun; do
    EFABENCH_LAUNCHER=$launcher submit "$batch/run.sbatch" -k 1 -p efa -o no.json pingpong
    await
    is "no EFA, $launcher: the exit code is the job's" "$state $ended" "FAILED 77:0"
done

# left: processes of a job that has ended
left() {
    for _ in $(seq 50); do
        [ -n "$(pids "efabench.*$work/$1")" ] || break
        sleep 0.1
    done
    pids "efabench.*$work/$1" | wc -l
}
# A job that is ended keeps what is whole, and leaves nothing
for launcher in srun mpirun; do
    EFABENCH_LAUNCHER=$launcher submit "$batch/run.sbatch" -k 200 -t 60 --sweeps 10 -s 8 -a k=sockets@lo -o "$work/cancelled-$launcher.json" pingpong
    for _ in $(seq 600); do
        [ ! -e "$work/cancelled-$launcher.json" ] || break
        sleep 0.1
    done
    sleep 1 # the second launch is under way
    scancel "$job"
    await
    says "scancel, $launcher: it is said" 2 err "interrupted"
    is "... the job is cancelled" "$state" CANCELLED
    run ./efabench report "$work/cancelled-$launcher.json"
    says "... what was measured is kept" 0 out "launches" "pingpong"
    is "... no process is left" "$(left "cancelled-$launcher.json")" 0
done
submit --time 1 --signal B:TERM@50 "$batch/run.sbatch" -k 400 -t 1 --sweeps 2 -s 8 -a k=sockets@lo -o "$work/limit.json" pingpong
await
says "before its time is up the run ends itself" 2 err "interrupted"
is "... which is the job's exit code" "$state $ended" "FAILED 2:0"
run ./efabench report "$work/limit.json"
says "... what was measured is kept" 0 out "launches" "pingpong"
is "... no process is left" "$(left limit.json)" 0

# Nights: gate's exit code is the job's
cat > "$work/night.profile" << END
#: history=$work/nights.db
--launcher srun --mpi=pmix --cpu-bind=none
--launches 2
--time 1
--sweeps 2
--sizes 8
--arm k=sockets@lo
pingpong
END
if ./efabench history "$work/none.db" check 2>&1 | grep -q "without SQLite"; then ok "nights # SKIP built without SQLite"
else
    submit "$batch/nightly.sbatch" "$work/night.profile" dir="$work/nights"
    await
    says "nightly.sbatch, srun: the first night" 3 out "efabench nightly night: FIRST"
    is "... is inconclusive, which Slurm calls failed" "$state $ended" "FAILED 3:0"
    is "... its record and report are kept" "$(cd "$work/nights"/*Z && ls run.json report.txt)" "report.txt
run.json"
    is "... and it is in the history" "$(./efabench history "$work/nights.db" list --format csv | wc -l)" 2
fi
cat > "$work/gate.profile" << END
#: control=good
#: history=
--launcher mpirun --bind-to none
--launches 6
--time 1
--sweeps 3
--sizes 8
--arm k=sockets@lo
--variant slow=LD_PRELOAD=$PWD/slow_send.so SEND_WIRE_US=200
--variant good
pingpong
END
submit "$batch/nightly.sbatch" "$work/gate.profile" dir="$work/gates"
await
says "nightly.sbatch, mpirun: a slow night" 1 out "efabench nightly gate: REGRESSED"
is "... is a failed job, with gate's exit code" "$state $ended" "FAILED 1:0"
EFABENCH_NIGHTLY=$work/not-there submit "$batch/nightly.sbatch" "$work/gate.profile"
await
says "a nightly that is not there" 2 err "EFABENCH_NIGHTLY"

down
is "nothing is left running" "$(pids "$work" | wc -l)" 0
finish
