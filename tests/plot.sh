#!/bin/sh
# efabench plot as its users meet it: which pictures, where to, no gnuplot or a broken one, names from anywhere.
. "${srcdir:-.}/tests/lib.sh"
here=$(pwd)

plot() { # in the directory of the records
    code=0
    (cd "$work" && "$here/efabench" plot "$@") > "$work/out" 2> "$work/err" || code=$?
}

has_gnuplot=no
! echo 'set terminal svg' | gnuplot -d > /dev/null 2>&1 || has_gnuplot=yes

skips() { # NAME: what comes next takes gnuplot, and there is none
    [ $has_gnuplot = no ] || return 1
    ok "$1 # SKIP no gnuplot"
}

well_formed() { # NAME FILE...
    well_formed_name=$1
    shift
    if ! command -v xmllint > /dev/null; then
        ok "$well_formed_name # SKIP no xmllint"
    else
        is "$well_formed_name" "$(xmllint --noout "$@" 2>&1)" ""
    fi
}

points() { grep -c "<use xlink:href='#gpPt[0-9]*' transform='translate" "$work/$1"; } # those of the legend too

awk -v arms='ena efa' -v kernels='pingpong bandwidth' -v sizes='8 1024 65536 1048576' -v launches=6 \
    -f "$srcdir/tests/make_record.awk" > "$work/run.json"
awk -v arms='ena efa' -v kernels=pingpong -v sizes='8 1024' -v launches=6 -v seed=2 \
    -f "$srcdir/tests/make_record.awk" > "$work/other.json"

# What needs no gnuplot
plot run.json -o one.pdf latency
says "a kind of picture that is not drawn" 2 err "'one.pdf'" ".svg and .png"
is "... is no directory either" "$(ls -d "$work"/one.pdf 2> /dev/null)" ""
mkdir "$work/empty"
usual=$PATH
# shellcheck disable=SC2123
PATH=$work/empty
plot run.json -o none
PATH=$usual
says "no gnuplot: exit 77" 77 err "gnuplot cannot be started: it is not in PATH" "apt install gnuplot-nox"
one_line "... in one line" "dnf install gnuplot"
is "... and no directory" "$(ls "$work/none" 2>/dev/null)" ""
# shellcheck disable=SC2123
PATH=$work/empty
plot run.json latecy
PATH=$usual
says "a picture that is not there: exit 2, and those that are" 2 err "there is no picture 'latecy'" latency ratio-bandwidth
plot
says "no record" 2 err "a RECORD is wanted"
plot absent.json
says "a record that is not there" 4 err absent.json
plot run.json --format pdf
says "a format that is not there" 2 err "svg and png"
plot run.json -o a.svg --format png
says "a name that does not fit the format" 2 err "--format png does not fit the name 'a.svg'"
plot run.json -o a.svg
says "one file for all pictures" 2 err "room for one picture"
plot run.json -o nowhere/a.svg latency
says "one file in a directory that is not there" 2 err nowhere
plot run.json -o ""
says "an empty name" 2 err "--output: the name of a file or directory is empty"
plot --help
says "help" 0 out "efabench plot" --against --history

# broken NAME CODE WORDS: a gnuplot whose script is on standard input
broken() {
    mkdir -p "$work/bin"
    { echo '#!/bin/sh' && cat; } > "$work/bin/gnuplot"
    chmod +x "$work/bin/gnuplot"
    PATH=$work/bin:$usual
    plot run.json -o broken
    PATH=$usual
    says "$1" "$2" err "$3"
    is "... and leaves no file" "$(ls "$work/broken" 2>/dev/null)" ""
}
broken "a gnuplot that fails" 2 "gnuplot failed (exit 1): line 3: undefined" << 'E'
echo 'line 3: undefined' >&2
exit 1
E
broken "one that has no SVG" 77 "cannot draw SVG" << 'E'
echo ' dumb unknown '
E
broken "one that prints rubbish" 2 "what gnuplot wrote is not the" << 'E'
echo ' svg '
E
broken "one that fails when it draws" 2 "gnuplot failed (exit 5): out of paper" << 'E'
! grep -q 'set terminal' || { echo 'out of paper' >&2; exit 5; }
echo ' svg '
E

# Which pictures, and where to
if ! skips "pictures"; then
    plot run.json -o figures
    says "all pictures, in a directory that is made" 0 out figures/latency.svg figures/bandwidth.svg figures/ratio-latency.svg
    is "what is printed is what was written" "$(sort "$work/out")" "$(cd "$work" && ls figures/*.svg)"
    well_formed "each is well-formed" "$work"/figures/*.svg
    is "each is one document" "$(cat "$work"/figures/*.svg | grep -c '</svg>')" "$(ls "$work/figures" | wc -l | tr -d ' ')"
    # 2 arms at 4 sizes, and 1 of each arm in the legend
    is "as many points as the record has" "$(points figures/latency.svg)" 10
    for word in ena efa '8 B' 'message size' 'half round trip, us'; do
        case $(sed -n 's/.*<text>\(.*\)<\/text>.*/\1/p' "$work/figures/latency.svg") in
        *"$word"*) ok "'$word' stands in it" ;;
        *) not_ok "'$word' stands in it" "$(grep '<text>' "$work/figures/latency.svg")" ;;
        esac
    done

    plot run.json latency
    is "one, here" "$code $(cat "$work/out")" "0 latency.svg"
    plot run.json -o again/ ratio tail-8B
    is "a beginning of names, and a name" "$(cat "$work/out")" "again/ratio-latency.svg
again/tail-8B.svg
again/ratio-bandwidth.svg"
    plot run.json -o again rati
    says "... up to a '-'" 2 err "there is no picture 'rati'"
    plot run.json -o again latency latency
    is "twice is once" "$(cat "$work/out")" again/latency.svg
    echo old > "$work/one.svg"
    plot run.json -o one.svg latency
    is "one file, replaced" "$code $(cat "$work/out") $(grep -c '</svg>' "$work/one.svg")" "0 one.svg 1"
    cp "$work/run.json" "$work/latency.svg"
    plot latency.svg latency
    says "the record is not replaced" 2 err "would be replaced"
    is "... and is as it was" "$(cmp "$work/run.json" "$work/latency.svg" 2>&1)" ""
    rm "$work/latency.svg"
    : > "$work/file"
    plot run.json -o file
    says "a directory that is a file" 2 err "no directory 'file'"
    plot run.json -o nowhere/figures
    says "a directory in one that is not there" 2 err "no directory 'nowhere/figures'" "mkdir -p"
    if [ -e /dev/full ]; then
        full=0
        (cd "$work" && "$here/efabench" plot run.json -o again latency) > /dev/full 2> "$work/err" || full=$?
        is "names that cannot be told: exit 2" $full 2
    fi
    plot run.json -o other.png latency
    is "a PNG by its name" "$code $(od -An -tx1 -N8 "$work/other.png" | tr -d ' ')" "0 89504e470d0a1a0a"
    plot run.json -o png --format png latency bandwidth
    is "PNGs by their format" "$(cat "$work/out")" "png/latency.png
png/bandwidth.png"

    plot run.json --against other.json -o against latency
    # 2 arms at 2 sizes more, and these in the legend: 10 + 4 + 2
    is "the record that it is held against beside it" "$code $(points against/latency.svg)" "0 16"
    plot run.json --baseline efa -o baseline ratio-latency
    case $(cat "$work/baseline/ratio-latency.svg") in
    *'ratio to efa'*) ok "ratios to the arm that is named" ;;
    *) not_ok "ratios to the arm that is named" "$(grep '<text>' "$work/baseline/ratio-latency.svg")" ;;
    esac
fi

# Names from anywhere
hostile='it'"'"'s \\"x\\" `touch owned` $(touch owned) <b>\&amp;<\/b>\\n%s @x' # as sed and JSON want it
sed "s/\"name\":\"ena\"/\"name\":\"$(printf %s "$hostile")\"/g; s/\"arm\":\"ena\"/\"arm\":\"$(printf %s "$hostile")\"/g" \
    "$work/run.json" > "$work/hostile.json"
if ! skips "names from anywhere"; then
    echo 'system("touch owned"); exit status 1' > "$work/.gnuplot"
    code=0
    (cd "$work" && LC_ALL=de_DE.UTF-8 GNUTERM=nonsense HOME=$work "$here/efabench" plot hostile.json -o hostile) \
        > "$work/out" 2> "$work/err" || code=$?
    says "an arm with quotes, backticks, tags and a newline" 0 out hostile/latency.svg
    is "... is no command" "$(find "$work" -name owned)" ""
    is "... and no tag" "$(grep -l '<b>' "$work"/hostile/*.svg)" ""
    case $(cat "$work/hostile/latency.svg") in
    *"it's \"x\" \`touch owned\`"*) ok "... but a name" ;;
    *) not_ok "... but a name" "$(grep '<text>' "$work/hostile/latency.svg")" ;;
    esac
    well_formed "... in what is well-formed" "$work"/hostile/*.svg
    plot hostile.json -o hostile --format png
    says "... in a PNG too" 0 out hostile/latency.png
    is "... without becoming a command" "$(find "$work" -name owned)" ""
fi

# The nights before
run ./efabench history "$work/nights.db" add "$work/run.json"
if ! grep -q 'without SQLite' "$work/err"; then
    is "a history is made" "$code" 0
    cp "$work/nights.db" "$work/nights.before"
    if ! skips "the nights before"; then
        plot run.json --history nights.db -o nights latency
        says "a history beside it" 0 out nights/latency.svg
        is "... is only read" "$(cmp "$work/nights.db" "$work/nights.before" 2>&1)" ""
    fi
    plot run.json --history absent.db
    says "a history that is not there" 4 err absent.db
else
    ok "the nights before # SKIP built without SQLite"
fi
finish
