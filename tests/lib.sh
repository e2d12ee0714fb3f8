# Sourced by the tests that are shell scripts: TAP, a directory of its own, and the words to check with.
set -u
srcdir=${srcdir:-.}
. "$srcdir/scripts/build-environment"
tests_run=0
work=$(mktemp -d "${TMPDIR:-/tmp}/efabench-test-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

ok() { tests_run=$((tests_run + 1)); printf 'ok %d - %s\n' $tests_run "$1"; }

not_ok() {
    tests_run=$((tests_run + 1))
    printf 'not ok %d - %s\n' $tests_run "$1"
    shift
    printf '%s\n' "$@" | sed 's/^/# /'
}

# run COMMAND...: keeps its exit code in $code, what it said in $work/out and $work/err
run() {
    code=0
    "$@" > "$work/out" 2> "$work/err" || code=$?
}

# says NAME EXIT_CODE FILE TEXT...: the last run ended with EXIT_CODE and each TEXT stands in its out or err
says() {
    says_name=$1 says_code=$2 says_file=$work/$3
    shift 3
    if [ $code -ne "$says_code" ]; then
        not_ok "$says_name" "exit code $code, wanted $says_code" "$(tail -n 15 "$work/err")"
        return
    fi
    for text; do
        if ! grep -aqF -e "$text" "$says_file"; then
            not_ok "$says_name" "'$text' is not in:" "$(head -n 20 "$says_file")"
            return
        fi
    done
    ok "$says_name"
}

# ours: our own lines of err. A launcher's own words do not count (which may have bytes that are no text), nor does what a
# rank says that the launcher ends because another one has failed: it may come to that, or not.
ours() { grep -a '^efabench' "$work/err" | grep -av ': told to end (SIGTERM)'; }

# one_line NAME TEXT: exactly one line of err is ours and it has TEXT
one_line() {
    lines=$(ours | wc -l)
    if [ "$lines" = 1 ] && ours | grep -qF -e "$2"; then ok "$1"
    else not_ok "$1" "$lines lines are ours, wanted one with '$2':" "$(head -n 20 "$work/err")"
    fi
}

# pids PATTERN: the processes whose command line matches, as pgrep -f says where there is one. The pattern has something of
# this test's own, such as $work: others may run beside it.
pids() {
    grep -aHs '' /proc/[0-9]*/cmdline | tr '\0' ' ' | PIDS_PATTERN=$1 PIDS_OWN=$$ awk '{
        end = index($0, "/cmdline:")
        pid = substr($0, 7, end - 7)
        if (pid != ENVIRON["PIDS_OWN"] && substr($0, end + 9) ~ ENVIRON["PIDS_PATTERN"] && !told[pid]++) print pid
    }'
}

is() { # is NAME GOT WANTED
    if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "got '$2'" "wanted '$3'"; fi
}

# enough: ends a test here where SHORT_TESTS=yes, which `make check-chosen` says under sanitizers
enough() { [ "${SHORT_TESTS:-no}" = no ] || { finish; exit 0; } }

finish() { printf '1..%d\n' $tests_run; }
