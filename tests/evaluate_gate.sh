#!/bin/sh
# The simulation behind docs/verdicts.md, cut short: that it runs, says the same twice, and that neither its world nor the
# verdicts have come loose. The bounds are loose for 30 repetitions, and the seed is fixed.
. "${srcdir:-.}/tests/lib.sh"

# reached ROW: the share in percent in the row of the table of targets whose first cell is ROW
reached() {
    awk -F'|' -v row="$1" '{cell = $2; gsub(/^ +| +$/, "", cell)} cell == row {sub(/%.*/, "", $4); print $4 + 0}' "$work/out"
}
at_most() { # at_most ROW PERCENT
    is "$1: at most $2%" "$(reached "$1" | awk -v most="$2" '{print ($1 <= most) ? "yes" : $1}')" yes
}
at_least() {
    is "$1: at least $2%" "$(reached "$1" | awk -v least="$2" '{print ($1 >= least) ? "yes" : $1}')" yes
}

# cell SECTION ROW COLUMN: of the table below "### SECTION", the COLUMN-th cell of the row that begins with ROW
cell() {
    awk -F'|' -v section="### $1" -v row="$2" -v column="$3" '
        /^### / {here = index($0, section) == 1}
        here {name = $2; gsub(/^ +| +$/, "", name); text = $(column + 1); gsub(/^ +| +$/, "", text)}
        here && name == row {print text; exit}' "$work/out"
}

run ./evaluate_gate --repetitions 0
says "no repetitions are no evaluation" 2 err "Usage:"
run ./evaluate_gate --repetitions twenty
says "twenty is no number" 2 err "Usage:"
run ./evaluate_gate --frobnicate
says "an unknown option" 2 err "Usage:"

run ./evaluate_gate --short
is "a short run ends with a verdict (0, or 1 for a target missed)" "$([ $code -le 1 ] && echo yes || echo $code)" yes
cp "$work/out" "$work/first"
run ./evaluate_gate --short
is "the same seed says the same" "$(cmp "$work/first" "$work/out" && echo same)" same

for row in "A/A, two records, k = 8, delta 0" "A/A, interleaved pairs, k = 8, delta 0"; do at_most "$row" 8; done
for row in "A/A, two records, k = 8, delta 2%" "A/A, interleaved pairs, k = 8, delta 2%"; do at_most "$row" 4; done
nights=$(sed -n 's/.*define EB_NIGHTS_BASELINE //p' "$srcdir/src/judge/nights.h")
at_most "quiet nights, $nights before: suspect" 5
at_most "quiet nights, $nights before: red" 1
for form in pairs groups; do
    at_least "control, $form, k = 8: +5% everywhere found" 90
    at_least "control, $form, k = 8: +10% at one size found" 90
done
at_least "95% intervals of two records, k = 8: hold the truth" 90
at_least "95% intervals of pairs, k = 8: hold the truth" 90
at_most "called equivalent though delta apart, pairs, k = 8" 10

# What is made is found, and what the opponents are known for, they show.
is "+20% everywhere: found by every form of the gate" \
    "$(for column in 2 3 4; do cell 'As they stand' '+20%, all' $column; done | tr '\n' ' ')" "100.0 100.0 100.0 "
is "+10% at one size cannot fail AWS's rule, which forgives four" "$(cell 'As they stand' '+10%, one size' 6)" 0.0
is "iterations pooled over launches: alarms on more than a quarter of quiet nights" \
    "$(cell 'As they stand' quiet 7 | awk '{print ($1 > 25) ? "yes" : $1}')" yes
is "nowhere does AWS's rule find more at equal false alarms" \
    "$(awk -F'|' '/^\| stored / {sum += $6; rows++} END {print rows ":" sum + 0}' "$work/out")" 2:0
finish
