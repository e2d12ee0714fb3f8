#!/bin/sh
# Judgements made by hand (tests/made_judgement.h), held against what others say of the formats.
. "${srcdir:-.}/tests/lib.sh"

# show NAME FORMAT: keeps the judgement in $work/NAME.FORMAT
show() {
    run ./show_judgement "$1" "$2"
    cp "$work/out" "$work/$1.$2"
}

all="mixed arms hostile figures environment large"

if python3 -c 'import jsonschema' 2>/dev/null; then
    for name in mixed arms hostile figures environment; do # not large: jsonschema takes a minute for it
        show $name json
        run python3 -c 'import json,jsonschema,sys
jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))' \
            "$work/$name.json" "$srcdir/results/schema/judgement-1.schema.json"
        says "the judgement '$name' keeps the schema" 0 out
    done
else
    ok "judgements keep the schema # SKIP no python3-jsonschema"
fi

# Jenkins' schema, as far as it is ours, and not a suite or a case too many
if command -v xmllint >/dev/null; then
    for name in $all; do
        show $name junit
        run xmllint --noout --schema "$srcdir/tests/junit.xsd" "$work/$name.junit"
        says "the JUnit XML of '$name' is valid" 0 err "validates"
    done
    is "a hostile arm comes out of the XML as it went in" \
        "$(xmllint --xpath 'string(//testsuite[@name="bandwidth"]/properties/property[@name="hosts"]/@value)' "$work/hostile.junit")" \
        "<script>alert(1)</script>"
    sed 's/ failures="[0-9]*"//' "$work/mixed.junit" > "$work/spoiled.junit"
    run xmllint --noout --schema "$srcdir/tests/junit.xsd" "$work/spoiled.junit"
    says "the schema notices a count that is not there" 3 err "failures"
else
    ok "the JUnit XML is valid # SKIP no xmllint"
fi

for name in $all; do
    show $name prometheus
    run ${AWK:-awk} -f "$srcdir/tests/prometheus.awk" "$work/$name.prometheus"
    says "the Prometheus text of '$name' keeps the format" 0 out
done
for spoil in 's/} 1$/} 1 1795546800000/' 's/arm="efa"/arm="e"fa"/' '/TYPE efabench_ruling/d' 's/size_bytes="[0-9]*"/size_bytes="8"/' \
    's/} 0$/} nan/'; do
    sed "$spoil" "$work/mixed.prometheus" > "$work/spoiled.prometheus"
    run ${AWK:-awk} -f "$srcdir/tests/prometheus.awk" "$work/spoiled.prometheus"
    says "the check of it notices $spoil" 1 out ":"
done

# The same from two records, by efabench itself, in every format at once; the second is 10% slower at 8 bytes.
record="${AWK:-awk} -f $srcdir/tests/make_record.awk -v launches=10 -v noise=0.002"
$record -v seed=1 > "$work/old.json"
$record -v seed=2 -v times="*:pingpong:8:1.1" > "$work/new.json"
writes=
for format in csv json markdown junit bencher benchmark-smaller benchmark-bigger prometheus emf; do
    writes="$writes --write $format=$work/made.$format"
done
# shellcheck disable=SC2086
run ./efabench compare "$work/old.json" "$work/new.json" $writes
says "a comparison in all formats at once" 1 out "REGRESSED: " "REGRESSED"
is "... the CSV has the verdict" \
    "$(awk -F, '$1 == "pingpong" && $5 == 8 { print $9 }' "$work/made.csv" | sort -u)" regressed
is "... and so has Prometheus" \
    "$(grep '^efabench_ruling' "$work/made.prometheus" | grep -v ' 0$')" 'efabench_ruling{profile="efabench",ruling="regressed"} 1'
run ${AWK:-awk} -f "$srcdir/tests/prometheus.awk" "$work/made.prometheus"
says "... whose text keeps the format" 0 out
if command -v xmllint >/dev/null; then
    run xmllint --noout --schema "$srcdir/tests/junit.xsd" "$work/made.junit"
    says "... the JUnit XML is valid" 0 err "validates"
fi
if python3 -c 'import jsonschema' 2>/dev/null; then
    run python3 -c 'import json,jsonschema,sys
jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))' \
        "$work/made.json" "$srcdir/results/schema/judgement-1.schema.json"
    says "... the JSON keeps its schema" 0 out
fi


# Two jobs of one host: no sample of the one is one of the other
run ./efabench compare "$work/old.json" "$work/new.json" --job 'a "b"' --write prometheus="$work/job.prometheus" --write emf="$work/job.emf"
is "a job's samples all have its name" "$(grep -v '^#' "$work/job.prometheus" | grep -vc '{profile="a \\"b\\""[,}]')" 0
is "... and all its documents" "$(grep -vc '"Dimensions":\[\["profile",.*"profile":"a \\"b\\""' "$work/job.emf")" 0
run ${AWK:-awk} -f "$srcdir/tests/prometheus.awk" "$work/job.prometheus"
says "... which keep the format" 0 out

# A file that cannot be written (emf wants a time, which is taken out) takes no regression's place
sed 's/"created_utc": *"[^"]*"/"created_utc": ""/' "$work/new.json" > "$work/timeless.json"
run ./efabench compare "$work/old.json" "$work/timeless.json" --write emf="$work/timeless.emf" --write csv="$work/timeless.csv"
says "a regression whose file cannot be written is one" 1 err "efabench compare: emf: when the figures were measured is unknown"
is "... the other file is written" "$(grep -c '' "$work/timeless.csv" | awk '{print ($1 > 1)}')" 1
sed 's/"created_utc": *"[^"]*"/"created_utc": ""/' "$work/old.json" > "$work/timeless.json"
$record -v seed=2 > "$work/base.json"
run ./efabench compare "$work/base.json" "$work/timeless.json" --write emf="$work/timeless.emf"
says "what is none has the code of the failure" 4 err "efabench compare: emf: when the figures were measured is unknown"

show mixed yaml
says "an unknown format is refused" 2 err "there is no 'yaml'"
finish
