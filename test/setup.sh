#!/usr/bin/env bash
# What the tests need beyond npm: Debian packages (bake doctor installs them as root, names them otherwise), the built
# command line, and what Debian has from 13 on.
set -euo pipefail
cd "$(dirname "$0")/.."

npm run --silent build
node dist/cli/main.js doctor --fix --for test

# What Debian 13 has and Debian 12 has not, or older: goss, and the cloud-init that images of Debian 13 have.
bin="$PWD/.cache/bin"
newer="$PWD/.cache/cloud-init"
wanted=()
command -v goss >/dev/null || [ -x "$bin/goss" ] || wanted+=(goss)
[ -d "$newer" ] || wanted+=(cloud-init)
if [ "${#wanted[@]}" -gt 0 ]; then
  echo "Fetching from Debian 13: ${wanted[*]}."
  work=$(mktemp -d)
  trap 'rm -rf "$work" "$newer.new"' EXIT
  # The mirror that this machine uses, or Debian's own; a private set of lists, so that apt's own stays as it is.
  uri=$(sed -nE 's#^(URIs:|deb)( \[[^]]*\])? *(https?://[^ ]*/debian/?)( .*)?$#\3#p' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -n 1 || true)
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s trixie main\n' "${uri:-http://deb.debian.org/debian}" >"$work/sources.list"
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$bin"
  apt=(apt-get -q -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=- -o Dir::Etc::preferencesparts=-
    -o Dir::State::lists="$work/lists" -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root)
  "${apt[@]}" update >/dev/null
  for package in "${wanted[@]}"; do
    (cd "$work" && "${apt[@]}" download "$package" && dpkg-deb -x "$package"_*.deb "$package")
  done
  if [ -d "$work/goss" ]; then
    install -m 755 "$work/goss/usr/bin/goss" "$bin/goss.new"
    mv -f "$bin/goss.new" "$bin/goss"
  fi
  if [ -d "$work/cloud-init" ]; then
    rm -rf "$newer.new"
    mv "$work/cloud-init/usr/lib/python3/dist-packages" "$newer.new"
    mv -T "$newer.new" "$newer"
  fi
fi
