# shellcheck shell=bash
# The helpers of provision.sh, but for those that speak to the package manager (provision-apt.sh, provision-dnf.sh). Each makes something so, and does nothing where it is so already; each may be
# killed at any point and run again. Sections (one a step) follow after them.

BAKE_CHANGED=no
BAKE_WORK=/run/bake-provision

# --- saying what happens ---------------------------------------------------------------------------------------------

bake_say() { printf 'bake: %s\n' "$*"; }

bake_die() {
  printf 'bake: error: %s\n' "$*" >&2
  exit 1
}

# bake_step LAYER ID ORIGIN TITLE: runs the section of one step, timed.
bake_step() {
  local layer=$1 id=$2 origin=$3 title=$4 began
  case " $BAKE_LAYERS " in *" $layer "*) ;; *) return 0 ;; esac
  BAKE_CURRENT="$title ($origin)"
  BAKE_CHANGED=no
  began=${EPOCHREALTIME/./}
  if [ -n "${BAKE_EVENTS:-}" ]; then printf '::bake start %s\n' "$id"; else bake_say "$title"; fi
  "bake_section_$id"
  local ms=$(((${EPOCHREALTIME/./} - began) / 1000))
  if [ -n "${BAKE_EVENTS:-}" ]; then
    printf '::bake end %s %d\n' "$id" "$ms"
  else
    bake_say "  done in $((ms / 1000)).$(printf %03d $((ms % 1000))) s"
  fi
}

bake_on_exit() {
  local status=$?
  if [ "$status" -ne 0 ]; then printf 'bake: failed in: %s\n' "${BAKE_CURRENT:-the beginning}" >&2; fi
}

# Whether this is a running machine and not a root tree that an image is made of.
bake_is_live() { [ -d /run/systemd/system ]; }

# --- files -----------------------------------------------------------------------------------------------------------

# bake_directory PATH MODE OWNER GROUP
bake_directory() {
  [ -d "$1" ] || mkdir -p -- "$1"
  bake_own "$1" "$2" "$3" "$4"
}

# bake_own PATH MODE OWNER GROUP: sets what differs, so that a second run leaves even the change time alone.
bake_own() {
  [ "$(stat -c '%04a %U %G' -- "$1")" = "$2 $3 $4" ] && return 0
  chown -- "$3:$4" "$1"
  chmod -- "$2" "$1"
}

# bake_write PATH MODE OWNER GROUP: the file gets standard input as its content. The old file stays whole until the new
# one is: a fixed name beside it, then a rename.
bake_write() {
  local path=$1 new
  new="${path%/*}/.${path##*/}.bake-new"
  mkdir -p -- "${path%/*}/"
  if [ -d "$path" ] && [ ! -L "$path" ]; then bake_die "$path is a folder; a file was to be written there"; fi
  rm -f -- "$new"
  (umask 077 && cat >"$new")
  if [ -f "$path" ] && [ ! -L "$path" ] && cmp -s -- "$new" "$path"; then
    rm -f -- "$new"
    bake_own "$path" "$2" "$3" "$4"
    return 0
  fi
  bake_own "$new" "$2" "$3" "$4"
  mv -fT -- "$new" "$path"
  BAKE_CHANGED=yes
}

# bake_install_file URL SHA256 PATH: a bare program.
bake_install_file() {
  local url=$1 sha256=$2 path=$3
  if [ -f "$path" ] && printf '%s  %s\n' "$sha256" "$path" | sha256sum --check --status 2>/dev/null; then
    bake_own "$path" 0755 root root
    return 0
  fi
  bake_fetch "$url" "$BAKE_WORK/download" "$sha256"
  bake_write "$path" 0755 root root <"$BAKE_WORK/download"
  rm -f -- "$BAKE_WORK/download"
}

BAKE_ARTIFACTS=/var/lib/bake/artifacts

# bake_install_archive COMPONENT URL SHA256 FOLDER STRIP MEMBER...: the component's stamp says in its first line what was
# asked for, and then what each member is; a run is done with where both still hold.
bake_install_archive() {
  local stamp=$BAKE_ARTIFACTS/$1.sha256 url=$2 sha256=$3 folder=$4 strip=$5 member wanted paths=()
  shift 5
  wanted="$sha256 $folder $strip $*"
  if [ -f "$stamp" ] && [ "$(head -n 1 -- "$stamp")" = "$wanted" ] && tail -n +2 -- "$stamp" | sha256sum --check --status 2>/dev/null; then
    return 0
  fi
  bake_fetch "$url" "$BAKE_WORK/download" "$sha256"
  rm -rf -- "$BAKE_WORK/unpacked"
  mkdir -p -- "$BAKE_WORK/unpacked" "$folder"
  tar --extract --file "$BAKE_WORK/download" --directory "$BAKE_WORK/unpacked" --strip-components "$strip" --no-same-owner
  for member; do
    member=$(cut -d/ -f"$((strip + 1))-" <<<"$member")
    bake_write "$folder/$member" 0755 root root <"$BAKE_WORK/unpacked/$member"
    paths+=("$folder/$member")
  done
  rm -rf -- "$BAKE_WORK/download" "$BAKE_WORK/unpacked"
  {
    printf '%s\n' "$wanted"
    sha256sum -- "${paths[@]}"
  } | bake_write "$stamp" 0644 root root
}

# --- kernel and swap -------------------------------------------------------------------------------------------------

# A module may be built in; then modprobe succeeds as well. Containers can't load any.
bake_modprobe() {
  bake_is_live || return 0
  local module
  for module; do
    modprobe -q -- "$module" || [ -d "/sys/module/${module//-/_}" ] || bake_die "the kernel has no module $module"
  done
}

bake_swap_off() {
  local path
  if bake_is_live && [ "$(wc -l </proc/swaps)" -gt 1 ]; then swapoff --all; fi
  [ -e /etc/fstab ] || printf '# No file systems besides those that the image brings.\n' | bake_write /etc/fstab 0644 root root
  if grep -qE '^[^#]*[[:space:]]swap[[:space:]]' /etc/fstab; then
    sed -E 's/^([^#]*[[:space:]]swap[[:space:]].*)$/# bake: swap is off: \1/' /etc/fstab >"/etc/.fstab.new"
    bake_write /etc/fstab 0644 root root </etc/.fstab.new
    rm -f /etc/.fstab.new
  fi
  rm -f -- /swap.img /swapfile /swap
  # swap.target pulls in every swap unit, those of the GPT and fstab generators too; a mask stops them all.
  bake_mask swap.target
  for path in /etc/systemd/system/*.swap /usr/lib/systemd/system/*.swap; do
    [ ! -e "$path" ] || [ -L "$path" ] || bake_mask "${path##*/}"
  done
  # An empty file overrides the distribution's (zram-generator.conf(5)); Debian's zram-tools and Ubuntu's zram-config
  # have a service each.
  bake_write /etc/systemd/zram-generator.conf 0644 root root <<<'# No zram devices: swap is off.'
  bake_mask zramswap.service
  bake_mask zram-config.service
}

# --- selinux ---------------------------------------------------------------------------------------------------------

bake_selinux_permissive() {
  if grep -qs '^SELINUX=enforcing' /etc/selinux/config; then
    sed 's/^SELINUX=enforcing/SELINUX=permissive/' /etc/selinux/config >/etc/selinux/.config.permissive
    bake_write /etc/selinux/config 0644 root root </etc/selinux/.config.permissive
    rm -f -- /etc/selinux/.config.permissive
  fi
  if bake_is_live && [ "$(cat /sys/fs/selinux/enforce 2>/dev/null || echo 0)" = 1 ]; then setenforce 0; fi
}

# --- services --------------------------------------------------------------------------------------------------------

bake_mask() {
  if [ "$(readlink "/etc/systemd/system/$1" 2>/dev/null)" = /dev/null ]; then return 0; fi
  mkdir -p /etc/systemd/system
  ln -sfT /dev/null "/etc/systemd/system/$1"
  if bake_is_live; then
    systemctl daemon-reload
    systemctl stop "$1" 2>/dev/null || true
  fi
}

# bake_service enabled|disabled|masked UNIT start|leave
bake_service() {
  local state
  case $1 in
    enabled)
      state=$(systemctl is-enabled "$2" 2>/dev/null || true)
      [ "$state" = enabled ] || systemctl -q enable "$2"
      if bake_is_live && [ "$3" = start ]; then systemctl start "$2"; fi
      ;;
    disabled)
      state=$(systemctl is-enabled "$2" 2>/dev/null || true)
      [ "$state" != enabled ] || systemctl -q disable "$2"
      if bake_is_live; then systemctl stop "$2" 2>/dev/null || true; fi
      ;;
    masked) bake_mask "$2" ;;
  esac
}

bake_restart_if_changed() {
  if [ "$BAKE_CHANGED" = yes ] && bake_is_live; then systemctl restart "$1"; fi
}

bake_reload_if_changed() {
  if [ "$BAKE_CHANGED" = yes ] && bake_is_live; then systemctl daemon-reload; fi
}

bake_containerd_major() {
  local version
  version=$(containerd --version | awk '{ print $3 }')
  version=${version#v}
  [[ $version =~ ^[0-9]+\. ]] || bake_die "can't read containerd's version from: $(containerd --version)"
  printf '%s\n' "${version%%.*}"
}

# --- people and places -----------------------------------------------------------------------------------------------

# bake_user NAME GECOS SHELL GROUPS
bake_user() {
  local group
  if ! getent passwd "$1" >/dev/null; then useradd --create-home --user-group --comment "$2" --shell "$3" -- "$1"; fi
  [ "$(getent passwd "$1" | cut -d: -f5)" = "$2" ] || usermod --comment "$2" -- "$1"
  [ "$(getent passwd "$1" | cut -d: -f7)" = "$3" ] || usermod --shell "$3" -- "$1"
  # A run killed between the account and its folder.
  [ -d "/home/$1" ] || mkhomedir_helper "$1"
  for group in ${4//,/ }; do
    getent group "$group" >/dev/null || groupadd --system -- "$group"
    id -nG -- "$1" | tr ' ' '\n' | grep -qxF -- "$group" || usermod --append --groups "$group" -- "$1"
  done
}

# bake_ssh_keys USER: standard input is the whole authorized_keys file.
bake_ssh_keys() {
  bake_directory "/home/$1/.ssh" 0700 "$1" "$1"
  bake_write "/home/$1/.ssh/authorized_keys" 0600 "$1" "$1"
}

bake_time_zone() {
  [ -e "/usr/share/zoneinfo/$1" ] || bake_die "there is no time zone $1 in /usr/share/zoneinfo"
  if [ "$(readlink /etc/localtime 2>/dev/null)" != "/usr/share/zoneinfo/$1" ]; then ln -sfT "/usr/share/zoneinfo/$1" /etc/localtime; fi
  bake_write /etc/timezone 0644 root root <<<"$1"
}

# --- container images ------------------------------------------------------------------------------------------------

BAKE_IMAGES=/var/lib/bake/images

# bake_import_images ENGINE SHA256 LOCATION: the images of an archive. Docker can't be started in a root tree: there the
# archive waits for the first boot. The record is the last thing to be written, and holds the images' names.
bake_import_images() {
  local engine=$1 sha256=$2 location=$3 record=$BAKE_IMAGES/$2 archive names
  if [ -s "$record" ]; then return 0; fi
  archive=$(bake_image_archive "$sha256" "$location")
  names=$(bake_image_names "$archive")
  [ -n "$names" ] || bake_die "$location names no images; save them by name: docker save NAME..., ctr -n k8s.io images export FILE NAME..."
  mkdir -p -- "$BAKE_IMAGES"
  if [ "$engine" = containerd ]; then
    bake_with_containerd bake_import "$archive" "$names"
  elif bake_is_live; then
    systemctl start docker.service
    docker load --quiet --input "$archive"
  else
    cp -- "$archive" "$BAKE_IMAGES/.new"
    mv -fT -- "$BAKE_IMAGES/.new" "$BAKE_IMAGES/$sha256.tar"
  fi
  printf '%s\n' "$names" | bake_write "$record" 0644 root root
  rm -rf -- /var/cache/bake
}

# bake_image_archive SHA256 LOCATION: says where the file is. Who bakes hands archives in by their sum; on a running
# machine a file is looked for beside this script or in the folder BAKE_ARCHIVES.
bake_image_archive() {
  local file=/run/bake/archives/$1 found
  case $2 in
    http://* | https://*)
      if [ ! -e "$file" ]; then
        file=/var/cache/bake/archive
        mkdir -p /var/cache/bake
        bake_fetch "$2" "$file" "$1" >&2
      fi
      ;;
    *) [ -e "$file" ] || file="${BAKE_ARCHIVES:-$(dirname -- "${BASH_SOURCE[0]:-.}")}/${2##*/}" ;;
  esac
  [ -e "$file" ] || bake_die "there is no $file; put it there, or say in BAKE_ARCHIVES in which folder it is"
  found=$(sha256sum -- "$file")
  [ "${found%% *}" = "$1" ] || bake_die "$2 is not what the profile names: its sha256 is ${found%% *}, not $1"
  printf '%s\n' "$file"
}

# bake_image_names ARCHIVE: RepoTags of a docker-archive, else the names that an OCI layout gives its images; in full, as
# a kubelet asks for them.
bake_image_names() {
  local name
  {
    tar --extract --to-stdout --file "$1" manifest.json 2>/dev/null | tr -d ' \n\t' |
      grep -oE '"RepoTags":\[[^]]*\]' | grep -oE '"[^":]+[^"]*"' | grep -vxF '"RepoTags"' ||
      tar --extract --to-stdout --file "$1" index.json 2>/dev/null | tr -d ' \n\t' |
      grep -oE '"io\.containerd\.image\.name":"[^"]*"' | sed 's/^"[^"]*"://' || true
  } | tr -d '"' | sort -u | while read -r name; do
    case $name in
      *[.:]*/* | localhost/*) ;;
      */*) name=docker.io/$name ;;
      *) name=docker.io/library/$name ;;
    esac
    printf '%s\n' "$name"
  done
}

# bake_pull_images ENGINE VERSION REPOSITORY DNS-REPOSITORY PAUSE-IMAGE NAME...: of what kubeadm of this version names, the images
# whose last part is listed, and the sandbox image. By containerd's own mirrors (certs.d).
bake_pull_images() {
  local engine=$1 version=$2 repository=$3 dns=$4 pause=$5 record=$BAKE_IMAGES/v$2 images
  shift 5
  if [ -s "$record" ]; then return 0; fi
  images=$(kubeadm config images list --kubernetes-version "v$version" --image-repository "$repository")
  images=$({
    grep -E "/($(IFS='|' && printf '%s' "$*")):" <<<"$images" | sed -E "s#^.*/coredns:#$dns/coredns:#"
    printf '%s\n' "$pause"
  } | sort -u)
  mkdir -p -- "$BAKE_IMAGES"
  if [ "$engine" = docker ]; then bake_docker_pull "$images"; else bake_with_containerd bake_pull "$images"; fi
  printf '%s\n' "$images" | bake_write "$record" 0644 root root
}

# bake_with_containerd COMMAND...: in a root tree containerd runs for that long only; when this script dies, it ends with
# the namespace that it is in.
bake_with_containerd() {
  local pid i log=$BAKE_WORK/containerd.log
  if bake_is_live; then
    systemctl start containerd.service
    "$@"
    return 0
  fi
  containerd >"$log" 2>&1 &
  pid=$!
  for ((i = 0; i < 150; i++)); do
    if ctr version >/dev/null 2>&1; then break; fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.2
  done
  ctr version >/dev/null || bake_die "containerd doesn't start here: $(tail -n 5 "$log")"
  "$@"
  kill -TERM "$pid"
  wait "$pid" || true
}

# Layers of an image that delete files of lower ones can't be unpacked in a tree that is an overlay itself; then the
# machine unpacks them at their first use.
bake_import() {
  local name
  ctr -n k8s.io images import "$1" || ctr -n k8s.io images import --no-unpack "$1"
  while read -r name; do
    bake_has_image "$name" || bake_die "containerd took the archive, but has no complete $name"
  done <<<"$2"
}

bake_pull() {
  local name attempt
  while read -r name; do
    for attempt in 1 2 3; do
      if bake_has_image "$name"; then continue 2; fi
      bake_say "pulling $name"
      if ctr -n k8s.io images pull --hosts-dir /etc/containerd/certs.d "$name" >/dev/null; then continue 2; fi
      sleep "$((attempt * 2))"
    done
    bake_die "can't pull $name; use a mirror (kubernetes.imageRepository, runtime.registries), or archives (kubernetes.images)"
  done <<<"$1"
}

bake_has_image() { ctr -n k8s.io images check "name==\"$1\"" 2>/dev/null | grep -qF ' complete ('; }

# --- stand-ins -------------------------------------------------------------------------------------------------------

BAKE_STAND_IN=/usr/share/bake/stand-in

# Succeeds where the repository is there already; the signature is its last file.
bake_stand_in_begin() {
  if [ -s "$BAKE_STAND_IN/InRelease" ]; then return 0; fi
  bake_say 'these are STAND-INS, not Kubernetes: they go through the motions for rehearsals and tests'
  bake_install gpg gpg-agent
  rm -rf -- "$BAKE_WORK/stand-in" "$BAKE_STAND_IN"
  mkdir -p "$BAKE_WORK/stand-in" "$BAKE_STAND_IN"
  return 1
}

# bake_stand_in_package NAME VERSION DEPENDS
bake_stand_in_package() {
  mkdir -p "$BAKE_WORK/stand-in/$1/DEBIAN"
  printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: bake <bake@localhost>\nPriority: optional\nSection: admin\n%sDescription: STAND-IN for %s, made by bake\n Goes through the motions for rehearsals and tests. It is not %s.\n' \
    "$1" "$2" "${3:+"Depends: $3
"}" "$1" "$1" >"$BAKE_WORK/stand-in/$1/DEBIAN/control"
}

# bake_stand_in_file NAME PATH MODE: standard input is the content.
bake_stand_in_file() {
  mkdir -p "$BAKE_WORK/stand-in/$1${2%/*}"
  cat >"$BAKE_WORK/stand-in/$1$2"
  chmod "$3" "$BAKE_WORK/stand-in/$1$2"
}

bake_stand_in_build() {
  SOURCE_DATE_EPOCH=0 dpkg-deb --root-owner-group -Znone --build "$BAKE_WORK/stand-in/$1" "$BAKE_STAND_IN/$1.deb" >/dev/null
}

bake_stand_in_end() {
  local deb home="$BAKE_WORK/gnupg"
  (
    cd "$BAKE_STAND_IN" || exit 1
    for deb in *.deb; do
      dpkg-deb --field "$deb"
      printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d' ' -f1)"
    done >Packages
    printf 'Origin: bake\nLabel: bake stand-in\nDescription: Stand-ins. Not Kubernetes.\nDate: Thu, 01 Jan 1970 00:00:00 UTC\nSHA256:\n %s %s Packages\n' \
      "$(sha256sum Packages | cut -d' ' -f1)" "$(stat -c %s Packages)" >Release
  )
  # The key signs this one file and is gone with its folder: nobody can sign for this machine again.
  rm -rf -- "$home"
  (umask 077 && mkdir -p "$home")
  bake_gpg() { gpg --homedir "$home" --batch --quiet --no-tty --pinentry-mode loopback --passphrase '' "$@"; }
  bake_gpg --quick-generate-key 'bake stand-in repository (thrown away)' ed25519 sign never
  bake_gpg --export >"$BAKE_STAND_IN/keyring.gpg"
  bake_gpg --clearsign --output "$BAKE_WORK/InRelease" "$BAKE_STAND_IN/Release"
  gpgconf --homedir "$home" --kill all || true
  rm -rf -- "$home" "$BAKE_WORK/stand-in"
  chmod -R a+rX "$BAKE_STAND_IN"
  mv -f -- "$BAKE_WORK/InRelease" "$BAKE_STAND_IN/.InRelease.new"
  mv -f -- "$BAKE_STAND_IN/.InRelease.new" "$BAKE_STAND_IN/InRelease"
}

# --- sealing ---------------------------------------------------------------------------------------------------------

# bake_forget_initiator FILE UNIT: each start without the file makes another name where there is the unit, as in the Red Hat family;
# Debian's open-iscsi makes one where the file says so (startup-checks.sh).
bake_forget_initiator() {
  if [ ! -e "$1" ]; then return 0; fi
  if [ -e "$2" ]; then rm -f -- "$1"; else bake_write "$1" 0600 root root <<<'GenerateName=yes'; fi
}

bake_seal() {
  if bake_is_live && [ -z "${BAKE_SEAL:-}" ]; then
    bake_die 'this machine is running: sealing would take its identity away. BAKE_SEAL=yes says that you mean it.'
  fi
  bake_clean_packages
  rm -rf -- /var/cache/ldconfig
  rm -f -- /etc/ssh/ssh_host_*
  : >/etc/machine-id
  rm -f -- /var/lib/dbus/machine-id /var/lib/systemd/random-seed /var/lib/systemd/credential.secret
  # Names of a storage client, made when its package is installed; bake-nvme-host.service makes those of NVMe anew.
  bake_forget_initiator /etc/iscsi/initiatorname.iscsi /usr/lib/systemd/system/iscsi-init.service
  rm -f -- /etc/nvme/hostnqn /etc/nvme/hostid
  : >/etc/hostname
  printf '127.0.0.1 localhost\n\n::1 localhost ip6-localhost ip6-loopback\nff02::1 ip6-allnodes\nff02::2 ip6-allrouters\n' |
    bake_write /etc/hosts 0644 root root
  find /var/lib/cloud -mindepth 1 -delete 2>/dev/null || true
  rm -f -- /etc/netplan/50-cloud-init.yaml /etc/udev/rules.d/70-persistent-net.rules
  rm -f -- /etc/NetworkManager/system-connections/cloud-init-*.nmconnection
  if grep -qs 'cloud-init' /etc/sysconfig/network-scripts/ifcfg-*; then rm -f -- /etc/sysconfig/network-scripts/ifcfg-*; fi
  rm -f -- /var/lib/dhcp/*.leases /var/lib/NetworkManager/{*.lease,secret_key,timestamps} /var/lib/systemd/network/*
  if bake_is_live; then journalctl --relinquish-var 2>/dev/null || true; fi
  find /var/log -type f -delete
  find /var/log/journal -mindepth 1 -delete 2>/dev/null || true
  # What is logged between now and the power-off stays in memory.
  if bake_is_live && ! mountpoint -q /var/log; then mount -t tmpfs -o mode=0755,nosuid,nodev,noexec sealed /var/log; fi
  find /tmp /var/tmp -mindepth 1 -delete
  rm -f -- /root/.bash_history /home/*/.bash_history /root/.ssh/authorized_keys
  rm -f -- /etc/{passwd,group,shadow,gshadow,subuid,subgid}-
  # What the shadow tools were writing when a run was killed: a new file beside the old one, never renamed.
  rm -f -- /etc/{passwd,group,shadow,gshadow,subuid,subgid}.{lock,[0-9]*}
}

# --- main ------------------------------------------------------------------------------------------------------------

bake_begin() {
  BAKE_LAYERS=$BAKE_ALL_LAYERS
  while [ "$#" -gt 0 ]; do
    case $1 in
      --layer)
        [ "$#" -ge 2 ] || bake_die '--layer needs a name'
        case " $BAKE_ALL_LAYERS " in *" $2 "*) ;; *) bake_die "no layer $2; there are: $BAKE_ALL_LAYERS" ;; esac
        [ "$BAKE_LAYERS" != "$BAKE_ALL_LAYERS" ] || BAKE_LAYERS=
        BAKE_LAYERS="$BAKE_LAYERS $2"
        shift 2
        ;;
      --help)
        printf 'usage: provision.sh [--layer NAME]...\nLayers, in order: %s\n' "$BAKE_ALL_LAYERS"
        exit 0
        ;;
      *) bake_die "unknown argument $1; try --help" ;;
    esac
  done
  [ "$(id -u)" -eq 0 ] || bake_die 'this has to run as root'
  trap bake_on_exit EXIT
  export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
  export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
  umask 022
  mkdir -p "$BAKE_WORK"
  # A stock machine's way out, for what pulls images.
  # shellcheck source=/dev/null # made by bake, values quoted
  if [ -r /etc/bake/proxy.env ]; then set -a && . /etc/bake/proxy.env && set +a; fi
  bake_mend_packages
}
