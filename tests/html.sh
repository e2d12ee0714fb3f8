#!/bin/sh
# The page, efabench report --format html, as its users meet it: with and without gnuplot, of hostile records, of several.
. "${srcdir:-.}/tests/lib.sh"
baseline=$srcdir/results/baselines/c5n.18xlarge-2019.json
page=$work/page.html

skip() { tests_run=$((tests_run + 1)); printf 'ok %d # SKIP %s: %s\n' $tests_run "$1" "$2"; }
has_python=yes
python3 -c 'import html.parser' 2>/dev/null || has_python=no
has_gnuplot=yes
command -v gnuplot > /dev/null || has_gnuplot=no
report() { run ./efabench report --format html "$@"; }
made() { made_to=$1; shift; awk "$@" -f "$srcdir/tests/make_record.awk" > "$work/$made_to" < /dev/null; }

# sound NAME PAGE ROWS: the page is as tests/page_check.py wants it, and all its figures have so many rows
sound() {
    if [ $has_python = no ]; then skip "$1" "python3 is missing"; return; fi
    python3 "$srcdir/tests/page_check.py" "$2" > "$work/check" 2>&1
    is "$1" "$(grep -v -e '^plots ' -e '^points ' -e '^tables ' "$work/check")" "rows $3"
}
# shows NAME PAGE TEXT...: each stands on the page as text
shows() {
    shows_name=$1 shows_page=$2
    shift 2
    if [ $has_python = no ]; then skip "$shows_name" "python3 is missing"; return; fi
    python3 "$srcdir/tests/page_check.py" "$shows_page" text > "$work/text"
    for text; do
        grep -qF -e "$text" "$work/text" || { not_ok "$shows_name" "'$text' is not on the page"; return; }
    done
    ok "$shows_name"
}
fine() { is "$1" "$code $(head -n 5 "$work/err")" "0 "; }
lines() { ./efabench report "$@" -f csv 2>/dev/null | tail -n +2 | wc -l; }

# A record that was published -------------------------------------------------------------------------------------
report "$baseline"
says "the page goes to standard output" 0 out "<!DOCTYPE html>" "</html>" "c5n.18xlarge"
is "... and nothing to standard error" "$(cat "$work/err")" ""
report "$baseline" -o "$page"
is "-o writes the file and nothing else" "$code,$(wc -c < "$work/out"),$(grep -c '<h1>' "$page")" "0,0,1"
sound "as many rows as the CSV has lines" "$page" "$(lines "$baseline")"
shows "the source of the figures, and how they came to be" "$page" "https://github.com/JiaweiZhuang/aws-mpi-benchmark" \
    "not measured by efabench" "Intel MPI 2019.4" "cluster placement group"
if [ $has_gnuplot = yes ]; then
    is "with plots the tables of all figures are folded" "$(grep -c '<details><summary>[a-z_]*: ' "$page")" \
        "$(grep -c '<table class="figures">' "$page")"
    plots=$(grep -c '<figure class="plot"' "$page")
    is "plots, each drawn" "$([ "$plots" -gt 3 ] && grep -c '<svg viewBox' "$page")" "$plots"
else
    skip "plots" "gnuplot is missing"
fi

# The check notices -----------------------------------------------------------------------------------------------
notices() { # NAME SED
    if [ $has_python = no ]; then skip "the check notices $1" "python3 is missing"; return; fi
    sed "$2" "$page" > "$work/broken.html"
    if python3 "$srcdir/tests/page_check.py" "$work/broken.html" | grep '^wrong: ' > /dev/null; then ok "the check notices $1"
    else not_ok "the check notices $1" "it said nothing"; fi
}
notices "an attribute that acts" 's/<h1>/<h1 onclick="x()">/'
notices "what is loaded" 's,<h1>,<img src="http://x/y.png"><h1>,'
notices "tags that do not match" 's,</h1>,</h2>,'
notices "an id that stands twice" 's,<h1>,<h1 id="main">,'
notices "a script that was changed" 's,"use strict";,"use strict"; ,'
notices "another script" 's,</main>,<script>alert(1)</script></main>,'

# Without gnuplot -------------------------------------------------------------------------------------------------
mkdir "$work/none" "$work/bad" "$work/mute"
run env PATH="$work/none" ./efabench report --format html "$baseline" -o "$page"
fine "without gnuplot the page is made"
shows "... and says so, and how to install it" "$page" "There are no plots" "gnuplot" "install"
is "... no plot is there" "$(grep -c -e '<figure' -e '<svg' "$page")" 0
sound "... all rows are" "$page" "$(lines "$baseline")"
is "... nothing is folded away" "$(grep -c '<details><summary>[a-z_]*: ' "$page")" 0
shows "... the tables behind the plots are there" "$page" "Half round trip"
printf '#!/bin/sh\necho "gnuplot: <b>no licence</b>" >&2\nexit 3\n' > "$work/bad/gnuplot"
printf '#!/bin/sh\ncat > /dev/null\necho "<svg onload=alert(1)>"\n' > "$work/mute/gnuplot"
chmod +x "$work/bad/gnuplot" "$work/mute/gnuplot"
for kind in bad mute; do
    run env PATH="$work/$kind:$PATH" ./efabench report --format html "$baseline" -o "$page"
    fine "a gnuplot that is broken ($kind): the page is made"
    shows "... and says so" "$page" "There are no plots"
    sound "... all rows are there" "$page" "$(lines "$baseline")"
done

# Strings of a record ---------------------------------------------------------------------------------------------
script='<script>alert(1)<\\/script>'
image='\\"><img src=x onerror=alert(2)>'
odd="it's \`id\` \$(id) \\\\n \\&amp; %s"
made tame.json -v launches=2 -v kernels=pingpong -v arms="efa ena" -v sizes="8 64" -v variants="old new"
sed -e "s|\"node1\"|\"$script\"|g" -e "s|\"efa\"|\"$image\"|g" -e "s|\"ena\"|\"$odd\"|g" -e 's|"old"|"<b>old"|g' \
    -e 's|"created_utc":"[^"]*"|"created_utc":"2026-01-01T00:00:00Z","command":["run","<i>x","it'"'"'s"],"note":"\\u001b[31m<u>"|' \
    -e 's|"provenance":{|"provenance":{"<svg onload=alert(3)>":{"<a href=javascript:alert(4)>":["<p>",{"<br>":"]]>"}]},|g' \
    "$work/tame.json" > "$work/hostile.json"
report "$work/hostile.json" -o "$page"
fine "a hostile record"
sound "... is a sound page" "$page" "$(lines "$work/hostile.json")"
shows "... and its strings are text" "$page" '<script>alert(1)</script>' '"><img src=x onerror=alert(2)>' 'it'"'"'s `id` $(id) ' \
    '&amp; %s' '<b>old' '<svg onload=alert(3)>' '<a href=javascript:alert(4)>' '<br>' ']]>' "'it'\\''s'" '<u>'
is "... no escape of a terminal is left" "$(tr -d '\n -~' < "$page" | LC_ALL=C grep -c "$(printf '\033')")" 0
mv "$work/hostile.json" "$work/<b>&\"x.json"
report "$work/<b>&\"x.json" -o "$page"
sound "a path that looks like HTML" "$page" "$(lines "$work/<b>&\"x.json")"
shows "... is text" "$page" '<b>&"x.json'
if [ $has_gnuplot = yes ]; then
    is "hostile names do not spoil the plots" "$(grep -c 'There is no plot here' "$page"),$(grep -c '<svg viewBox' "$page")" \
        "0,$(grep -c '<figure class="plot"' "$page")"
fi

# Several ---------------------------------------------------------------------------------------------------------
made first.json -v launches=6 -v kernels="pingpong allreduce" -v arms="efa ena" -v sizes="8 1024"
made second.json -v launches=6 -v kernels=pingpong -v arms="ena efa third" -v sizes="8 1024" -v seed=2
report "$work/first.json" "$work/second.json" -o "$page"
fine "two records on one page"
sound "... all rows of both" "$page" "$(($(lines "$work/first.json") + $(lines "$work/second.json")))"
shows "... both named" "$page" "2 records" "first.json" "second.json" "third"
# An arm has its colour: 0 efa, 1 ena, 2 third, although they come in another order in the second.
is "an arm keeps its colour over all" "$(sed -n 's/.*<td class="l"><i class="arm-\([0-9]\)"><\/i>\([a-z]*\)<\/td>.*/\1 \2/p' "$page" |
    sort -u | tr '\n' ',')" "0 efa,1 ena,2 third,"
report "$work/first.json" -o "$page"
if [ $has_gnuplot = yes ]; then
    is "plots stand under headings" "$(grep -o '<h3 id="plots-[a-z-]*">[^<]*' "$page" | sed 's/.*>//' | tr '\n' ',')" \
        "Latency,All-reduce,From launch to launch,"
    is "... each of which a list leads to" "$(grep -c '<li><a href="#plots-' "$page")" 3
else
    skip "plots stand under headings" "gnuplot is missing"
fi
is "what several plots have in their notes is said once" "$(grep -c 'the band is its 95% interval over launches\.' "$page")" 1
is "... not below them" "$(grep -c '^<p class="note">Samples of all launches together' "$page")" 0
is "findings about one thing stand behind its name" "$(grep -o '<dt>How sure</dt> <dd>95% intervals' "$page" | wc -l)" 1
made one.json -v kernels=pingpong -v arms=efa -v sizes=8
report "$work/one.json" -o "$page"
is "... but that of one plot below it" "$(grep -c '^<p class="note">Samples of all launches together' "$page")" 1
is "sections of a plot or two have no heading" "$(grep -c 'id="plots-' "$page")" 0
report "$work/first.json" --against "$baseline" -o "$page"
fine "one beside another"
sound "... all rows of both" "$page" "$(($(lines "$work/first.json") + $(lines "$baseline")))"
shows "... with why there is no ratio" "$page" "a ratio between them means nothing" "*efa" "The record beside it"
sed 's/"provenance":{/&"cpu":"A <made> CPU","cpus":4,"os":"Linux","kernel":"6.1",/' "$work/first.json" > "$work/machine.json"
report "$work/machine.json" -o "$page"
is "the machine is told before the plots" "$(sed '/id="plots"/q' "$page" | grep -c 'machine</dt><dd>A &lt;made&gt; CPU, 4 CPUs, Linux 6.1</dd>')" 1
run ./efabench report "$work/machine.json"
says "... and in the text" 0 out "machine   A <made> CPU, 4 CPUs, Linux 6.1"
report "$work/first.json" --baseline ena -o "$page"
shows "the baseline that was asked for" "$page" "A ratio is arm / ena"

# Warnings --------------------------------------------------------------------------------------------------------
sed 's/"status":"complete"/"status":"partial"/' "$work/first.json" |
    sed 's/"provenance":{/"warnings":["oversubscribed: <9> ranks"],&/' > "$work/warned.json"
report "$work/warned.json" -o "$page"
shows "warnings are on the page" "$page" "Warnings" "oversubscribed: <9> ranks" "partial: what was measured"
sed 's/"attested"/"unattested"/g' "$work/first.json" > "$work/unattested.json"
report "$work/unattested.json" -o "$page"
sed 's/"transport":"ofi"/&,"attributes":{"provider_version":7667712}/' "$work/first.json" > "$work/version.json"
report "$work/version.json" -o "$page"
shows "a version of libfabric is one: 117 << 16" "$page" "117.0"
report "$work/unattested.json" -o "$page"
shows "what is to be said of several arms is said once" "$page" ", each: no NIC attests"
# One arm goes another way in all its cases, which is allowed: its name says so in each row, in the legend and in sentences.
made strays.json -v launches=2 -v kernels=pingpong -v arms="efa ena" -v sizes="8 64"
sed -e 's/},{/},\n{/g' "$work/strays.json" |
    sed -e '/"arm":"ena"/s/"state":"attested"/"state":"refused","reason":"no bytes","allowed":true/' > "$work/stray.json"
report "$work/stray.json" -o "$page"
fine "an arm that went another way and was kept"
is "... is called so in each of its rows" "$(grep -c '<i class="arm-1"></i>ena <strong>(WRONG PATH)</strong></td>' "$page")" \
    "$(./efabench report "$work/stray.json" -f csv 2> "$work/err" | grep -c ',ena,')"
is "... in no row of the other" "$(grep -c 'efa <strong>(WRONG PATH)' "$page")" 0
shows "... and in what is said of it" "$page" "between ena (WRONG PATH) and efa"
report "$work/warned.json" "$work/first.json" -o "$page"
shows "... and counted at the top of several records" "$page" "2 warnings"
is "... with what to beware of and the verdict" "$(sed '/<p class="beware">/q' "$page" |
    sed -n 's/.*<p>\(Beware\|Half round trip\): .*/\1/p' | tr '\n' ',')" "Beware,Half round trip,"
report "$work/warned.json" -o "$page"
is "... before any plot or table" "$(sed -n '/<div class="warnings">/,$p' "$page" | grep -c -e '<figure' -e '<table' |
    xargs test 0 -lt && sed '/<div class="warnings">/q' "$page" | grep -c -e '<figure' -e '<table')" 0

# The nights before -----------------------------------------------------------------------------------------------
./make_nights "$work" count=3 > /dev/null || not_ok "nights are made"
run ./efabench history "$work/nights.db" add "$work"/night-*.json
if ! grep -q 'without SQLite' "$work/err"; then
    is "a history is made" "$code" 0
    run ./efabench history "$work/nights.db" accept --from 2026-01-02T03:00:00Z --reason "a <new> switch" --by "A & B"
    before=$(cksum < "$work/nights.db")
    report "$work/first.json" --history "$work/nights.db" -o "$page"
    fine "the nights before"
    sound "... are a sound page" "$page" "$(lines "$work/first.json")"
    is "... before all figures" "$(grep -o -e '<h2 id="nights"' -e '<h2 id="figures"' "$page" | head -n 1)" '<h2 id="nights"'
    shows "... with the accepted shift" "$page" "The nights before" "3 nights in" "a <new> switch" "A & B" \
        "The latest night, 2026-01-03T03:00:00Z, is learning" "Against the nights before: not judged: " "is like $work/first.json"
    report "$work/night-0002.json" --history "$work/nights.db" -o "$page"
    shows "what they say of a record of their kind stands beside the verdict" "$page" "Against the nights before: TOO FEW: "
    is "... and the database is as it was" "$(cksum < "$work/nights.db")" "$before"
    run ./efabench report "$work/first.json" --history "$work/nights.db"
    says "text has no place for them" 2 err "--history" "html"
    report "$work/first.json" --history "$work/nights.db" -o "$work/nights.db"
    says "a page does not replace the database" 2 err "nights.db"
    report "$work/first.json" --history "$baseline"
    says "a database that is none: exit 4" 4 err "c5n.18xlarge-2019.json"
    report "$work/first.json" --history "$work/none.db"
    says "a database that is not there: exit 4" 4 err "none.db"
else
    skip "the nights before" "built without SQLite"
fi

# Bad input -------------------------------------------------------------------------------------------------------
report
says "no record is said" 2 err "RECORD"
run ./efabench report a b
says "other formats take one record" 2 err "2 were given"
report "$work/first.json" "$work/second.json" --against "$baseline"
says "--against takes one record" 2 err "--against"
report "$work/first.json" "$work/missing.json" -o "$work/no.html"
says "a missing file: exit 4, named" 4 err "missing.json" "No such file"
is "... and no page is left" "$(ls "$work"/no.html* 2>/dev/null)" ""
head -c 3000 "$work/first.json" > "$work/cut.json"
report "$work/first.json" "$work/cut.json"
says "a cut record: exit 4" 4 err "cut.json"
report "$work/first.json" --baseline nobody
says "an unknown baseline: exit 2" 2 err "'nobody'"
cp "$work/first.json" "$work/own.json"
report "$work/second.json" "$work/own.json" -o "$work/own.json"
says "a page does not replace a record that it is made from" 2 err "own.json"
is "... which is as it was" "$(cmp "$work/own.json" "$work/first.json" && echo same)" same
report "$work/first.json" -o "$work/no/such/page.html"
says "an output that cannot be written" 2 err "$work/no/such/page.html"
if [ -e /dev/full ]; then
    code=0
    ./efabench report "$work/first.json" -f html > /dev/full 2> "$work/err" || code=$?
    : > "$work/out"
    says "a full disk behind standard output is said" 2 err "efabench report:" "cannot write"
fi

# Size ------------------------------------------------------------------------------------------------------------
made big.json -v launches=10 -v kernels="pingpong bandwidth bibandwidth message_rate allreduce" -v arms="a b c d e" -v bins=41 \
    -v sizes="1 2 4 8 16 32 64 128 256 512 1024 2048 4096 8192 16384 32768 65536 131072 262144 524288 1048576 2097152 4194304 8388608"
report "$work/big.json" -o "$page"
is "10 launches, 5 arms, 24 sizes, 5 kernels are less than 3 MB" "$code,$([ "$(wc -c < "$page")" -lt 3000000 ] && echo small)" "0,small"
sound "... and a sound page" "$page" "$(lines "$work/big.json")"
finish
