#!/bin/sh
# efabench run --variant: what the launches are under, in which order, and what the record says of it.
. "${srcdir:-.}/tests/lib.sh"
ASAN_OPTIONS=detect_leaks=0
export ASAN_OPTIONS
TMPDIR=$work
export TMPDIR
launcher="mpirun --oversubscribe"

field() { # field RECORD EXPRESSION: of the record r
    python3 -c 'import json,sys
r = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$1" "$2"
}

# A launcher that says what environment it is in itself.
cat > "$work/tells" <<X
#!/bin/sh
env > "$work/launcher-environment"
echo "\$*" >> "$work/launched"
exec $launcher "\$@"
X
chmod +x "$work/tells"
run timeout 300 ./efabench run --launcher "$work/tells" -k 3 -t 1 --sweeps 2 -s 8 -a t=ofi:tcp@lo --seed 7 -o "$work/v.json" \
    --variant new --variant "old=FI_TCP_MAX_INJECT_SIZE=16 FI_TEST_Z=a,b,c=d  FI_TEST_X=x=y FI_TEST_Y=" pingpong
says "a run of two variants" 0 out "launches  6 (variants: new 3, old 3)" "variants  new: nothing set" \
    "old: FI_TCP_MAX_INJECT_SIZE=16 FI_TEST_Z=a,b,c=d FI_TEST_X=x=y" "variant new" "variant old"
run ./efabench run --help
says "... --help says what stands between variables" 0 out "spaces between"
is "... every block holds every variant once" \
    "$(field "$work/v.json" '[sorted(l["variant"] for l in r["launches"] if l["block"] == b) for b in range(3)]')" \
    "[['new', 'old'], ['new', 'old'], ['new', 'old']]"
is "... one block after the other" "$(field "$work/v.json" '[l["block"] for l in r["launches"]]')" "[0, 0, 1, 1, 2, 2]"
is "... the record says what the variants are, in the order given" "$(field "$work/v.json" 'r["run"]["variants"]')" \
    "[{'name': 'new', 'environment': {}}, {'name': 'old', 'environment': {'FI_TCP_MAX_INJECT_SIZE': '16', 'FI_TEST_Z': 'a,b,c=d', 'FI_TEST_X': 'x=y', 'FI_TEST_Y': ''}}]"
is "... the ranks of the one had it, those of the other had not" \
    "$(field "$work/v.json" '{(l["variant"], l["provenance"]["environment"].get("FI_TEST_X")) for l in r["launches"]} == {("new", None), ("old", "x=y")}')" True
is "... the launcher had it not" "$(grep -c '^FI_TEST' "$work/launcher-environment")" 0
if python3 -c 'import jsonschema' 2>/dev/null; then
    run python3 -c 'import json,sys,jsonschema
jsonschema.validate(json.load(open(sys.argv[1])), json.load(open(sys.argv[2])))' "$work/v.json" "$srcdir/results/schema/record-1.schema.json"
    says "... the record is valid" 0 out
fi
run ./efabench report "$work/v.json" -f csv
is "... and read: a row for each variant" "$(awk -F, '$7 == "half_rtt" {print $4 "/" $9}' "$work/out" | tr '\n' ' ')" "new/3 old/3 "

# The same launches from a file: what is looked at is their order.
mpirun --oversubscribe -n 2 ./efabench-mpi --stream -i 5 --sweeps 1 -s 8 -a n=null --variant THE-NAME pingpong > "$work/journal"
cat > "$work/replays" <<X
#!/bin/sh
for word; do
    case \$word in --variant=*) name=\${word#--variant=} ;; --launch-index=*) index=\${word#--launch-index=} ;; esac
done
echo "\$name \$index" >> "$work/order"
exec sed "s/THE-NAME/\$name/g" "$work/journal"
X
chmod +x "$work/replays"
order() { # order SEED
    : > "$work/order"
    run ./efabench run --launcher "$work/replays" -k 20 -s 8 -a n=null --seed "$1" -o "$work/o.json" \
        --variant a=X=1 --variant b=X=2 --variant c pingpong
    order_got=$(cut -d' ' -f1 "$work/order" | tr '\n' ' ')
}
order 11
first=$order_got
cut -d' ' -f1 "$work/order" | paste -d' ' - - - > "$work/blocks"
says "three variants, twenty launches of each" 0 out "launches  60 (variants: a 20, b 20, c 20)"
is "... not always in the same order" "$([ "$(sort -u "$work/blocks" | wc -l)" -gt 1 ] && echo yes)" yes
is "... each once in a block" "$(grep -cv -e 'a b c' -e 'a c b' -e 'b a c' -e 'b c a' -e 'c a b' -e 'c b a' "$work/blocks")" 0
is "... launches of a block go over the cases in the same order" "$(cut -d' ' -f2 "$work/order" | uniq -c | awk '{print $1}' | sort -u)" 3
order 11
is "the same seed, the same order" "$order_got" "$first"
order 12
is "another seed, another order" "$([ "$order_got" != "$first" ] && echo yes)" yes

# What the first launch finds out, all launches of all variants are told
: > "$work/launched"
run timeout 300 ./efabench run --launcher "$work/tells" -k 2 --sweeps 1 -t 2 -a k=sockets@lo -s 4K:64K --refine -o "$work/tuned.json" \
    --variant x=FI_A=1 --variant y allreduce
is "what the first launch chose, those of every variant are told" "$(tail -n 3 "$work/launched" | grep -c -e '--crossover=k=')" 3
is "... and only it looked for jumps" "$(grep -c -e ' --refine' "$work/launched")" 1

# Nothing changes without
run timeout 100 ./efabench run --launcher "$work/tells" -k 1 -i 5 --sweeps 1 -s 8 -a k=sockets@lo -o "$work/w.json" pingpong
is "without variants: neither a block nor a list of them" \
    "$(field "$work/w.json" '"variants" in r["run"], "block" in r["launches"][0], r["launches"][0]["variant"]')" "(False, False, 'default')"

# A launch that fails says of which variant it was, and what was measured is kept
cat > "$work/second-fails" <<X
#!/bin/sh
echo x >> "$work/count"
[ "\$(wc -l < "$work/count")" -lt 2 ] || exit 9
exec $launcher "\$@"
X
chmod +x "$work/second-fails"
run timeout 100 ./efabench run --launcher "$work/second-fails" -k 2 -i 5 --sweeps 1 -s 8 -a k=sockets@lo --seed 1 -o "$work/l.json" \
    --variant only=X=1 --variant other=X=2 pingpong
says "a launch that fails says of which variant it was" 2 err "launch 2 of 4 (variant o"
is "... and the one before it is kept" "$(field "$work/l.json" 'len(r["launches"])')" 1

# Bad input is told before anything is started
printf '#!/bin/sh\ntouch "%s"\n' "$work/started" > "$work/never"
chmod +x "$work/never"
never() { # never NAME TEXT ARGUMENTS...
    never_name=$1 never_text=$2
    shift 2
    run ./efabench run --launcher "$work/never" -k 1 -a k=sockets@lo -o "$work/n.json" "$@" pingpong
    says "$never_name" 2 err "$never_text"
    one_line "... in one line" "--variant"
    is "... nothing was started" "$(ls "$work" | grep -c '^started$')" 0
}
never "a variant without a name" "'=A=1'" --variant =A=1
never "a name that is none" "'a b=A=1'" --variant "a b=A=1"
never "a name twice" "'a' is the name of another variant" --variant a=A=1 --variant b --variant a
never "a variable without a value" "'A' is no VARIABLE=VALUE" --variant a=A
never "a variable that begins with a digit" "'1A=1' is no VARIABLE=VALUE" --variant "a=B=2 1A=1"
never "a variable with a dash" "'-u=1'" --variant a=-u=1
never "a variable twice" "'A' is set twice" --variant "a=A=1 A=2"
never "no UTF-8" "no UTF-8" --variant "a=A=$(printf '\377')"
never "a name that is too long" "1 to 32" --variant a23456789012345678901234567890123=A=1
ln -s "$PWD/efabench-mpi" "$work/a=b"
run ./efabench run --launcher "$work/never" --worker "$work/a=b" -k 1 -a k=sockets@lo -o "$work/n.json" --variant a=A=1 pingpong
says "a worker that env would take for a variable" 2 err "a=b" "--worker"
finish
