#!/usr/bin/env bash
# Swift on Linux from Debian's own packages, in a folder of its own: no other distribution's toolchain is needed, and
# nothing of the machine is changed.
#
#   swift.sh setup         makes the folder, once per machine
#   swift.sh run PROGRAM…  runs a program there; the work tree lies at the same path inside
set -euo pipefail

folder=${VREMENA_SWIFT:-/opt/vremena-swift}
suite=trixie
packages=swiftlang,libc6-dev
ready=$folder/.vremena-ready
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
    [[ $EUID -eq 0 ]] || fail "making $folder takes root: run this once as root, or set VREMENA_SWIFT to a ready folder"
    if ! command -v debootstrap >/dev/null; then
        command -v apt-get >/dev/null || fail "debootstrap is not installed, and there is no apt-get to install it"
        apt-get update -qq && apt-get install -y -qq debootstrap >/dev/null || fail "debootstrap cannot be installed"
    fi
    echo "swift: setting up Debian $suite with Swift in $folder (a minute or two, 3 GB)" >&2
    local log=$folder.log
    rm -rf --one-file-system "$folder"
    debootstrap --variant=minbase --include="$packages" "$suite" "$folder" >"$log" 2>&1 ||
        fail "debootstrap failed; the end of $log:"$'\n'"$(tail -5 "$log")"
    # Packages that were unpacked are not needed again.
    rm -f "$folder"/var/cache/apt/archives/*.deb
    echo "$suite $packages" >"$ready"
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
