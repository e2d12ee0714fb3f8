#!/bin/sh
# The report on a terminal, and that what goes elsewhere stays plain. The terminal is tests/terminal.py's.
. "${srcdir:-.}/tests/lib.sh"
command -v python3 >/dev/null || { echo '1..0 # SKIP no python3'; exit 0; }
unset NO_COLOR COLORTERM COLUMNS LC_CTYPE LANG OMPI_COMM_WORLD_RANK PMIX_RANK PMI_RANK SLURM_PROCID
LC_ALL=C.UTF-8 TERM=xterm-256color
export LC_ALL TERM
if [ "$(locale charmap 2>/dev/null)" != UTF-8 ]; then echo '1..0 # SKIP no locale C.UTF-8'; exit 0; fi
baseline=$srcdir/results/baselines/c5n.18xlarge-2019.json
escape=$(printf '\033')
low=▁

on_terminal() { # on_terminal COLUMNS COMMAND...: as run does, with what went to the terminal in $work/out
    columns=$1
    shift
    code=0
    python3 "$srcdir/tests/terminal.py" "$columns" "$work/out" "$@" 2> "$work/err" || code=$?
}
has() { grep -qF -e "$1" "$work/out" && echo yes || echo no; }
looks() { printf '%s,%s,%s,%s' "$code" "$(has "$escape")" "$(has $low)" "$(has "slower│faster")"; }
wide() { python3 "$srcdir/tests/terminal.py" --check "$work/out" "$1"; }

run ./efabench report "$baseline"
cp "$work/out" "$work/plain"
is "into a pipe or a file: no escape, no spark line, no bar" "$(looks)" 0,no,no,no
is "... 80 columns" "$(wide 80)" ""

on_terminal 80 ./efabench report "$baseline"
is "on a terminal: escapes, spark lines, bars" "$(looks)" 0,yes,yes,yes
is "... 80 columns" "$(wide 80)" ""
is "... in 256 colours" "$(has "${escape}[38;5;")" yes
says "... the heading is bold" 0 out "${escape}[1mpingpong: half round trip, us (lower is better), 2 ranks${escape}[0m"
sed "s/${escape}\[[0-9;]*m//g" "$work/out" > "$work/bare"
is "... every row of the plain report is there, with its figures" \
    "$(grep -E '^ +[0-9]+ (B|KiB|MiB)' "$work/plain" | sed 's/ *$//' | while read -r line; do
        set -- $line
        grep -qE "^ +$1 $2 +$3 " "$work/bare" || echo "$line"
    done)" ""
is "... what is painted ends with its line" \
    "$(grep -F "$escape" "$work/out" | awk -v e="$escape" '{ n = gsub(e "\\[0m", "&"); m = gsub(e "\\[", "&"); if (m != 2 * n) print }')" ""
for columns in 81 100 120 200; do
    on_terminal $columns ./efabench report "$baseline"
    is "$columns columns hold" "$code,$(wide $columns)" 0,
    on_terminal $columns ./efabench report "$baseline" --against "$baseline"
    is "... with a second record" "$code,$(wide $columns)" 0,
done
is "... more of which are used" "$(test -n "$(wide 100)" && echo yes)" yes
on_terminal 40 ./efabench report "$baseline"
is "a narrow terminal gets 80 columns" "$code,$(wide 80)" 0,
on_terminal 0 env COLUMNS=120 ./efabench report "$baseline" --against "$baseline"
is "a terminal without a size: COLUMNS" "$code,$(wide 120),$(test -n "$(wide 80)" && echo more)" 0,,more
on_terminal 0 ./efabench report "$baseline"
is "... or 80" "$(looks),$(wide 80)" 0,yes,yes,yes,

on_terminal 80 env NO_COLOR=1 ./efabench report "$baseline"
is "NO_COLOR: no escape, but spark lines" "$(looks)" 0,no,yes,yes
on_terminal 80 env NO_COLOR= ./efabench report "$baseline"
is "an empty NO_COLOR is none" "$(looks)" 0,yes,yes,yes
on_terminal 80 env TERM=dumb ./efabench report "$baseline"
is "TERM=dumb: no escape" "$(looks)" 0,no,yes,yes
on_terminal 80 env TERM= ./efabench report "$baseline"
is "an empty TERM: no escape" "$(looks)" 0,no,yes,yes
on_terminal 80 env -u TERM ./efabench report "$baseline"
is "no TERM: no escape" "$(looks)" 0,no,yes,yes
on_terminal 80 env TERM=vt220 ./efabench report "$baseline"
is "a terminal of eight colours" "$(looks),$(has "${escape}[38;5;")" 0,yes,yes,yes,no
on_terminal 80 env LC_ALL=C ./efabench report "$baseline"
is "without UTF-8: no signs" "$(looks)" 0,yes,no,no
is "... at all" "$(LC_ALL=C grep -c '[^ -~]' "$work/out"),$(LC_ALL=C tr -d '\033' < "$work/out" | LC_ALL=C grep -c '[^ -~]')" \
    "$(grep -c "$escape" "$work/out"),0"
on_terminal 80 env TERM=linux ./efabench report "$baseline"
is "the console's font has few of the signs" "$(looks)" 0,yes,no,no
on_terminal 80 env NO_COLOR=1 LC_ALL=C ./efabench report "$baseline"
is "with neither it is as in a pipe, byte for byte" "$(cmp "$work/out" "$work/plain" && echo same)" same

on_terminal 200 ./efabench report "$baseline" -o "$work/report.txt"
is "-o: the file is plain" "$code,$(cmp "$work/report.txt" "$work/plain" && echo same)" 0,same
for format in csv json; do
    on_terminal 200 ./efabench report "$baseline" -f $format
    is "$format has no escapes on a terminal" "$code,$(has "$escape")" 0,no
done
numbers= # scripts/test makes such a locale
for name in de_DE.UTF-8 fr_FR.UTF-8; do
    [ "$(LC_ALL=$name locale decimal_point 2>/dev/null)" != , ] || numbers=$name
done
if [ -n "$numbers" ]; then
    on_terminal 80 env LC_ALL="$numbers" ./efabench report "$baseline"
    is "numbers keep their point where the locale has a comma" "$(looks),$(has "16.11"),$(has "16,11")" 0,yes,yes,yes,yes,no
else
    ok "numbers keep their point # SKIP no locale with a decimal comma"
fi

# Open MPI gives a rank a terminal of no size, whatever its own output is
on_terminal 0 env OMPI_COMM_WORLD_RANK=0 ./efabench report "$baseline"
is "under a launcher a terminal without a size is none" "$(looks)" 0,no,no,no
is "... byte for byte" "$(cmp "$work/out" "$work/plain" && echo same)" same
on_terminal 100 env OMPI_COMM_WORLD_RANK=0 ./efabench report "$baseline"
is "... but one with a size is one" "$(looks)" 0,yes,yes,yes
cat > "$work/launcher.py" <<'PY'
"""Writes to a terminal of its own; gives the child one without a size and passes on what comes, as mpirun does."""
import os, pty, sys
pid, master = pty.fork()
if pid == 0:
    os.environ["OMPI_COMM_WORLD_RANK"] = "0"
    os.execvp(sys.argv[1], sys.argv[1:])
while True:
    try:
        part = os.read(master, 65536)
    except OSError:
        break
    os.write(1, part.replace(b"\r\n", b"\n"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PY
on_terminal 120 python3 "$work/launcher.py" ./efabench report "$baseline" --against "$baseline"
is "where the launcher has a terminal it is that" "$(looks),$(wide 120),$(test -n "$(wide 80)" && echo more)" 0,yes,yes,yes,,more
run python3 "$work/launcher.py" ./efabench report "$baseline"
is "... and where it has none it is plain" "$(looks)" 0,no,no,no

# names that would move the cursor, and such as take two columns
${AWK:-awk} -f "$srcdir/tests/make_record.awk" -v launches=6 -v kernels="pingpong bandwidth" -v arms="evil wide plain" -v sizes="8 64 512 4096 32768" \
    -v times="wide:*:*:2 plain:pingpong:*:0.5" > "$work/record.json"
sed 's/"evil"/"e\\u001b[2J\\u009b31m\\u0007l"/g; s/"wide"/"中文ü한국"/g' "$work/record.json" > "$work/hostile.json"
on_terminal 110 ./efabench report "$work/hostile.json"
is "hostile names stay text" "$(looks),$(has "e?[2J??31m?l"),$(sed "s/${escape}\[[0-9;]*m//g" "$work/out" | LC_ALL=C tr -d '\n' | LC_ALL=C grep -c '[[:cntrl:]]')" \
    0,yes,yes,yes,yes,0
is "... wide ones take two columns" "$(wide 110)" ""
run ./efabench report "$work/hostile.json"
is "... in a pipe too" "$code,$(wide 80)" 0,
python3 - "$work/out" > "$work/ends" <<'PY'
import sys, unicodedata
def width(s): return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in s)
lines = open(sys.argv[1], encoding="utf-8").read().split("\n")
heads = [i for i, line in enumerate(lines) if "中文ü한국" in line and line.lstrip().startswith("size")]
ends = set()
for i in heads:
    end = width(lines[i][: lines[i].index("中文ü한국")]) + width("中文ü한국")
    for row in lines[i + 1 :]:
        if not row.strip():
            break
        ends.add(row[end - 1].isdigit() and row[end : end + 1] in ("", " "))
print(len(heads) > 0, ends)
PY
is "... and their column's numbers end below them" "$(cat "$work/ends")" "True {True}"
finish
