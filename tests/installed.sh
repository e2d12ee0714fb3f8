# Sourced by the tests of what an installation holds, after tests/lib.sh, in a build directory.

ASAN_OPTIONS=detect_leaks=0 # Open MPI and libfabric keep memory to the end
export ASAN_OPTIONS

# The programs of libexec/efabench, which other programs of ours start.
libexec_programs=
[ ! -x ./efabench-measure ] || libexec_programs=efabench-measure

# expected_files PREFIX: what an installation below PREFIX has, one a line, sorted: the programs, a man page for each page of
# the table of commands, the completion, the jobs of Slurm and all there is in
# results/
expected_files() {
    {
        for program in efabench efabench-mpi; do
            [ ! -x "./$program" ] || printf '%s\n' "bin/$program" "share/bash-completion/completions/$program"
        done
        for program in $libexec_programs; do echo "libexec/efabench/$program"; done
        for page in $(./make_manual pages); do echo "share/man/man1/$page.1"; done
        echo share/efabench/nightly
        for job in run nightly; do echo "share/efabench/slurm/$job.sbatch"; done
        (cd "$srcdir/results" && find . -type f) | sed 's,^\./,share/efabench/,'
    } | sed "s,^,$1/," | LC_ALL=C sort
}

# files_below DIR: the files and links there, as /NAME, sorted
files_below() { (cd "$1" && find . ! -type d) | sed 's,^\.,,' | LC_ALL=C sort; }

skip() { tests_run=$((tests_run + 1)); printf 'ok %d - %s # SKIP %s\n' $tests_run "$1" "$2"; }

# works_from ROOT PREFIX WHAT: the programs below ROOT/PREFIX do their work there, whatever they were configured for, and find
# one another, but nothing of the build directory
works_from() {
    place=$1$2
    rm -rf "$work/elsewhere"
    mkdir "$work/elsewhere"
    cd "$work/elsewhere" || exit 1
    run "$place/bin/efabench" --version
    says "$3: efabench says which it is" 0 out "efabench "
    run "$place/bin/efabench" report "$place/share/efabench/baselines/c5n.18xlarge-2019.json"
    says "... reports a baseline that came with it" 0 out "c5n.18xlarge"
    is "... the unit of systemd starts the nightly that came along" \
        "$(sed -n 's/^ExecStart=\([^ ]*\) .*/\1/p' "$place/share/efabench/systemd/efabench-nightly.service")" "$2/share/efabench/nightly"
    # roff that stands by itself: a page with a name and a date
    bare=$(for page in "$place"/share/man/man1/*; do
        case $page in *.gz) gzip -dc "$page" ;; *) cat "$page" ;; esac |
            grep -q '^\.TH EFABENCH.* 1 "[0-9]*-[0-9]*-[0-9]*" "efabench [0-9]' || echo "$page"
    done)
    is "... man pages have a name and a date" "$bare" ""
    if command -v bash >/dev/null; then
        run bash -c '. "$1" && COMP_WORDS=(efabench repo) COMP_CWORD=1 && _efabench efabench repo efabench && echo "${COMPREPLY[*]}"' \
            bash "$place/share/bash-completion/completions/efabench"
        says "... the completion completes" 0 out "report"
    fi
    if [ ! -x "$place/bin/efabench-mpi" ]; then
        cd "$here" || exit 1
        return
    fi
    # efabench-mpi is on no PATH: efabench finds it beside itself
    run "$place/bin/efabench" run -k 1 --launcher "mpirun --oversubscribe" --arm tcp=ofi:tcp@lo -s 8 --iterations 100 -o record.json pingpong
    says "... efabench run finds efabench-mpi beside it" 0 out "pingpong"
    sed -e 's/^--launches .*/--launches 1/' -e 's/^--sweeps .*/--sweeps 1/' -e 's/^--time .*/--iterations 100/' -e 's/^--sizes .*/--sizes 8/' \
        "$place/share/efabench/profiles/nightly.profile" > short.profile
    echo '--launcher mpirun --oversubscribe' >> short.profile
    run "$place/share/efabench/nightly" short.profile "efabench=$place/bin/efabench" "dir=$work/elsewhere/nights"
    if grep -qF 'S["HAVE_SQLITE_TRUE"]=""' "$here/config.status"; then
        says "... so does the nightly, with the profile that came along" 3 out "FIRST: the first night"
    fi
    cd "$here" || exit 1
}
