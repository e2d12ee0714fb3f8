#!/bin/sh
# What efabench run shows while it goes on: on a terminal, into a pipe, and what it says at its end.
. "${srcdir:-.}/tests/lib.sh"
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS
TMPDIR=$work
export TMPDIR
launcher="mpirun --oversubscribe"
unset LC_ALL LC_CTYPE NO_COLOR
LANG=C.UTF-8 TERM=xterm
export LANG TERM
escape=$(printf '\033')

# A launch that was: what replays it says its lines again, with a pause after each, so that the terminal's tests know how long
# a launch takes at least. 17 sizes of one arm.
$launcher -n 2 ./efabench-mpi --stream -i 5 --sweeps 1 -s 1:64K -a n=null pingpong > "$work/journal"
is "the journal says how many blocks there are" "$(sed -n 's/.*"plan": {"blocks": \([0-9]*\)}.*/\1/p' "$work/journal")" 17
last_size=$(sed -n 's/.*"size_bytes": \([0-9]*\).*/\1/p' "$work/journal" | tail -n 1) # their order is random
[ "$last_size" -lt 1024 ] && last_size="$last_size B" || last_size="$((last_size / 1024)) KiB"
cat > "$work/replay" << X
#!/bin/sh
while IFS= read -r line; do
    printf '%s\\n' "\$line"
    sleep \${PAUSE:-0}
done < "$work/journal"
X
chmod +x "$work/replay"

# Into a pipe: a log
quick="-t 1 --sweeps 1 -s 8 -a n=null"
# shellcheck disable=SC2086
run timeout 200 ./efabench run --launcher "$launcher" -k 3 $quick -o "$work/log.json" pingpong
says "a run whose standard error is a file" 0 err "efabench run: launch 1 of 3 done in " "efabench run: launch 3 of 3 done in "
is "... a line a launch, in their order" "$(sed -n 's/^efabench run: launch \([0-9]*\) of 3 done in [0-9.]* s.*/\1/p' "$work/err" | tr '\n' ' ')" "1 2 3 "
is "... with the time left, but for the last" "$(grep -c '^efabench run: launch .* s, about [0-9]* [a-z]* left$' "$work/err")" 2
is "... without control characters, or any that are not ASCII" "$(LC_ALL=C tr -d '\n -~' < "$work/err" | wc -c | tr -d ' ')" 0
is "... standard output is the product alone" "$(grep -c 'done in\|left$\|efabench run: ' "$work/out")" 0
is "... the last line says how to go on" "$(tail -n 1 "$work/err")" \
    "efabench run: see it as a page: efabench report $work/log.json --format html -o $work/log.html"
# shellcheck disable=SC2086
run timeout 200 ./efabench run --launcher "$launcher" -k 1 $quick -o "$work/log.json" --variant old=X=1 pingpong
says "a launch of a variant has its name" 0 err "efabench run: launch 1 of 1 (variant old) done in "

# What a file held is kept
is "a record in the place of another: that one is kept" "$(./efabench report "$work/log.json~" | grep -c 'launches  3')" 1
says "... and that is said" 0 err "what $work/log.json held before is $work/log.json~ now" "record: $work/log.json"
cp "$work/log.json" "$work/before.json"
run ./efabench run --launcher false -k 1 -a n=null -s 8 -o "$work/before.json" pingpong
says "a run that measures nothing" 2 err "launch 1 of 1 failed"
is "... leaves the file as it was" "$(cmp "$work/log.json" "$work/before.json" && ls "$work" | grep -c 'before.json~')" 0
: > "$work/empty.json"
# shellcheck disable=SC2086
run timeout 200 ./efabench run --launcher "$work/replay" -k 2 $quick -o "$work/empty.json" pingpong
says "an empty file holds nothing" 0 err "record: $work/empty.json"
is "... and its record's own launches are not kept apart" "$(ls "$work" | grep -c 'empty.json~')" 0
mkdir "$work/old.json~"
cp "$work/log.json" "$work/old.json"
run ./efabench run --launcher "$launcher" -k 1 -a n=null -s 8 -o "$work/old.json" pingpong
says "what cannot be kept is told before anything is started" 2 err "$work/old.json~; but that is no regular file"
cp "$work/log.json" "$work/full.json"
echo older > "$work/full.json~"
(
    trap '' XFSZ
    ulimit -f 8 # a record has more: as on a disk that is full
    run ./efabench run --launcher "$work/replay" -k 1 -a n=null -o "$work/full.json" pingpong
    echo "$code" > "$work/code"
)
read -r code < "$work/code"
says "a record that finds no room" 2 err "full.json: cannot write it: File too large"
is "... in one line that is true" "$(grep -c 'cannot write it' "$work/err")" 1
says "... and where what was measured is now" 2 err "is in $work/full.json.journal: efabench report reads it"
says "... is shown all the same" 2 out pingpong
is "... and what was there is there, and what was kept before" \
    "$(cmp "$work/log.json" "$work/full.json" && cat "$work/full.json~" && ls "$work" | grep -c tmp)" "older
0"
ln -s log.json "$work/link.json"
run timeout 100 $launcher -n 2 ./efabench-mpi -i 5 --sweeps 1 -s 8 -a n=null -o "$work/link.json" pingpong
says "efabench-mpi keeps it too, beside what a link leads to" 0 err "is $work/log.json~ now" "--format html -o $work/link.html"
is "... the link stays one" "$(readlink "$work/link.json")" log.json
mkdir "$work/it's one"
# shellcheck disable=SC2086
run timeout 200 ./efabench run --launcher "$work/replay" -k 1 $quick -o "$work/it's one/a" pingpong
says "a name that a shell would take apart" 0 err "report '$work/it'\\''s one/a' --format html -o '$work/it'\\''s one/a.html'"

# What went wrong, and what to do next
run env PATH=/nowhere ./efabench run -k 1 -a n=null -s 8 -o "$work/x.json" pingpong
says "no mpirun" 2 err "cannot start 'mpirun'" "install Open MPI" "--launcher"
one_line "... in one line" "cannot start"
run ./efabench run --launcher "false --host a,b" -k 1 -a n=null -s 8 -o "$work/x.json" pingpong
says "a launcher that fails" 2 err "'false' ended with exit code 1: see whether 'false --host a,b -n 2 hostname' runs"
one_line "... in one line" "launch 1 of 1 failed"
printf '#!/bin/sh\nexit 1\n' > "$work/mpirun"
chmod +x "$work/mpirun"
run env OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
    ./efabench run --launcher "$work/mpirun" -n 9000 -k 1 -a n=null -s 8 -o "$work/x.json" pingpong
says "more ranks than slots" 2 err "$work/mpirun --oversubscribe"
if [ "$(id -u)" = 0 ]; then
    run env -u OMPI_ALLOW_RUN_AS_ROOT ./efabench run --launcher "$work/mpirun" -k 1 -a n=null -s 8 -o "$work/x.json" pingpong
    says "root without Open MPI's leave" 2 err "export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1"
fi
run ./efabench run --launcher "$launcher" --worker "$work/none" -k 1 -a n=null -s 8 -o "$work/x.json" pingpong
says "a worker that is not there" 2 err "$work/none is no program here; --worker"
run ./efabench run --launcher "$launcher" -k 1 -s 8 -a a=ofi:nonsense -o "$work/x.json" pingpong
says "a worker that refuses" 2 err "'nonsense'" "ended with exit code 2: why stands above"
run ./efabench run --launcher "$launcher" -k 1 -s 8 -a e=sockets@ixgbevf -o "$work/x.json" pingpong
[ $code = 0 ] || says "no such adapter" 77 err "'efabench adapters' shows what it has" "'efabench doctor' says what to mend"
run ./efabench run -k 1 -o "$work/no/such/x.json"
says "no directory for the record" 2 err "there is no directory $work/no/such: make it first with mkdir -p"
run ./efabench report "$work/none.json"
says "no record" 4 err "efabench run -o FILE makes a record"
run ./efabench report "$work/mpirun"
says "no record, but some text" 4 err "efabench import"
run ./efabench report
says "no record named" 2 err "efabench run -o run.json makes one"

# On a terminal
if ! python3 -c 'import fcntl, termios' 2>/dev/null; then
    ok "a terminal # SKIP there is no python3"
    finish
    exit 0
fi
seen() { # seen COLUMNS... COMMAND...: as run does, on a terminal
    code=0
    timeout 300 python3 "$srcdir/tests/on_pty.py" "$work" "$@" 2> "$work/err" || code=$?
}
shares() { sed -n 's/^ *\([0-9]*\)%.*/\1/p' "$work/draws"; }
longest() { python3 -c 'import sys; print(max(len(l.rstrip("\n")) for l in open(sys.argv[1], encoding="utf-8")))' "$work/$1"; }

# 20 lines a launch with 30 ms behind each are 33 a second at most, and take 0.6 s at least
PAUSE=0.03 seen 80 ./efabench run --launcher "$work/replay" -k 3 -a n=null -o "$work/t.json" pingpong
says "a run on a terminal" 0 draws "  0%  ░░░░░░░░░░  launch 1 of 3  starting" "launch 2 of 3" "100%  ██████████  launch 3 of 3  pingpong n $last_size" \
    " left  launch 3 of 3  pingpong n "
is "... the share never falls" "$(shares | sort -nc 2>&1)" ""
is "... and has more steps than launches" "$([ "$(shares | uniq | wc -l)" -gt 6 ] && echo yes)" yes
is "... a third is done when the second launch starts" "$(sed -n 's/^ *\([0-9]*\)%.*launch 2 of 3  starting/\1/p' "$work/draws" | sort -u)" 33
is "... the line is gone at the end" "$(tr -d '\r' < "$work/screen")" "efabench run: record: $work/t.json
efabench run: see it as a page: efabench report $work/t.json --format html -o $work/t.html"
is "... not more than five drawings a second" "$(awk '$1 > 5' "$work/rate")" ""
is "... no colour, and no escape but the one that clears" "$(sed "s/$escape\[K//g" "$work/raw" | grep -c "$escape")" 0
is "... nothing into standard output" "$(grep -c '%  ' "$work/out")" 0

LANG=C seen 40 ./efabench run --launcher "$launcher" -k 2 -t 10 --sweeps 1 -s 8:64 -a a-rather-long-name=null -o "$work/t.json" pingpong
says "forty columns, and no UTF-8" 0 draws "  0%  launch 1 of 2  starting" "100%  launch 2 of 2  pingpong a-rather-"
is "... are not left" "$([ "$(longest draws)" -le 39 ] && echo yes)" yes
is "... in ASCII" "$(LC_ALL=C tr -d '\n -~' < "$work/draws" | wc -c | tr -d ' ')" 0
PAUSE=0.03 seen 90 --resize 3 30 ./efabench run --launcher "$work/replay" -k 2 -a n=null -o "$work/t.json" pingpong
sed '1,/<resized>/d' "$work/draws" > "$work/after"
is "a terminal that is made narrower: the line goes with it" "$([ -s "$work/after" ] && [ "$(longest after)" -le 29 ] && [ "$(longest draws)" -gt 29 ] && echo yes)" yes

NO_COLOR=1 TERM=dumb seen 80 ./efabench run --launcher "$work/replay" -k 2 -a n=null -o "$work/dumb.json" pingpong
says "a dumb terminal: a line a launch" 0 screen "efabench run: launch 1 of 2 done in " "efabench run: launch 2 of 2 done in "
is "... and no escape" "$(grep -c "$escape" "$work/raw")" 0

# Others speak too, also without an end of line
cat > "$work/third-fails" <<X
#!/bin/sh
echo x >> "$work/count"
[ "\$(wc -l < "$work/count")" -lt 3 ] || { echo "the third launch is cursed" >&2; exit 9; }
echo "modules loaded"
sleep 0.3 # two pipes have no order
printf 'half a line, ' >&2
sleep 0.3
echo "and its end" >&2
exec "$work/replay"
X
chmod +x "$work/third-fails"
seen 80 ./efabench run --launcher "$work/third-fails" -k 5 -a n=null -o "$work/f.json" pingpong
is "words of others and a launch that fails: each stands alone" "$code $(cut -c1-79 "$work/screen")" \
    "2 modules loaded
half a line, and its end
modules loaded
half a line, and its end
the third launch is cursed
efabench run: record: $work/f.json
$(printf '%s' "efabench run: see it as a page: efabench report $work/f.json --format html -o $work/f.html" | cut -c1-79)
$(printf '%s' "efabench run: launch 3 of 5 failed: '$work/third-fails' ended with exit code 9: see whether '$work/third-fails -n 2 hostname' runs, and" | cut -c1-79)"

seen 80 --interrupt 5 ./efabench run --launcher "$launcher" -k 50 -t 20 --sweeps 2 -s 8:1K -a "left-$$=null" -o "$work/c.json" pingpong
says "Ctrl-C" 2 screen "efabench run: interrupted"
is "... stands alone, and the line is gone" "$(tail -n 1 "$work/screen" | cut -c1-25) $(grep -c '%  ' "$work/screen")" "efabench run: interrupted 0"
tries=0 # ranks may outlive their mpirun by a moment
while [ -n "$(pids "^[^ ]*efabench-mpi .*left-$$=")" ] && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
is "... and so are the ranks" "$(pids "^[^ ]*efabench-mpi .*left-$$=")" ""

# The journal of an older worker does not say how many blocks there will be
printf '#!/bin/sh\nexec sed "s/, \\"plan\\": {[^}]*}//" "%s/journal"\n' "$work" > "$work/older"
chmod +x "$work/older"
seen 80 ./efabench run --launcher "$work/older" -k 4 -a n=null -o "$work/old-worker.json" pingpong
is "without it launches are counted" "$code $(shares | sort -nu | tr '\n' ' ')" "0 0 25 50 75 100 "
finish
