#!/bin/sh
# The house's rules: includes run downwards only, libraries stay in their rooms, every header compiles alone, no file is
# past 500 lines. Each check is also tried on a copy that breaks the rule: a check that cannot fail is none.
. "${srcdir:-.}/tests/lib.sh"

# allowed DIR PATTERN: prints the includes in DIR that are neither standard nor match PATTERN
foreign_includes() {
    grep -rn '#include "' "$1/$2" 2>/dev/null | grep -vE "#include \"($3)/" || true
}

# rule_directions SRC: prints what breaks the rule
rule_directions() {
    foreign_includes "$1" common common
    foreign_includes "$1" judge 'judge|common'
    foreign_includes "$1" measure 'measure|common'
    foreign_includes "$1" cli 'cli|judge|measure|common'
}

# only_in SRC HEADER FILES: HEADER is included by no file but those that match FILES
only_in() {
    grep -rlE "#include <($2)" "$1" | grep -vE "/src/($3)\$" || true
}

rule_libraries() {
    only_in "$1" 'mpi\.h' 'measure/launch/mpi\.[ch]|measure/transport/mpi\.c'
    only_in "$1" 'rdma/' 'measure/transport/ofi_[a-z_]*\.[ch]|cli/efabench_doctor\.c'
    only_in "$1" 'hwloc' 'measure/topology/binding\.c'
    only_in "$1" 'sqlite3' 'judge/history_[a-z]*\.c'
}

rule_length() {
    find "$1" -name '*.[ch]' -exec awk 'END { if (NR > 500) print FILENAME ": " NR " lines" }' {} \;
}

rule_mutable_globals() {
    grep -rnE '^(static )?(struct |unsigned |enum )?[a-z_0-9]+ \*?[a-z_0-9]+(\[[^]]*\])?( = [^(]*)?;$' "$1" --include='*.c' |
        grep -vE '(const |typedef|extern|return|_Static_assert)' || true
}

rule_printf() {
    grep -rnE '\b(printf|puts|fprintf|exit)\(' "$1/common" "$1/measure" "$1/judge" --include='*.[ch]' |
        grep -vE '/judge/report/|__attribute__|_exit\(127' || true
}

rule_headers() {
    for header in $(find "$1" -name '*.h' | sort); do
        # a build without libfabric may lack the header of the one room that needs it
        case $header in */ofi_*) [ $have_libfabric = yes ] || continue ;; esac
        # shellcheck disable=SC2086
        printf '#include "%s"\n' "${header#"$1"/}" |
            ${CC:-cc} -fsyntax-only -x c -I"$1" $HEADER_FLAGS - > "$work/compile" 2>&1 ||
            printf '%s does not compile alone: %s\n' "$header" "$(head -n 2 "$work/compile")"
    done
}

HEADER_FLAGS=${HEADER_FLAGS:--D_GNU_SOURCE}
have_libfabric=yes
# shellcheck disable=SC2086
echo '#include <rdma/fabric.h>' | ${CC:-cc} -fsyntax-only -x c $HEADER_FLAGS - 2>/dev/null || have_libfabric=no

# keeps RULE; breaks RULE FILE LINE: on a copy with LINE added to FILE, the rule must complain
keeps() {
    is "the source keeps $1" "$($1 "$srcdir/src")" ""
}

breaks() {
    rm -rf "$work/copy"
    mkdir -p "$work/copy"
    cp -R "$srcdir/src" "$work/copy/src"
    chmod -R u+w "$work/copy"
    printf '%b\n' "$3" >> "$work/copy/src/$2"
    name=$(printf '%s notices: %s with %.60s' "$1" "$2" "$3")
    if [ -n "$($1 "$work/copy/src")" ]; then ok "$name"; else not_ok "$name" "it said nothing"; fi
}

keeps rule_directions
breaks rule_directions common/units.c '#include "judge/series.h"'
breaks rule_directions judge/series.c '#include "measure/plan.h"'
breaks rule_directions measure/plan.c '#include "judge/series.h"'
breaks rule_directions measure/plan.c '#include "cli/options.h"'
keeps rule_libraries
breaks rule_libraries measure/session.c '#include <mpi.h>'
breaks rule_libraries measure/session.c '#include <rdma/fabric.h>'
breaks rule_libraries measure/session.c '#include <hwloc.h>'
breaks rule_libraries judge/past.c '#include <sqlite3.h>'
keeps rule_length
breaks rule_length common/units.c "$(printf '\\n%.0s' $(seq 500))"
keeps rule_mutable_globals
breaks rule_mutable_globals common/units.c 'static int counter;'
breaks rule_mutable_globals common/units.c 'static struct eb_size last = {0};'
keeps rule_printf
breaks rule_printf measure/plan.c 'void f(void) { printf("hello"); }'
keeps rule_headers
breaks rule_headers common/units.h 'size_tt eb_nothing(void);'
# A tarball has what its tests and pages want
listed=$(cat "$srcdir/Makefile.am")
missing=$(cd "$srcdir" && for file in docs/*.md scripts/* tests/*.awk tests/*.h tests/*.py tests/*.sh tests/*.xsd; do
    case $listed in *"$file"*) ;; *) echo "$file" ;; esac
done)
is "what tests and pages are made of is in the tarball" "$missing" ""

finish
