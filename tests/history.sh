#!/bin/sh
# efabench history as its users meet it: nights come and go, writers are killed, wait for one another and find files that
# are none of theirs. What a file is must not change where it is refused: sha256sum before and after.
. "${srcdir:-.}/tests/lib.sh"
make="$PWD/make_nights"
efabench=$PWD/efabench
db=$work/nights.db

history() { run "$efabench" history "$@"; }
states() { "$efabench" history "${1:-$db}" list --format csv | tail -n +2 | cut -d , -f 3 | uniq -c | awk '{printf "%s %s, ", $1, $2}'; }
sum() { sha256sum < "$1"; }
made() { mkdir -p "$work/$1"; dir=$work/$1; shift; "$make" "$dir" "$@"; }

# untouched NAME WORDS COMMAND...: exit 4 with WORDS in one line, and the file $db as it was
untouched() {
    untouched_name=$1 untouched_words=$2
    shift 2
    before=$(sum "$db")
    run "$@"
    if [ "$before" != "$(sum "$db")" ]; then not_ok "$untouched_name" "the file has changed"; return; fi
    if [ "$(ls "$work"/*-journal "$work"/*.tmp 2>/dev/null)" ]; then not_ok "$untouched_name" "something is left"; return; fi
    if [ "$code" -ne 4 ]; then not_ok "$untouched_name" "exit code $code, wanted 4" "$(cat "$work/err")"; return; fi
    one_line "$untouched_name" "$untouched_words"
}

# hold SQL: a shell of SQLite holds a transaction on $db until release
hold() {
    mkfifo "$work/hold"
    sqlite3 "$db" < "$work/hold" > "$work/held" 2>&1 &
    holder=$!
    exec 9> "$work/hold"
    printf '%s;\nSELECT "held";\n' "$1" >&9
    while ! grep -q held "$work/held"; do sleep 0.05; done
}
release() {
    exec 9>&-
    wait $holder
    rm "$work/hold"
}

# less COMMAND...: run, where root may write only what belongs to it and give nothing away; $skipped says whether
less() {
    skipped=no
    if [ "$(id -u)" -ne 0 ]; then run "$@"
    elif setpriv --bounding-set=-dac_override,-chown,-fowner true 2>/dev/null; then
        run setpriv --bounding-set=-dac_override,-chown,-fowner "$@"
    else skipped=yes; fi
}

# Nights 0 to 29 are quiet by their making: off by 0.5% at most, less than what is worth telling.
made quiet count=30
history "$db" add "$work"/quiet/night-*.json
says "30 nights are added" 0 out "night-0029.json: added"
is "19 are learned from, 11 are quiet" "$(states)" "19 learning, 11 quiet, "
history "$db" add "$work/quiet/night-0007.json"
says "a record that is there already is said to be, exit 0" 0 out "night-0007.json: was there already"
python3 -c 'import json, sys; json.dump(json.load(open(sys.argv[1])), open(sys.argv[2], "w"), indent=3)' \
    "$work/quiet/night-0007.json" "$work/otherwise.json" 2>/dev/null &&
    { history "$db" add "$work/otherwise.json"; says "the same in another layout too" 0 out "was there already"; }
history "$db" check
says "check" 0 out "sound: 30 nights"
history "$db" list
says "list" 0 out "30 nights: 19 learning, 11 quiet" "2026-01-30T03:00:00Z" "node1, node2" "c5n.18xlarge"

made shift first=30 count=3 shift=10
before=$(sum "$db")
run "$efabench" gate "$work/shift/night-0030.json" --history "$db" --format json
says "gate: once is suspect, exit 3" 3 out "run again on a fresh allocation"
is "gate writes nothing" "$(sum "$db")" "$before"
history "$db" add "$work/shift/night-0030.json"
is "one night out of line is suspect" "$(states)" "19 learning, 11 quiet, 1 suspect, "
run "$efabench" gate "$work/shift/night-0030.json" --history "$db" --format json
says "gate after add says the same" 3 out "run again on a fresh allocation"
run "$efabench" gate "$work/shift/night-0031.json" --history "$db" --format json
says "gate: twice is regressed, exit 1" 1 out "so was the run of 2026-01-31T03:00:00Z"
history "$db" add "$work/shift/night-0031.json" "$work/shift/night-0032.json"
is "two and more are red" "$(states)" "19 learning, 11 quiet, 3 red, "
made back first=33 count=2
run "$efabench" gate "$work/back/night-0033.json" --history "$db" --format json
says "gate: back to what it was, exit 0" 0 out "no series is further out than 30 nights were"
made fewer first=33 series=3
run "$efabench" gate "$work/fewer/night-0033.json" --history "$db" --format json
says "gate: a series is missing, exit 4" 4 out "missing"
made other first=33 ranks=4
run "$efabench" gate "$work/other/night-0033.json" --history "$db" --format json
says "gate: no night is like it, exit 4" 4 err "ranks: 2 rather than 4" "--allow"
history "$db" add "$work"/back/night-*.json
is "red nights are no measure: what was before is quiet, not better" "$(states)" "19 learning, 11 quiet, 3 red, 2 quiet, "

history "$db" accept --by ann
says "accept wants a reason" 2 err "--reason"
history "$db" accept --reason "new switch" --by ""
says "accept wants a name" 2 err "--by"
history "$db" accept --reason "new switch" --by ann --from 2027
says "accept names a night that there is not" 2 err "2027"
history "$db" accept --reason "new switch" --by ann
says "accept does not guess a run that is over" 2 err "--from" "red or suspect"
history "$db" accept --reason "$(printf 'new \377 switch')" --by ann --from 2026-01-31
says "accept takes no text that is none" 2 err "--reason" "UTF-8"
history "$db" accept --reason 'new "switch", 2nd floor' --by ann --from 2026-01-31
says "accept" 0 out "accepted from night"
is "the new level begins at the first of the red nights" "$(states)" "19 learning, 11 quiet, 5 learning, "
history "$db" accept --reason "again" --by bob --from 2026-01-31
says "accept twice is refused" 2 err "accepted already, by ann"
history "$db" list
run "$efabench" gate "$work/back/night-0034.json" --history "$db" --format json
says "gate: too few nights since then, exit 3" 3 out "too few nights: 4 since the accepted shift of 2026-01-31T03:00:00Z, need 19"
history "$db" list
says "list tells who accepted what and why" 0 out "by ann at" 'new "switch", 2nd floor' "2026-01-31T03:00:00Z"
history "$db" show
says "show finds the change and its size" 0 out "pingpong half_rtt, tcp, 8 B, 2 ranks" "changed 2026-01-31T03:00:00Z" \
    "% worse" "accepted"
history "$db" show --match kernel-tcp --format csv
is "show: only what matches" "$(tail -n +2 "$work/out" | cut -d , -f 4 | sort -u)" kernel-tcp
history "$db" show --match nothing-of-the-kind
says "show: no series matches" 2 err "nothing-of-the-kind"
history "$db" export
is "export: a line for each value and accept" "$(cut -d , -f 1 "$work/out" | sort | uniq -c | tr -s ' \n' ' ')" \
    " 1 accept 1 row 140 value "
history "$db" export --format json -o "$work/all.json"
is "export as JSON to a file" "$code,$(head -c 1 "$work/all.json"),$(wc -c < "$work/out")" "0,{,0"
if command -v python3 >/dev/null; then
    is "the export is JSON with everything in it" "$(python3 -c '
import json, math, sys
whole = json.load(open(sys.argv[1]))
series = whole["nights"][30]["series"]
print(whole["schema"], len(whole["nights"]), len(series), whole["accepts"][0]["reason"],
      all(abs(math.exp(s["z"]) / s["value"] - 1) < 0.01 for s in series))' "$work/all.json")" \
        'efabench-history/1 35 4 new "switch", 2nd floor True'
fi
if locale -a 2>/dev/null | grep -qi '^de_DE.utf'; then
    LC_ALL=de_DE.UTF-8 "$efabench" history "$db" export > "$work/german"
    "$efabench" history "$db" export > "$work/plain"
    is "no locale is in the export" "$(sum "$work/german")" "$(sum "$work/plain")"
fi

# The order in which nights are added: shuffled, one process for each, against all at once.
mkdir "$work/all"
cp "$work"/quiet/*.json "$work"/shift/*.json "$work"/back/*.json "$work/all"
"$efabench" history "$work/straight.db" add "$work"/all/*.json > "$work/out"
for night in $(basename -a "$work"/all/* | awk '{ print (NR * 17) % 35, $0 }' | sort -n | cut -d ' ' -f 2); do
    "$efabench" history "$work/shuffled.db" add "$work/all/$night" || echo failed
done > "$work/out"
for format in csv json; do
    for order in straight shuffled; do
        "$efabench" history "$work/$order.db" export --format $format > "$work/$order.$format"
    done
    is "whatever the order of adding, the $format export is the same" "$(sum "$work/shuffled.$format")" "$(sum "$work/straight.$format")"
done
is "and so are the states" "$(states "$work/shuffled.db")" "19 learning, 11 quiet, 3 red, 2 quiet, "
history "$work/shuffled.db" check
says "and what is stored is what follows" 0 out "sound: 35 nights"

# Usage.
history "$db"
says "an action is wanted" 2 err "add|list|show|accept|export|check|rebuild"
history "$db" burn
says "an unknown action is named" 2 err "'burn'"
history "$db" add
says "add wants a record" 2 err "one RECORD at least"
history "$db" list too-much
says "list takes no more" 2 err "'too-much'"
history "$db" list --format xml
says "an unknown format is named" 2 err "xml"
history "$db" add --delta 5 "$work/quiet/night-0000.json"
says "the delta of a database is not changed by the way" 2 err "--delta" "rebuild"
for action in list show export check "accept --reason a --by b" "rebuild $work/quiet/night-0000.json"; do
    # shellcheck disable=SC2086
    history "$work/not-there.db" $action
    says "no database, ${action%% *}: exit 4" 4 err "not-there.db"
done
is "none of them makes one" "$(ls "$work"/not-there* 2>/dev/null)" ""
before=$(sum "$db")
printf '{}' > "$work/none.json"
history "$db" add "$work/quiet/night-0000.json" "$work/none.json"
says "a record that is none: exit 4, and nothing is added" 4 err "none.json"
is "the database is as it was" "$(sum "$db")" "$before"

# Files that are none of ours, or not whole.
cp "$db" "$work/good.db"
printf 'once upon a time' > "$db"
untouched "no SQLite: list" foreign "$efabench" history "$db" list
untouched "no SQLite: add" foreign "$efabench" history "$db" add "$work/quiet/night-0000.json"
: > "$db"
untouched "an empty file: add" foreign "$efabench" history "$db" add "$work/quiet/night-0000.json"
head -c 20000 "$work/good.db" > "$db"
untouched "a file that was cut: list" corrupt "$efabench" history "$db" list
untouched "a file that was cut: add" corrupt "$efabench" history "$db" add "$work/shift/night-0030.json"
cp "$work/good.db" "$db"
printf 'garbagegarbagegarbage' | dd of="$db" bs=1 seek=$((4096 * 5)) conv=notrunc 2>/dev/null
untouched "bytes of a page changed: add" corrupt "$efabench" history "$db" add "$work/shift/night-0030.json"
untouched "bytes of a page changed: check" corrupt "$efabench" history "$db" check
if command -v sqlite3 >/dev/null; then
    rm "$db"
    sqlite3 "$db" 'CREATE TABLE nights (id); PRAGMA user_version = 1'
    untouched "a database of another application: add" foreign "$efabench" history "$db" add "$work/quiet/night-0000.json"
    untouched "a database of another application: list" foreign "$efabench" history "$db" list
    cp "$work/good.db" "$db"
    sqlite3 "$db" 'PRAGMA user_version = 99'
    for action in list "add $work/quiet/night-0000.json" "accept --reason a --by b" "rebuild $work/quiet/night-0000.json" check; do
        # shellcheck disable=SC2086
        untouched "a newer schema: ${action%% *}" "newer: its schema is 99" "$efabench" history "$db" $action
    done
    cp "$work/good.db" "$db"
    sqlite3 "$db" 'UPDATE nights SET judged = 1 WHERE created_utc LIKE "2026-01-25%"'
    untouched "a state that does not follow: check" "does not follow" "$efabench" history "$db" check
    cp "$work/good.db" "$db"
    sqlite3 "$db" 'UPDATE nights SET basis = 1, judged = 1'
    is "what other rules made of the nights is not believed" "$(states)" "19 learning, 11 quiet, 5 learning, "
    history "$db" check
    says "and is nothing wrong" 0 out "sound: 35 nights"
    history "$db" add "$work/other/night-0033.json"
    is "and goes with the next night" "$(sqlite3 "$db" 'SELECT count(*) FROM nights WHERE basis = 1')" 0
    cp "$work/good.db" "$db"
    sqlite3 "$db" 'DELETE FROM series WHERE id = 1'
    untouched "a value without a series: check" corrupt "$efabench" history "$db" check
    cp "$work/good.db" "$db"

    # Locked: a shell holds a transaction until its standard input ends.
    hold 'BEGIN EXCLUSIVE'
    run "$efabench" history "$db" add "$work/shift/night-0030.json"
    says "locked: add waits, then exit 4" 4 err "locked" "nights.db"
    run "$efabench" history "$db" list
    says "locked: list" 4 err "locked" "nights.db"
    release
    is "locked: nothing was changed" "$(sum "$db")" "$(sum "$work/good.db")"
    run "$efabench" history "$db" list
    says "and then it is free again" 0 out "35 nights"

    # What no efabench wrote is shown nevertheless.
    sqlite3 "$db" "UPDATE accepts SET reason = CAST(X'4EFF' AS TEXT)"
    history "$db" export --format json
    says "a reason that is no text is exported as JSON" 0 out '"reason": "N?"'
    cp "$work/good.db" "$db"

    # A rebuild waits for the lock of a file in whose place another one is put meanwhile: it must carry over what is in
    # that one. (Where it has not begun to wait after a second it finds the new one at once.)
    cp "$db" "$work/newer.db"
    "$efabench" history "$work/newer.db" accept --reason "in the new one" --by eve --from 2026-02-03 > "$work/out"
    hold 'BEGIN IMMEDIATE'
    "$efabench" history "$db" rebuild "$work"/all/*.json 9>&- > "$work/rebuild.out" 2>&1 &
    rebuild=$!
    sleep 1
    mv "$work/newer.db" "$db"
    release
    wait $rebuild
    is "a rebuild of a file that was replaced is one of the new file" \
        "$? $("$efabench" history "$db" export | grep -c 'in the new one')" "0 1"
    cp "$work/good.db" "$db"

    # What a killed writer leaves: a copy of file and journal while a transaction is half written.
    mkdir "$work/hot"
    hold 'PRAGMA cache_size = 1; BEGIN; UPDATE measured SET z = z + 1; CREATE TABLE large AS SELECT randomblob(1000000)'
    cp "$db" "$work/hot/nights.db"
    cp "$db-journal" "$work/hot/nights.db-journal"
    release
    chmod 444 "$work/hot"/*
    chmod 555 "$work/hot"
    less "$efabench" history "$work/hot/nights.db" list
    if [ $skipped = no ]; then
        says "what a killed writer left, and a reader who may not write: exit 4" 4 err "a writer was killed" "once"
        one_line "... in one line" "hot/nights.db"
    else ok "a killed writer and a reader who may not write # SKIP root, and no setpriv"; fi
    chmod 755 "$work/hot"
    chmod 644 "$work/hot"/*
    run "$efabench" history "$work/hot/nights.db" list
    says "whoever may write puts it back" 0 out "35 nights"
    is "and all is as it was" "$("$efabench" history "$work/hot/nights.db" export | sha256sum)" "$("$efabench" history "$db" export | sha256sum)"

    # A database of schema 1, as it was before there were accepts and states.
    rm -f "$db"
    sqlite3 "$work/good.db" .dump | grep -v '^PRAGMA' > "$work/dump.sql"
    {
        echo 'PRAGMA application_id = 1700948078; PRAGMA user_version = 1;'
        echo 'CREATE TABLE kinds (id INTEGER PRIMARY KEY, likeness TEXT NOT NULL UNIQUE);
CREATE TABLE nights (id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, created_utc TEXT NOT NULL, kind INTEGER NOT NULL REFERENCES kinds (id), hosts TEXT NOT NULL, instance TEXT NOT NULL, version TEXT NOT NULL, git_version TEXT NOT NULL, launches INTEGER NOT NULL);
CREATE TABLE series (id INTEGER PRIMARY KEY, kernel TEXT NOT NULL, metric TEXT NOT NULL, algorithm TEXT NOT NULL, arm TEXT NOT NULL, variant TEXT NOT NULL, size_bytes INTEGER NOT NULL, ranks INTEGER NOT NULL, UNIQUE (kernel, metric, algorithm, arm, variant, size_bytes, ranks));
CREATE TABLE measured (night INTEGER NOT NULL REFERENCES nights (id), series INTEGER NOT NULL REFERENCES series (id), z REAL NOT NULL, value REAL NOT NULL, launches INTEGER NOT NULL, algorithm TEXT NOT NULL, PRIMARY KEY (night, series)) WITHOUT ROWID;'
        echo "ATTACH '$work/good.db' AS now; INSERT INTO kinds SELECT * FROM now.kinds; INSERT INTO series SELECT * FROM now.series;"
        echo 'INSERT INTO nights SELECT id, digest, created_utc, kind, hosts, instance, version, git_version, launches FROM now.nights; INSERT INTO measured SELECT * FROM now.measured;'
    } | sqlite3 "$db"
    before=$(sum "$db")
    is "an older schema is read as it is" "$(states)" "19 learning, 11 quiet, 3 red, 2 quiet, "
    history "$db" check
    says "and checked" 0 out "sound: 35 nights"
    is "and left as it is" "$(sum "$db")" "$before"
    history "$db" add "$work/quiet/night-0000.json"
    says "whoever writes migrates it" 0 out "was there already"
    is "to the schema of today" "$(sqlite3 "$db" 'PRAGMA user_version')" 2
    "$efabench" history "$db" export > "$work/migrated.csv"
    is "with all that was in it" "$(sum "$work/migrated.csv")" "$(sum "$work/straight.csv")"
    history "$db" check
    says "and it is sound" 0 out "sound: 35 nights"
fi

# A new one from the records.
cp "$work/good.db" "$db"
history "$db" rebuild "$work"/all/night-00[0-2]*.json "$work"/all/night-003[0-3].json
says "rebuild" 0 out "rebuilt from 34 records" "are gone: 1"
is "the accepted shift was carried over" "$(states)" "19 learning, 11 quiet, 4 learning, "
history "$db" rebuild "$work"/all/*.json
"$efabench" history "$db" export > "$work/rebuilt.csv"
"$efabench" history "$work/good.db" export > "$work/good.csv"
is "rebuilt from all records it is what it was" "$(sum "$work/rebuilt.csv")" "$(sum "$work/good.csv")"
before=$(sum "$db")
history "$db" rebuild "$work/quiet/night-0000.json" "$work/none.json"
says "rebuild from what is no record: exit 4" 4 err "none.json"
is "the old one is as it was" "$(sum "$db")" "$before"
if [ "$(id -u)" -eq 0 ]; then
    chown 12345:12346 "$db"
    chmod 640 "$db"
    history "$db" rebuild "$work"/all/*.json
    is "rebuild keeps owner and mode" "$code $(stat -c '%u %g %a' "$db")" "0 12345 12346 640"
    chmod 666 "$db"
    before=$(sum "$db")
    less "$efabench" history "$db" rebuild "$work"/all/*.json
    [ $skipped = yes ] || says "or refuses" 2 err "belongs to user 12345 and group 12346"
    is "and the old one is as it was" "$(sum "$db") $(stat -c '%u %g %a' "$db")" "$before 12345 12346 666"
    is "with nothing beside it" "$(find "$work" -name '*.rebuilt.*')" ""
    chown 0:0 "$db"
else ok "rebuild keeps the owner # SKIP not root"; fi
printf 'garbagegarbagegarbage' | dd of="$db" bs=1 seek=$((4096 * 5)) conv=notrunc 2>/dev/null
history "$db" rebuild "$work"/all/*.json
history "$db" check
says "a damaged one can be rebuilt" 0 out "sound: 35 nights"
is "nothing is left beside" "$(find "$work" -name '*journal' -o -name '*.rebuilt.*' -o -name '*.tmp')" ""

# Two writers, and a third: nothing is lost, nothing is there twice.
rm -f "$db"
for part in 0 1 2; do
    for night in $(basename -a "$work"/all/* | awk -v part=$part 'NR % 3 == part || NR % 5 == 0'); do
        "$efabench" history "$db" add "$work/all/$night" || echo "failed: $night"
    done > "$work/writer$part" 2>&1 &
done
wait
is "of several writers none fails" "$(cat "$work"/writer? | grep -vE 'added|was there')" ""
is "each night was added once" "$(cat "$work"/writer? | grep -c added)" 35
"$efabench" history "$db" export > "$work/written.csv"
is "and what several wrote is what one writes" "$(sum "$work/written.csv")" "$(sum "$work/straight.csv")"

# Writers are killed at any moment of the time that it takes one to add all nights: so many milliseconds after the first of
# them made the file.
unsound=0 kills=0 partial=0
nights=$(ls "$work"/all | wc -l)
while [ $kills -lt 12 ]; do
    kills=$((kills + 1))
    rm -f "$db" "$db-journal"
    "$efabench" history "$db" add "$work"/all/night-*.json > /dev/null 2>&1 &
    writer=$!
    while [ ! -s "$db" ] && kill -0 $writer 2>/dev/null; do sleep 0.002; done
    sleep "0.0$(printf '%02d' $((kills * 3 - 3)))"
    kill -9 $writer 2>/dev/null
    wait $writer 2>/dev/null
    [ -f "$db" ] || continue
    if "$efabench" history "$db" check > "$work/killed" 2>&1; then
        [ "$(tr -dc 0-9 < "$work/killed")" -ge "$nights" ] || partial=$((partial + 1))
    else
        unsound=$((unsound + 1))
        cat "$work/killed"
    fi
done > "$work/out" 2>&1
is "after $kills kills it was sound each time" "$unsound" 0
if [ $partial -gt 0 ]; then ok "and some of them came in the middle"
else not_ok "and some of them came in the middle" "all or none of the $nights nights were there each time"; fi
"$efabench" history "$db" add "$work"/all/*.json > /dev/null
"$efabench" history "$db" export > "$work/killed.csv"
is "and takes the rest" "$(sum "$work/killed.csv")" "$(sum "$work/straight.csv")"

# What records say may hold anything.
sed 's/"node1"/"no\\u001b[2Jde"/; s/03:00:00Z/04:00:00Z/' "$work/quiet/night-0029.json" > "$work/rude.json"
history "$db" add "$work/rude.json"
history "$db" list
is "no escapes reach a terminal" "$(LC_ALL=C grep -c "$(printf '\033')" "$work/out")" 0
finish
