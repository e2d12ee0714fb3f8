#!/bin/sh
# --help, man pages and completion: made of one table, true to it, and all examples run.
. "${srcdir:-.}/tests/lib.sh"
here=$(pwd)
srcdir=$(cd "$srcdir" && pwd)
PATH=$here:$PATH
tab=$(printf '\t')
LC_ALL=C
export LC_ALL

pages=$(./make_manual pages)
commands=$(./make_manual commands)

skip() { tests_run=$((tests_run + 1)); printf 'ok %d - %s # SKIP %s\n' $tests_run "$1" "$2"; }

# helped PAGE: the help of the command of a page, in $work/out
helped() {
    case $1 in
    efabench) run ./efabench --help ;;
    efabench-mpi) run ./efabench-mpi --help ;;
    *) run ./efabench "${1#efabench-}" --help ;;
    esac
}

# holds_options PAGE: the help in $work/out lists the options of the table, each once, and no other
holds_options() {
    ./make_manual options "$1" | awk -F '\t' '{ print "  " ($2 == "-" || $2 == "--" ? "   " : $2 ",") " " $1 ($3 == "-" ? "" : substr($3, 1, 1) == "[" ? $3 : " " $3) }' |
        sort > "$work/wanted"
    # what stands in the column of help is two spaces further, or on a line that begins with it
    sed -n 's/^\(  \(-.,\|   \) --[^ ]*\( [^ a-z][^ ]*\)\{0,1\}\).*/\1/p' "$work/out" | sort > "$work/got"
    diff "$work/wanted" "$work/got"
}

# Help ------------------------------------------------------------------------------------------------------------
for page in $pages; do
    helped "$page"
    says "$page --help" 0 out "Usage: " "Examples:" "Exit codes:"
    is "... nothing on standard error" "$(wc -c < "$work/err")" 0
    is "... at most 80 columns" "$(awk 'length > 80' "$work/out")" ""
    [ "$page" = efabench ] || is "... its options" "$(holds_options "$page")" ""
done
run ./efabench --help
is "the overview lists the commands, each in one line" \
    "$(sed -n '/^Commands:/,/^$/s/^  \([^ ].*\)/\1/p' "$work/out" | awk '{print $1}' | sort | tr '\n' ' ')" \
    "adapters audit compare doctor gate history import plot report run "
is "... which make_manual knows too" "$(echo $commands)" "$(sed -n '/^Commands:/,/^$/s/^  //p' "$work/out" | awk '{print $1}' | tr '\n' ' ' | sed 's/ $//')"
for command in $commands; do
    helped "efabench-$command"
    cp "$work/out" "$work/help"
    run ./efabench help "$command"
    is "efabench help $command is efabench $command --help" "$(diff "$work/help" "$work/out")" ""
done
run ./efabench help
says "efabench help is the overview" 0 out "Commands:"
run ./efabench reprot
says "an unknown command: the nearest one" 2 err "unknown command 'reprot': did you mean 'report'?"
run ./efabench help gaet
says "... in help too" 2 err "did you mean 'gate'?"
run ./efabench frobnicate
says "... none where none is near" 2 err "unknown command 'frobnicate': --help lists"
run ./efabench report --formt csv
says "an unknown option: the nearest one" 2 err "did you mean --format?"

# Man pages -------------------------------------------------------------------------------------------------------
plain() { sed 's/\\f[BRI]//g; s/\\-/-/g; s/\\&//g; s/\\(aq/'"'"'/g' "$1"; }

is "the pages that are made are those of the table" "$(cd man && ls | sed 's/\.1$//' | sort | tr '\n' ' ')" \
    "$(printf '%s\n' $pages | sort | tr '\n' ' ')"
is "... and one for each command" "$(for command in $commands; do [ -s "man/efabench-$command.1" ] || echo "$command"; done)" ""
day=$(sh "$srcdir/scripts/release-date" "$srcdir")
for page in $pages; do
    file=man/$page.1
    [ -z "$(command -v mandoc)" ] || is "$page(1): mandoc has nothing to say" "$(mandoc -Tlint -W warning "$file" 2>&1)" ""
    [ -z "$(command -v groff)" ] || is "$page(1): nor has groff" "$(groff -man -Tutf8 -ww -Z "$file" 2>&1 > /dev/null)" ""
    is "... its sections" "$(sed -n 's/^\.SH //p' "$file" | grep -v -e FILES -e ENVIRONMENT | tr '\n' ,)" \
        "NAME,SYNOPSIS,DESCRIPTION,$([ "$page" = efabench ] || echo OPTIONS,)EXAMPLES,EXIT STATUS,SEE ALSO,"
    is "... of the day of the release" "$(sed -n 's/^\.TH [A-Z\\-]* 1 "\([^"]*\)".*/\1/p' "$file")" "$day"
    is "... no hyphen that is none" "$(sed 's/^\.TH .*//; s/^\.\\".*//; s/\\-//g' "$file" | grep -e -)" ""
    is "... others that there are" "$(sed -n 's/^\.BR \(.*\) (1),*$/\1/p' "$file" | sed 's/\\//g' |
        while read -r other; do [ -f "man/$other.1" ] || echo "$other"; done)" ""
    [ "$page" = efabench ] && continue
    plain "$file" | sed -n '/^\.SH OPTIONS/,/^\.SH EXAMPLES/p' | grep -A 1 '^\.TP' | grep -v -e '^\.TP' -e '^--$' | sort > "$work/got"
    { ./make_manual options "$page" | awk -F '\t' '{ print ($2 == "-" || $2 == "--" ? "" : $2 ", ") $1 ($3 == "-" ? "" : substr($3, 1, 1) == "[" ? $3 : "=" $3) }'
      echo @FILE; } | sort > "$work/wanted"
    is "... its options" "$(diff "$work/wanted" "$work/got")" ""
done
is "a page's day is SOURCE_DATE_EPOCH's" "$(SOURCE_DATE_EPOCH=86400 sh "$srcdir/scripts/release-date" "$srcdir")" 1970-01-02
mkdir "$work/released"
echo '0.1.0 (2026-12-24)' > "$work/released/CHANGES"
is "... else that of CHANGES" "$(unset SOURCE_DATE_EPOCH; sh "$srcdir/scripts/release-date" "$work/released")" 2026-12-24
echo '0.1.0 (not yet released)' > "$work/released/CHANGES"
touch -d '2025-03-04T05:06:07Z' "$work/released/CHANGES"
is "... or of its last change" "$(unset SOURCE_DATE_EPOCH; sh "$srcdir/scripts/release-date" "$work/released")" 2025-03-04

# Completion ------------------------------------------------------------------------------------------------------
# completed WORD...: what bash offers for the last word, sorted, in one line; the words as bash cuts them
completed() {
    (cd "$work/files" && bash -uc '
        set -e
        . "$1"
        shift
        function=$(complete -p "${1##*/}" | sed "s/.* -F \([^ ]*\) .*/\1/")
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        "$function" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        ((${#COMPREPLY[@]} == 0)) || printf "%s\n" "${COMPREPLY[@]}"' bash "$here/completions/efabench" "$@" 2>&1 |
        sort | tr '\n' ' ' | sed 's/ $//')
}

offers() { # offers NAME WANTED WORD...
    offers_name=$1 offers_wanted=$2
    shift 2
    is "$offers_name" "$(completed "$@")" "$offers_wanted"
}

mkdir -p "$work/files/records"
: > "$work/files/run.json" > "$work/files/profile" > "$work/files/gate report.xml"
everything='gate report.xml profile records run.json'
if ! command -v bash > /dev/null; then
    skip "completion" "no bash"
else
    is "the completion is one for both programs" "$(cmp completions/efabench completions/efabench-mpi 2>&1 | grep -v 'No such')" ""
    offers "commands" "$(printf '%s\n' $commands help --help --version | sort | tr '\n' ' ' | sed 's/ $//')" efabench ""
    offers "... that begin so" "gate" efabench g
    offers "... of help too" "report run" efabench help r
    offers "options of a command" "--allow --alpha" efabench compare --al
    for page in $pages; do
        [ "$page" != efabench ] || continue
        case $page in efabench-mpi) set -- efabench-mpi ;; *) set -- efabench "${page#efabench-}" ;; esac
        offers "... all of $page" "$(./make_manual options "$page" | cut -f 1 | sort | tr '\n' ' ' | sed 's/ $//')" "$@" --
    done
    offers "a program found by its path" "--doctor" /usr/bin/efabench-mpi --doc
    offers "formats of an audit" "json text" efabench audit --format ""
    offers "... behind a =" "json text" efabench audit --format =
    offers "... cut there by bash" "json" efabench audit --format = js
    offers "... by the letter" "junit" efabench gate tonight.json -f ju
    offers "formats of a report" "benchmark-bigger benchmark-smaller" efabench report -f benchm
    is "... html among them" "$(completed efabench report -f ht)" html
    for format in $(completed efabench report --format ""); do
        run ./efabench report "$srcdir/results/baselines/c5n.18xlarge-2019.json" --format "$format"
        # emf wants a date that figures of others do not have
        case $format in emf) says "... emf is one" 4 err "" ;; *) says "... $format is one" 0 out "" ;; esac
    done
    offers "formats of a picture" "png svg" efabench plot -f ""
    offers "formats of a history" "csv json text" efabench history nights.db list --format ""
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
    is "file names are bash's own where nothing else is offered" \
        "$(bash -c '. completions/efabench; complete -p efabench efabench-mpi' | grep -c -- '-o default')" 2
    if [ -x ./efabench-mpi ]; then
        offers "kernels" "bandwidth bibandwidth" efabench run b
        offers "... more of them" "pingpong" efabench-mpi -s 8 bandwidth p
        offers "algorithms" "rabenseifner recursive_doubling ring" efabench run --algorithm r
        offers "types" "f32 f64 i32 i64" efabench run --type ""
        offers "operations" "max min sum" efabench-mpi --operation =
        offers "where to bind" "core: nic none" efabench run --bind ""
        offers "... no more behind a :" "" efabench run --bind core : ""
        offers "an arm is one word" "--validate" efabench-mpi --arm t = ofi : tcp @ lo --val
    else
        skip "kernels, algorithms, types, operations, bindings" "this build does not measure"
    fi
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
    (cd "$work/trial" && TMPDIR=$work timeout 300 sh -c "$1") > "$work/out" 2> "$work/err" < /dev/null || code=$?
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

./make_manual examples > "$work/examples"
is "each page has an example" "$(for page in $pages; do grep -q "^$page$tab" "$work/examples" || echo "$page"; done)" ""
while IFS=$tab read -r page needs codes command; do
    helped "$page"
    sed -n '/^Examples:/,/^Options:/p' "$work/out" | sed 's/ *\\$//' | tr '\n' ' ' | tr -s ' ' > "$work/shown"
    grep -qF -e "$command" "$work/shown" || not_ok "$page --help shows: $command"
    case $command in *efabench-mpi*) parsed=efabench-mpi${command#*efabench-mpi} ;; *) parsed=$command ;; esac
    code=0
    (cd "$work/kept" && sh -c "$parsed --help") > "$work/out" 2> "$work/err" || code=$?
    says "its words are understood: $command" 0 out Usage
    why=$(lacks "$needs")
    if [ -n "$why" ]; then skip "$command" "$why"; continue; fi
    in_files "$command"
    # 2, 4 and 5 say that the example is wrong
    case " $codes " in
    *" $code "*) case $code in 2 | 4 | 5) not_ok "$command" "exit code $code" "$(tail -n 5 "$work/err")" ;; *) ok "$command" ;; esac ;;
    *) not_ok "$command" "exit code $code is none of those that its page lists:$codes" "$(tail -n 5 "$work/err")" ;;
    esac
done < "$work/examples"
finish
