#!/usr/bin/env bash
# Swift on Linux from Debian's own packages, in a folder of its own: no other distribution's toolchain is needed, and
# of the machine nothing is changed but that debootstrap is installed.
#
#   swift.sh setup         makes the folder, once per machine
#   swift.sh run PROGRAM…  runs a program there; the work tree lies at the same path inside
set -euo pipefail

folder=${VREMENA_SWIFT:-/opt/vremena-swift}
suite=trixie
packages=swiftlang,libc6-dev
marker=.vremena-ready
ready=$folder/$marker
tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)

fail() {
    echo "swift: $*" >&2
    exit 1
}

is_ready() {
    [[ -f $ready && $(<"$ready") == "$suite $packages" && -x $folder/usr/libexec/swift/bin/swift ]]
}

setup() {
    is_ready && return
    [[ $(uname -s) == Linux ]] || fail "only on Linux; elsewhere use the system's own Swift on tests/swift"
    [[ $EUID -eq 0 ]] || fail "making and entering $folder takes root"
    exec 9>"$folder.lock"
    flock 9
    is_ready && return
    [[ ! -e $folder ]] || fail "$folder is there and was not made by this script: move it away, or set VREMENA_SWIFT"
    if ! command -v debootstrap >/dev/null; then
        command -v apt-get >/dev/null || fail "debootstrap is not installed, and there is no apt-get to install it"
        apt-get update -qq && apt-get install -y -qq debootstrap >/dev/null || fail "debootstrap cannot be installed"
    fi
    echo "swift: setting up Debian $suite with Swift in $folder (a minute or two, 3 GB)" >&2
    local log=$folder.log unfinished=$folder.unfinished
    rm -rf --one-file-system "$unfinished"
    debootstrap --variant=minbase --include="$packages" "$suite" "$unfinished" >"$log" 2>&1 ||
        fail "debootstrap failed; the end of $log:"$'\n'"$(tail -5 "$log")"
    # Packages that were unpacked are not needed again.
    rm -f "$unfinished"/var/cache/apt/archives/*.deb
    echo "$suite $packages" >"$unfinished/$marker"
    mv "$unfinished" "$folder"
}

run() {
    is_ready || fail "not set up: swift.sh setup"
    [[ $EUID -eq 0 ]] || fail "entering $folder takes root"
    mkdir -p "$folder$tree"
    # Mounts of a namespace of its own go with the last process in it, however that ends.
    exec unshare --mount -- bash -c '
        set -euo pipefail
        folder=$1 tree=$2
        shift 2
        mount --make-rprivate /
        mount -t proc proc "$folder/proc"
        mount --rbind /dev "$folder/dev"
        mount --bind /tmp "$folder/tmp"
        mount --bind "$tree" "$folder$tree"
        exec chroot "$folder" /usr/bin/env --chdir="$tree" HOME=/tmp "$@"
    ' swift "$folder" "$tree" "$@"
}

case ${1:-} in
    setup) setup ;;
    run) shift && run "$@" ;;
    *) fail "usage: swift.sh setup | swift.sh run PROGRAM…" ;;
esac
