#!/bin/sh
# Builds the image of the chain under test from Debian's signed package, for machines that cannot pull one.
#   images/chain/build.sh [tag]        default tag: milagro-trust-chain:latest
# It needs mmdebstrap and a Docker daemon, installs nothing, and leaves nothing behind but the image.
set -eu

tag=${1:-milagro-trust-chain:latest}
suite=sid
package=bitcoin-knots

missing=''
command -v mmdebstrap >/dev/null 2>&1 || missing="$missing
  mmdebstrap is not installed: apt-get install mmdebstrap"
if ! command -v docker >/dev/null 2>&1; then
  missing="$missing
  docker is not installed: apt-get install docker.io"
elif ! docker info >/dev/null 2>&1; then
  missing="$missing
  no Docker daemon answers (docker info fails): start it, or let this user reach it"
fi
if [ -n "$missing" ]; then
  printf 'chain-image: cannot build:%s\n' "$missing" >&2
  exit 3
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# A frozen mirror's Release file is past its date and as well signed as before, hence Check-Valid-Until.
# "extract" unpacks the package and its libraries and runs nothing of theirs; the links of a merged /usr, by which the
# program finds its loader, are therefore made here.
# Another mirror than mmdebstrap's own: MILAGRO_DEBIAN_MIRROR.
echo "chain-image: unpacking $package of Debian $suite"
mmdebstrap --quiet --variant=extract --include="$package" \
  --aptopt='Acquire::Check-Valid-Until "false"' \
  --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
  --setup-hook='mkdir -p "$1/data" "$1/usr/lib" "$1/usr/lib64" && ln -s usr/lib "$1/lib" && ln -s usr/lib64 "$1/lib64"' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  "$suite" "$work/root.tar" ${MILAGRO_DEBIAN_MIRROR:+"$MILAGRO_DEBIAN_MIRROR"}

echo "chain-image: importing as $tag"
docker import \
  --change 'ENTRYPOINT ["/usr/bin/bitcoind", "-datadir=/data"]' \
  --change 'ENV HOME=/data' \
  --change 'EXPOSE 18443 18444' \
  --change "LABEL org.opencontainers.image.title=\"bitcoind for the Milagro trust kit (Debian $suite $package)\"" \
  "$work/root.tar" "$tag" >/dev/null

version=$(docker run --rm --network none "$tag" -version) || {
  echo "chain-image: the image was made but its bitcoind does not run" >&2
  exit 1
}
echo "chain-image: $(printf '%s\n' "$version" | head -n 1)"
docker image inspect --format "chain-image: {{.RepoTags}} {{.Size}} octets" "$tag"
