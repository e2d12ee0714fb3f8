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
    for name in $all; do
        show $name json
        run python3 -c 'import json,jsonschema,sys
jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))' \
            "$work/$name.json" "$srcdir/results/schema/judgement-1.schema.json"
        says "the judgement '$name' keeps the schema" 0 out
    done
else
    ok "judgements keep the schema # SKIP no python3-jsonschema"
fi

show mixed yaml
says "an unknown format is refused" 2 err "there is no 'yaml'"
finish
