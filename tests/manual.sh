#!/bin/sh
# --help, man pages and completion: made of one table, true to it, and all examples run. Processes are few: what is to be
# said of all pages one awk says, and one bash completes all words.
. "${srcdir:-.}/tests/lib.sh"
here=$(pwd)
srcdir=$(cd "$srcdir" && pwd)
PATH=$here:$PATH
tab=$(printf '\t')
LC_ALL=C
export LC_ALL

pages=$(./make_manual pages)
commands=$(./make_manual commands)
./make_manual options > "$work/options"
./make_manual examples > "$work/examples"

skip() { tests_run=$((tests_run + 1)); printf 'ok %d - %s # SKIP %s\n' $tests_run "$1" "$2"; }

# Help ------------------------------------------------------------------------------------------------------------
mkdir "$work/help"
for page in $pages; do
    case $page in
    efabench | efabench-mpi) run "./$page" --help ;;
    *) run ./efabench "${page#efabench-}" --help ;;
    esac
    says "$page --help" 0 out "Usage: " "Examples:" "Exit codes:"
    mv "$work/out" "$work/help/$page"
    cat "$work/err" >> "$work/said"
done
is "... nothing on standard error" "$(cat "$work/said")" ""
is "... at most 80 columns" "$(cd "$work/help" && awk 'length > 80 { print FILENAME ": " $0 }' *)" ""
# of the table: PAGE, and how an option stands in the help; and what stands in the column of help, which is two spaces further,
# or on a line that begins with it
awk -F '\t' '{ print $1 " " ($3 == "-" ? "   " : $3 ",") " " $2 ($4 == "-" ? "" : substr($4, 1, 1) == "[" ? $4 : " " $4) }' "$work/options" |
    sort > "$work/wanted"
for page in $pages; do
    [ "$page" = efabench ] || sed -n "s/^  \(\(-.,\|   \) --[^ ]*\( [^ a-z][^ ]*\)\{0,1\}\).*/$page \1/p" "$work/help/$page"
done | sort > "$work/got"
is "... the options of the table, each once, and no other" "$([ -s "$work/got" ] && diff "$work/wanted" "$work/got")" ""
listed=$(sed -n '/^Commands:/,/^$/s/^  \([^ ]*\) .*/\1/p' "$work/help/efabench")
is "the overview lists the commands, each in one line" "$(printf '%s\n' $listed | sort | tr '\n' ' ')" \
    "adapters audit compare doctor gate history import plot report run screen "
is "... which make_manual knows too" "$(echo $commands)" "$(echo $listed)"
for command in $commands; do
    run ./efabench help "$command"
    is "efabench help $command is efabench $command --help" "$(diff "$work/help/efabench-$command" "$work/out" 2>&1)" ""
done
run ./efabench help
says "efabench help is the overview" 0 out "Commands:"
run ./efabench reprot
says "an unknown command: the nearest one" 2 err "unknown command 'reprot': did you mean 'report'?"
run ./efabench help gaet
says "... in help too" 2 err "did you mean 'gate'?"
run ./efabench help help
says "efabench help help is one" 0 out "Commands:"
run ./efabench -x run
says "an option where a command is wanted" 2 err "unknown option '-x': --help lists"
one_line "... in one line" "'-x'"
run ./efabench frobnicate
says "... none where none is near" 2 err "unknown command 'frobnicate': --help lists"
run ./efabench report --formt csv
says "an unknown option: the nearest one" 2 err "did you mean --format?"

# Man pages -------------------------------------------------------------------------------------------------------
is "the pages that are made are those of the table" "$(cd man && ls | sed 's/\.1$//' | sort | tr '\n' ' ')" \
    "$(printf '%s\n' $pages | sort | tr '\n' ' ')"
is "... and one for each command" "$(for command in $commands; do [ -s "man/efabench-$command.1" ] || echo "$command"; done)" ""
if command -v mandoc > /dev/null; then is "mandoc has nothing to say of them" "$(mandoc -Tlint -W warning man/*.1 2>&1)" ""
else skip "mandoc has nothing to say of them" "no mandoc"; fi
if command -v groff > /dev/null; then
    is "nor has groff" "$(for page in $pages; do groff -man -Tutf8 -ww -Z "man/$page.1" 2>&1 > /dev/null; done)" ""
else skip "nor has groff" "no groff"; fi
day=$(sh "$srcdir/scripts/release-date" "$srcdir")
# Each fault of a page: its sections, its day, hyphens that are none, pages that are not there
is "their sections, the day of the release, hyphens, and the others that they name" "$(awk -v day="$day" -v pages="$pages" '
    function end() {
        if (page == "") return
        wanted = "NAME,SYNOPSIS,DESCRIPTION," (page == "efabench" ? "" : "OPTIONS,") "EXAMPLES,EXIT STATUS,SEE ALSO,"
        if (sections != wanted) print page ": its sections are " sections
        if (dated != 1) print page ": not of " day
    }
    BEGIN { split(pages, list, /[ \n]+/); for (i in list) there[list[i]] = 1 }
    FNR == 1 { end(); page = FILENAME; sub(/.*\//, "", page); sub(/\.1$/, "", page); sections = ""; dated = 0 }
    /^\.\\"/ { next }
    /^\.TH / { dated += $3 == 1 && $4 == "\"" day "\""; next }
    /^\.SH / { if ($2 != "FILES" && $2 != "ENVIRONMENT") sections = sections substr($0, 5) "," }
    { text = $0; gsub(/\\-/, "", text); if (text ~ /-/) print page ": a hyphen: " $0 }
    /^\.BR .* \(1\),*$/ { other = $2; gsub(/\\/, "", other); if (!(other in there)) print page ": there is no " other }
    END { end() }' man/*.1)" ""
{ awk -F '\t' '{ print $1 " " ($3 == "-" ? "" : $3 ", ") $2 ($4 == "-" ? "" : substr($4, 1, 1) == "[" ? $4 : "=" $4) }' "$work/options"
  for page in $pages; do [ "$page" = efabench ] || echo "$page @FILE"; done; } | sort > "$work/wanted"
for page in $pages; do
    [ "$page" = efabench ] || sed -n '/^\.SH OPTIONS/,/^\.SH EXAMPLES/{ /^\.TP/{
        n
        s/\\f[BRI]//g
        s/\\-/-/g
        s/\\&//g
        s/\\(aq/'"'"'/g
        s/^/'"$page"' /p
    }; }' "man/$page.1"
done | sort > "$work/got"
is "their options" "$([ -s "$work/got" ] && diff "$work/wanted" "$work/got")" ""
is "a page's day is SOURCE_DATE_EPOCH's" "$(SOURCE_DATE_EPOCH=86400 sh "$srcdir/scripts/release-date" "$srcdir")" 1970-01-02
mkdir "$work/released"
echo '0.1.0 (2026-12-24)' > "$work/released/CHANGES"
is "... else that of CHANGES" "$(unset SOURCE_DATE_EPOCH; sh "$srcdir/scripts/release-date" "$work/released")" 2026-12-24
echo '0.1.0 (not yet released)' > "$work/released/CHANGES"
touch -d '2025-03-04T05:06:07Z' "$work/released/CHANGES"
is "... or of its last change" "$(unset SOURCE_DATE_EPOCH; sh "$srcdir/scripts/release-date" "$work/released")" 2025-03-04

# Completion ------------------------------------------------------------------------------------------------------
# completed CASES: NAME and, a line each, what bash offers and what is wanted, one after the other. CASES are lines of bash,
# offers NAME WANTED WORD...: for the last word, sorted, in one line; the words as bash cuts them.
cat > "$work/completed.bash" << 'X'
set -u
. "$1"
cd "$2"
completed() {
    local -a COMP_WORDS COMPREPLY
    local COMP_CWORD
    set -e
    local function
    function=$(complete -p "${1##*/}")
    function=${function##* -F }
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    "${function%% *}" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    ((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}"
}
offers() {
    local name=$1 wanted=$2 got
    shift 2
    got=$(completed "$@" 2>&1 | sort | tr '\n' ' ')
    printf '%s\n%s\n%s\n' "$name" "${got% }" "$wanted"
}
. "$3"
X
completed() { bash "$work/completed.bash" "$here/completions/efabench" "$work/files" "$1"; }

# options_of PAGE: in one line, sorted
options_of() { awk -F '\t' -v page="$1" '$1 == page { print $2 }' "$work/options" | sort | tr '\n' ' ' | sed 's/ $//'; }

mkdir -p "$work/files/records"
for file in run.json profile "gate report.xml"; do : > "$work/files/$file"; done
everything='gate report.xml profile records run.json'
if ! command -v bash > /dev/null; then
    skip "completion" "no bash"
else
    is "the completion is one for both programs" "$(cmp completions/efabench completions/efabench-mpi 2>&1 | grep -v 'No such')" ""
    is "file names are bash's own where nothing else is offered" \
        "$(bash -c '. completions/efabench; complete -p efabench efabench-mpi' | grep -c -- '-o default')" 2
    { echo "offers commands '$(printf '%s\n' $commands help --help --version | sort | tr '\n' ' ' | sed 's/ $//')' efabench ''"
      for page in $pages; do
          case $page in efabench) continue ;; efabench-mpi) words=efabench-mpi ;; *) words="efabench ${page#efabench-}" ;; esac
          echo "offers '... all options of $page' '$(options_of "$page")' $words --"
      done
      echo "everything='$everything'"
      cat << 'X'
offers "... that begin so" "gate" efabench g
offers "... of help too" "report run" efabench help r
offers "options of a command" "--allow --alpha" efabench compare --al
offers "a program found by its path" "--doctor" /usr/bin/efabench-mpi --doc
offers "formats of an audit" "json text" efabench audit --format ""
offers "... behind a =" "json text" efabench audit --format =
offers "... cut there by bash" "json" efabench audit --format = js
offers "... by the letter" "junit" efabench gate tonight.json -f ju
offers "formats of a report" "benchmark-bigger benchmark-smaller" efabench report -f benchm
offers "formats of a picture" "png svg" efabench plot -f ""
offers "formats of a history" "csv json text" efabench history nights.db list --format ""
offers "formats of a screening" "csv json text" efabench screen --format ""
offers "actions, behind the database" "accept add" efabench history nights.db a
offers "... and its name before" "$everything" efabench history ""
offers "tools" "imb iperf3" efabench import i
offers "... and then files" "run.json" efabench import osu --nodes 2 ru
offers "instance types" "c5n.18xlarge" efabench adapters --instance c5n.18
offers "mismatches to allow" "arms" efabench compare --allow = ar
offers "... several" "ranks,hosts" efabench compare --allow = ranks,ho
offers "a format of a file" "junit=" efabench gate --write ju
offers "... and the file" "records run.json" efabench gate --write junit = r
offers "files" "$everything" efabench report ""
offers "... behind an option's value" "run.json" efabench report --baseline k run
offers "... as a value" "run.json" efabench report --against run
offers "... behind a =" "run.json" efabench report --against = run
offers "directories" "records" efabench doctor --sysroot ""
offers "nothing where nothing is known" "" efabench report --baseline ""
offers "a profile" "profile" efabench run @ prof
offers "nothing of a command that is none" "" efabench reprot --form
X
      [ ! -x ./efabench-mpi ] || cat << 'X'
offers "kernels" "bandwidth bibandwidth" efabench run b
offers "... more of them" "pingpong" efabench-mpi -s 8 bandwidth p
offers "algorithms" "rabenseifner recursive_doubling ring" efabench run --algorithm r
offers "types" "f32 f64 i32 i64" efabench run --type ""
offers "operations" "max min sum" efabench-mpi --operation =
offers "where to bind" "core: nic none" efabench run --bind ""
offers "... no more behind a :" "" efabench run --bind core : ""
offers "an arm is one word" "--validate" efabench-mpi --arm t = ofi : tcp @ lo --val
X
    } > "$work/cases"
    completed "$work/cases" > "$work/completed"
    while IFS= read -r name && IFS= read -r got && IFS= read -r wanted; do is "$name" "$got" "$wanted"; done < "$work/completed"
    is "... all of them were tried" "$(($(wc -l < "$work/completed") / 3))" "$(grep -c '^offers ' "$work/cases")"
    [ -x ./efabench-mpi ] || skip "kernels, algorithms, types, operations, bindings" "this build does not measure"
    echo 'offers "formats of a report" "" efabench report --format ""' > "$work/cases"
    formats=$(completed "$work/cases" | sed -n 2p)
    case " $formats " in *" html "*) ok "... html among them" ;; *) not_ok "... html among them" "$formats" ;; esac
    for format in $formats; do
        run ./efabench report "$srcdir/results/baselines/c5n.18xlarge-2019.json" --format "$format"
        # emf wants a date that figures of others do not have
        case $format in emf) says "... emf is one" 4 err "" ;; *) says "... $format is one" 0 out "" ;; esac
    done
fi

# Examples --------------------------------------------------------------------------------------------------------
made() { # made FILE VARIABLE=VALUE...: a record of tests/make_record.awk
    made_file=$work/kept/$1
    shift
    made_count=$#
    for made_word; do set -- "$@" -v "$made_word"; done
    shift "$made_count"
    awk "$@" -f "$srcdir/tests/make_record.awk" > "$made_file"
}

mkdir -p "$work/kept/figures" "$work/kept/results/baselines" "$work/kept/run1" "$work/kept/run2"
for name in run tonight; do made $name.json arms="ena efa" variants="new old" blocks=1 kernels="pingpong bandwidth" seed=1; done
made yesterday.json arms="ena efa" kernels="pingpong bandwidth" seed=2
made today.json arms="ena efa" kernels="pingpong bandwidth" seed=3
cp "$srcdir/results/baselines/c5n.18xlarge-2019.json" "$work/kept/results/baselines"
awk -v slow="n3:bandwidth:tcp:4.7" -f "$srcdir/tests/make_screen.awk" < /dev/null > "$work/kept/screen.json"
printf '%s\n' '# OSU MPI Latency Test v5.7.1' '# Size          Latency (us)' '8     15.10' '4194304  1659.92' > "$work/kept/osu_latency.txt"
for number in 1 2; do sed "s/15.10/15.1$number/" "$work/kept/osu_latency.txt" > "$work/kept/run$number/osu_latency"; done
printf '%s\n' '--sizes 8' pingpong > "$work/kept/profile"
./efabench import osu "$work/kept/osu_latency.txt" --arm efa --instance c5n.18xlarge --nodes 2 -o "$work/kept/theirs.json" 2> "$work/err" ||
    not_ok "the record of the examples" "$(cat "$work/err")"
has_sqlite=yes
for night in 4 5; do made night$night.json arms="ena efa" variants="new old" blocks=1 kernels="pingpong bandwidth" seed=$night; done
./efabench history "$work/kept/nights.db" add "$work/kept/night4.json" "$work/kept/night5.json" > "$work/out" 2> "$work/err" ||
    { has_sqlite=no; grep -q 'without SQLite' "$work/err" || not_ok "the history of the examples" "$(cat "$work/err")"; }
OMPI_MCA_rmaps_base_oversubscribe=1 PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe
export OMPI_MCA_rmaps_base_oversubscribe PRTE_MCA_rmaps_default_mapping_policy

in_files() { # in_files COMMAND: a shell runs it in a directory of its own beside the files of the examples
    rm -rf "$work/trial"
    cp -R "$work/kept" "$work/trial"
    code=0
    case $1 in *"efabench run"* | *efabench-mpi*) leaks=0 ;; *) leaks=1 ;; esac # MPI's own are not ours
    (cd "$work/trial" && ASAN_OPTIONS=detect_leaks=$leaks TMPDIR=$work timeout 300 sh -c "$1") > "$work/out" 2> "$work/err" < /dev/null || code=$?
}

# shorter COMMAND: what is to be said behind an example that measures, which would take minutes; the last of two options counts
shorter() {
    case $1 in
    *"efabench run"*) echo " -k 2 -t 1 --sweeps 1" ;;
    *efabench-mpi*) echo " -t 1 --sweeps 1" ;;
    esac
}

# lacks NEEDS: why an example cannot run here; nothing where it can
lacks() {
    case $1 in
    hosts) echo "it takes hosts and adapters that are not here" ;;
    mpi) [ -x ./efabench-mpi ] && command -v mpirun > /dev/null || echo "this build does not measure" ;;
    sqlite) [ $has_sqlite = yes ] || echo "this build keeps no history" ;;
    gnuplot) command -v gnuplot > /dev/null || echo "no gnuplot" ;;
    esac
}

is "each page has an example" "$(for page in $pages; do grep -q "^$page$tab" "$work/examples" || echo "$page"; done)" ""
while IFS=$tab read -r page needs codes command; do
    sed -n '/^Examples:/,/^Options:/p' "$work/help/$page" | sed 's/ *\\$//' | tr '\n' ' ' | tr -s ' ' > "$work/shown"
    grep -qF -e "$command" "$work/shown" || not_ok "$page --help shows: $command"
    why=$(lacks "$needs")
    if [ -n "$why" ]; then # that its words are understood can be seen all the same
        case $command in *efabench-mpi*) parsed=efabench-mpi${command#*efabench-mpi} ;; *) parsed=$command ;; esac
        code=0
        (cd "$work/kept" && sh -c "$parsed --help") > "$work/out" 2> "$work/err" || code=$?
        says "its words are understood: $command" 0 out Usage
        skip "$command" "$why"
        continue
    fi
    in_files "$command$(shorter "$command")"
    # 2, 4 and 5 say that the example is wrong
    case " $codes " in
    *" $code "*) case $code in 2 | 4 | 5) not_ok "$command" "exit code $code" "$(tail -n 5 "$work/err")" ;; *) ok "$command" ;; esac ;;
    *) not_ok "$command" "exit code $code is none of those that its page lists:$codes" "$(tail -n 5 "$work/err")" ;;
    esac
done < "$work/examples"
finish
