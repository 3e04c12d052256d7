#!/bin/sh
# Builds a container image of the reference out of what is on this machine: no Dockerfile, no base image, no network.
#   images/reference/build.sh [tag]        default tag: milagro-trust-reference:latest
# It needs Node, the installed packages and a Docker daemon, and leaves nothing behind but the image.
set -eu

tag=${1:-milagro-trust-reference:latest}
cd "$(dirname "$0")/../.."

missing=''
command -v node >/dev/null 2>&1 || missing="$missing
  there is no node in PATH: make setup brings it"
[ -d node_modules ] || missing="$missing
  the packages are not installed: make setup"
if ! command -v docker >/dev/null 2>&1; then
  missing="$missing
  docker is not installed: apt-get install docker.io"
elif ! docker info >/dev/null 2>&1; then
  missing="$missing
  no Docker daemon answers (docker info fails): start it, or let this user reach it"
fi
if [ -n "$missing" ]; then
  printf 'reference-image: cannot build:%s\n' "$missing" >&2
  exit 3
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# Node, and the libraries and the loader that it names, under the names that it looks for.
node=$(node -p process.execPath)
mkdir -p "$work/usr/bin" "$work/opt/milagro-trust/node_modules" "$work/tmp" "$work/data"
cp "$node" "$work/usr/bin/node"
ldd "$node" | grep -o '/[^ ]*' | sort -u | while read -r library; do
  mkdir -p "$work$(dirname "$library")"
  cp -L "$library" "$work$library"
done

# The reference, and the packages that are no tools of development.
cp -R reference schemas package.json "$work/opt/milagro-trust/"
npm ls --omit=dev --all --parseable | sed -n "s,^$PWD/,,p" | grep -E '^node_modules/(@[^/]+/)?[^/]+$' | sort -u |
  tar -cf - -T - | tar -xf - -C "$work/opt/milagro-trust"
compiled=/opt/milagro-trust/.compiled
mkdir "$work$compiled"
chmod -R a+rX "$work"
chmod 1777 "$work$compiled"

tar -C "$work" --owner=0 --group=0 --numeric-owner -cf - . | docker import \
  --change 'ENTRYPOINT ["/usr/bin/node"]' \
  --change 'CMD ["/opt/milagro-trust/reference/cli/main.ts", "serve", "dta"]' \
  --change 'ENV PATH=/usr/bin' \
  --change 'LABEL org.opencontainers.image.title="reference of Milagro Distributed Trust"' \
  - "$tag" >/dev/null

# Each of these services is started once where nothing answers, and what Node compiled goes into the image: a start then
# compiles none of its few hundred files. Node keeps that apart for each user, so it is of use to whoever runs the image as
# this one.
warm_up() {
  warm=$(docker create -i --network none --user "$(id -u):$(id -g)" --tmpfs /tmp:mode=1777 \
    --env "NODE_COMPILE_CACHE=$compiled" "$tag" /opt/milagro-trust/reference/cli/main.ts serve "$1")
  trap 'rm -rf "$work"; docker rm -f "$warm" >/dev/null' EXIT
  { tr -d '\n' <images/reference/warm-up.json | sed "s/\"role\": \"dta\"/\"role\": \"$1\"/"; echo; } |
    docker start -i "$warm" >/dev/null 2>&1 &
  turns=0
  until docker logs "$warm" 2>/dev/null | grep -q MDT_CHAIN_UNAVAILABLE; do
    turns=$((turns + 1))
    [ $turns -lt 300 ] || { echo "reference-image: the image was made but the $1 does not start in it" >&2; exit 1; }
    sleep 0.2
  done
  docker stop --timeout 10 "$warm" >/dev/null
  docker commit --change "ENV NODE_COMPILE_CACHE=$compiled" "$warm" "$tag" >/dev/null
  docker rm "$warm" >/dev/null
  trap 'rm -rf "$work"' EXIT
}
warm_up idp
warm_up dta # at last, since an image runs what it was made of, where nobody says otherwise

docker run --rm --network none "$tag" /opt/milagro-trust/reference/cli/main.ts --help >/dev/null || {
  echo "reference-image: the image was made but the reference does not run in it" >&2
  exit 1
}
docker image inspect --format "reference-image: {{.RepoTags}} {{.Size}} octets" "$tag"
