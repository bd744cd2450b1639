# shellcheck shell=bash
# Packages and sources of Debian 11 and 12 for the rig, by an apt of its own: lists, cache and sources live in a folder of
# the rig, so that the machine's own apt stays as it is. Signatures are checked as ever.

# debian_begin FOLDER: an absolute path.
debian_begin() {
  local folder=$1 uri suite
  # The mirror that this machine uses, or Debian's own.
  uri=$(sed -nE 's#^(URIs:|deb)( \[[^]]*\])? *(https?://[^ ]*/debian/?)( .*)?$#\3#p' \
    /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -n 1 || true)
  uri=${uri:-http://deb.debian.org/debian}
  mkdir -p "$folder"/{lists/partial,cache/archives/partial,sources.list.d,preferences.d}
  for suite in 'deb URI bullseye main' 'deb URI bookworm main' 'deb-src URI bookworm main'; do
    printf '%s\n' "${suite/URI/[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri}"
  done >"$folder/sources.list"
  DEBIAN_APT=(apt-get -q -y -o Dir::Etc::sourcelist="$folder/sources.list" -o Dir::Etc::sourceparts="$folder/sources.list.d"
    -o Dir::Etc::preferencesparts="$folder/preferences.d" -o Dir::State::lists="$folder/lists" -o Dir::Cache="$folder/cache"
    -o APT::Sandbox::User=root -o Acquire::Retries=3)
  "${DEBIAN_APT[@]}" update >&2
}

# debian_unpack SUITE TREE NAME...: packages unpacked into a tree; none of their scripts is run.
debian_unpack() {
  local suite=$1 tree=$2 name deb
  shift 2
  mkdir -p "$tree"
  for name; do
    deb=$(mktemp -d -p "${tree%/*}")
    (cd "$deb" && "${DEBIAN_APT[@]}" download "$name/$suite" >&2)
    dpkg-deb -x "$deb"/*.deb "$tree"
    rm -r -- "$deb"
  done
}
