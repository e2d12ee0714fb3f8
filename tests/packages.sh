#!/bin/sh
# Packages of the tarball: make deb, and rpmbuild -ta. Both are built once, without optimising, unpacked, and what is in them
# is held against what make install should install; the programs in them run from where they were unpacked.
. "${srcdir:-.}/tests/lib.sh"
# The package is of the tarball, whatever this build is of: once in CI is enough.
if grep -q fsanitize Makefile || [ ! -x ./efabench-mpi ]; then
    echo "1..0 # SKIP the package is the same whatever this build has: the tests of a whole one make it"
    exit 77
fi
here=$(pwd)
srcdir=$(cd "$srcdir" && pwd)
. "$srcdir/tests/installed.sh"
unset MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL DESTDIR

# What packages of a source are called ---------------------------------------------------------------------------------
named() { # named KIND VERSION SOURCE: of a source of 2026-11-30 10:45:00 UTC
    printf '%s\n' "$3" 1796035500 > "$work/version"
    sh "$srcdir/scripts/package-version" "$1" "$2" "$work/version"
}
is "a release is called what it is" "$(named deb 0.2.0 v0.2.0) $(named rpm 0.2.0 v0.2.0)" "0.2.0 1"
is "... commits after it" "$(named deb 0.2.0 v0.2.0-3-gabc123) $(named rpm 0.2.0 v0.2.0-3-gabc123)" "0.2.0+3.gabc123 1.3.gabc123"
is "... commits before it, without any tag" "$(named deb 0.2.0 abc123) $(named rpm 0.2.0 abc123)" \
    "0.2.0~git20261130104500.abc123 0.20261130104500.gitabc123"
is "... with the tag of an older one" "$(named deb 0.2.0 v0.1.0-7-gabc123)" "0.2.0~git20261130104500.abc123"
is "... a tree with changes" "$(named deb 0.2.0 abc123-dirty) $(named deb 0.2.0 v0.2.0-dirty)" "0.2.0~git20261130104500.abc123.dirty 0.2.0+0.dirty"
ascend() { # ascend COMMAND VERSION...: each is older than the next
    compare=$1
    shift
    while [ $# -gt 1 ]; do
        $compare "$1" "$2" || echo "$1 is not before $2"
        shift
    done
}
before_deb() { dpkg --compare-versions "$1-1" lt "$2-1"; }
if command -v dpkg >/dev/null; then
    is "... dpkg sorts them as they came" "$(ascend before_deb "$(named deb 0.1.0 v0.1.0)" "$(named deb 0.1.0 v0.1.0-3-gabc123)" \
        "$(named deb 0.2.0 ffff)" "$(named deb 0.2.0 ffff-dirty)" "$(named deb 0.2.0 v0.2.0)" "$(named deb 0.2.0 v0.2.0-dirty)" \
        "$(named deb 0.2.0 v0.2.0-10-g0000)")" ""
fi
before_rpm() { [ "$(rpm --eval "%{lua: print(rpm.vercmp('$1', '$2'))}")" = -1 ]; }
if command -v rpm >/dev/null; then
    is "... rpm too, of one version" "$(ascend before_rpm "$(named rpm 0.2.0 ffff)" "$(named rpm 0.2.0 ffff-dirty)" "$(named rpm 0.2.0 v0.2.0)" \
        "$(named rpm 0.2.0 v0.2.0-2-gffff)" "$(named rpm 0.2.0 v0.2.0-10-g0000)")" ""
fi

# What stands in a package beside what make install installs
without_docs() { grep -vE '^/usr/(share/doc/|share/licenses/|lib/\.build-id/)' | sed 's,\(/man/.*\)\.gz$,\1,' | LC_ALL=C sort; }
expected_files /usr > "$work/wanted"

# Debian ---------------------------------------------------------------------------------------------------------------
export DEBEMAIL=nobody@efabench.example DEBFULLNAME="Nobody/Somebody & others"
lacks=
for tool in dpkg-buildpackage dpkg-deb dh; do command -v $tool >/dev/null || lacks="$lacks $tool"; done
run make -s dist
is "make dist" "$code" 0
tarball=$here/efabench-$(sed -n 's/^PACKAGE_VERSION = //p' Makefile).tar.xz
if [ -z "$lacks" ]; then
    mkdir -p "$work/control/debian"
    sed 's/@MAINTAINER@/nobody/' "$srcdir/scripts/deb/control" > "$work/control/debian/control"
    lacks=$(cd "$work/control" && DEB_BUILD_PROFILES=nocheck dpkg-checkbuilddeps 2>&1 | sed 's/.*unmet build dependencies://')
    rm -rf "$work/control"
fi
if [ -n "$lacks" ]; then
    skip "make deb" "not here:$lacks"
else
    DEB_BUILD_OPTIONS="nocheck noautodbgsym noopt parallel=$jobs"
    export DEB_BUILD_OPTIONS
    run sh "$srcdir/scripts/make-deb" "$tarball" "$work/debs"
    says "make deb: what is made of the tarball is named" 0 out "/efabench_"
    deb=$(cat "$work/out")
    is "... one file, nothing beside it" "$(find "$work/debs" -mindepth 1)" "$deb"
    dpkg-deb -f "$deb" > "$work/control"
    is "... its version is the source's" "$(sed -n 's/^Version: //p' "$work/control")" "$(
        tar -xOf "$tarball" --wildcards '*/.tarball-version' > "$work/version"
        sh "$srcdir/scripts/package-version" deb "$(sed -n 's/^PACKAGE_VERSION = //p' Makefile)" "$work/version")-1"
    absent=$(for library in libfabric1 libhwloc15 libjansson4 libopenmpi libsqlite3-0 openmpi-bin; do
        grep -q "^Depends:.*[ ,]$library" "$work/control" || echo $library
    done)
    is "... it depends on the libraries that its programs want" "$absent" ""
    says_gnuplot=$(sed -n 's/^Recommends: \([a-z-]*\).*/\1/p' "$work/control")
    is "... gnuplot is recommended" "$says_gnuplot" gnuplot-nox
    is "... its maintainer is who made it" "$(sed -n 's/^Maintainer: //p' "$work/control")" "$DEBFULLNAME <$DEBEMAIL>"
    mkdir "$work/deb"
    dpkg-deb -x "$deb" "$work/deb"
    files_below "$work/deb" | without_docs > "$work/got"
    is "... it has what make install installs" "$(diff "$work/wanted" "$work/got")" ""
    is "... copyright, pages and what changed" "$(cd "$work/deb/usr/share/doc/efabench" && ls -d README.md changelog.gz copyright docs/first-run.md)" \
        "$(printf '%s\n' README.md changelog.gz copyright docs/first-run.md)"
    is "... root's, writable for root alone" "$(dpkg-deb -c "$deb" | awk '$2 != "root/root" || substr($1, 6, 1) == "w" || substr($1, 9, 1) == "w"')" ""
    works_from "$work/deb" /usr "unpacked from the .deb"
    run sh "$srcdir/scripts/make-deb" "$srcdir/README.md"
    says "make-deb of what is no tarball" 2 err "not called efabench-VERSION.tar.xz"
    run sh "$srcdir/scripts/make-deb" "$work/efabench-9.tar.xz"
    says "... of one that is not there" 2 err "no such file"
fi

# RPM ------------------------------------------------------------------------------------------------------------------
lacks=
for tool in rpmbuild rpm2cpio cpio; do command -v $tool >/dev/null || lacks="$lacks $tool"; done
is "the tarball has one spec, with nothing left to fill in" \
    "$(tar -tf "$tarball" | grep -c '\.spec$') $(tar -xOf "$tarball" --wildcards '*.spec' | grep -c '@[A-Z]*@')" "1 0"
if [ -n "$lacks" ]; then
    skip "rpmbuild -ta" "not here:$lacks"
else
    # the libraries are not RPM's here, nor the tools that take debugging symbols apart
    run rpmbuild -ta --nodeps --define "_topdir $work/rpm" --define "optflags -O0 -g" --define "_smp_mflags -j$jobs" \
        --define "debug_package %{nil}" "$tarball"
    is "rpmbuild -ta" "$code" 0
    [ $code -eq 0 ] || tail -n 20 "$work/err" | sed 's/^/# /'
    rpm=$(find "$work/rpm/RPMS" -name 'efabench-*.rpm')
    rpm -qlp "$rpm" 2>/dev/null > "$work/listed"
    mkdir "$work/unpacked"
    (cd "$work/unpacked" && rpm2cpio "$rpm" | cpio -idm --quiet)
    files_below "$work/unpacked" | without_docs > "$work/got"
    is "... it has what make install installs" "$(diff "$work/wanted" "$work/got")" ""
    is "... its own directories are its own" "$(grep -xE '/usr/share/efabench(/profiles)?' "$work/listed")" \
        "$(printf '%s\n' /usr/share/efabench /usr/share/efabench/profiles)"
    is "... and no one else's" "$(grep -xE '/usr/(bin|share|share/man|share/man/man1|share/bash-completion(/completions)?)' "$work/listed")" ""
    is "... license, pages and what changed" "$(sed -n 's,^/usr/share/\(doc\|licenses\)/[^/]*/,,p' "$work/listed" | grep -xE 'LICENSE|README\.md|CHANGES|docs/first-run\.md' | LC_ALL=C sort | tr '\n' ' ')" \
        "CHANGES LICENSE README.md docs/first-run.md "
    works_from "$work/unpacked" /usr "unpacked from the .rpm"
fi
finish
