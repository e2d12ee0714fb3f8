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

# one_line NAME TEXT: exactly one line of err is ours and it has TEXT (a launcher's own words do not count)
one_line() {
    lines=$(grep -ac '^efabench' "$work/err") # a launcher's own words may have bytes that are no text
    if [ "$lines" = 1 ] && grep -a '^efabench' "$work/err" | grep -qF -e "$2"; then ok "$1"
    else not_ok "$1" "$lines lines are ours, wanted one with '$2':" "$(head -n 20 "$work/err")"
    fi
}

# pids PATTERN: the processes whose command line matches, as pgrep -f says where there is one
pids() {
    for process in /proc/[0-9]*; do
        [ "${process#/proc/}" != $$ ] || continue
        { tr '\0' ' ' < "$process/cmdline" | grep -q -e "$1" && echo "${process#/proc/}"; } 2>/dev/null
    done
    return 0
}

is() { # is NAME GOT WANTED
    if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "got '$2'" "wanted '$3'"; fi
}

# enough: ends a test here where SHORT_TESTS=yes, which `make check-chosen` says under sanitizers
enough() { [ "${SHORT_TESTS:-no}" = no ] || { finish; exit 0; } }

finish() { printf '1..%d\n' $tests_run; }
