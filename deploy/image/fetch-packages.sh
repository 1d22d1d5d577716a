#!/bin/sh
# Fetches the packages of image.lock, which is beside it, into the current folder. It is for a container of that Debian, where this system has
# another archive: what stands in ~/.cache/rollcall/debian-packages is not asked of this system's apt. Their hashes are checked by what uses them.
#
#   mkdir -p ~/.cache/rollcall/debian-packages
#   docker run --rm -v "$PWD/deploy/image:/lock:ro" -v ~/.cache/rollcall/debian-packages:/packages -w /packages debian:12 sh /lock/fetch-packages.sh
set -eu
dpkg --add-architecture amd64
dpkg --add-architecture arm64
apt-get update --quiet
# The name of each file has name, version and processor of its package.
sed -n 's|.*"file": ".*/\([^_/]*\)_\([^_]*\)_\([^_.]*\)\.deb".*|\1:\3=\2|p' "$(dirname "$0")/image.lock" |
  xargs apt-get download --quiet
