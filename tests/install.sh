#!/bin/sh
# make install DESTDIR=: what is there is what is expected, and works wherever it was put; make uninstall leaves nothing of ours.
. "${srcdir:-.}/tests/lib.sh"
here=$(pwd)
srcdir=$(cd "$srcdir" && pwd)
. "$srcdir/tests/installed.sh"
unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL

root=$work/root
prefix=/opt/efabench-$$ # not where it was configured for
into() { run make -s "$@" "prefix=$prefix" "DESTDIR=$root" > /dev/null; }

mkdir -p "$root$prefix/share/efabench-of-others" # what others have, beside ours and in ours
into install
is "make install DESTDIR=" "$code" 0
files_below "$root" > "$work/got"
expected_files "$prefix" > "$work/wanted"
is "... has what is expected, and nothing else" "$([ -s "$work/got" ] && diff "$work/wanted" "$work/got")" ""
is "... programs and the nightly can be run, nothing else" "$(cd "$root$prefix" && find . -type f -perm -100 | LC_ALL=C sort | tr '\n' ' ')" \
    "$(cd "$root$prefix" && find bin libexec share/efabench/nightly -type f 2>/dev/null | sed 's,^,./,' | LC_ALL=C sort | tr '\n' ' ')"
is "... nothing of it names the place where it was put together" \
    "$(cd "$root" && grep -rlF "$root" . 2>/dev/null)" ""
works_from "$root" "$prefix" "installed elsewhere"

echo mine > "$root$prefix/share/efabench/profiles/mine.profile"
into uninstall
is "make uninstall" "$code" 0
is "... leaves what others put there, and nothing else" "$(files_below "$root")" "$prefix/share/efabench/profiles/mine.profile"
rm "$root$prefix/share/efabench/profiles/mine.profile"
into install
into uninstall
is "... nor a directory of ours" "$(cd "$root" && find . -path '*efabench*' -type d ! -path "./${prefix#/}" ! -path '*-of-others' \
    ! -name share ! -name bin ! -name man ! -name man1 ! -name bash-completion ! -name completions ! -name libexec)" ""
is "... and leaves those of others" "$(ls -d "$root$prefix/share/efabench-of-others")" "$root$prefix/share/efabench-of-others"
into uninstall
is "... twice does no harm" "$code" 0
finish
