# shellcheck shell=bash
# What first boot asks of the network and of the cluster. Sourced by firstboot; BAKE_* are of machine.env.
: "${input:?is set by firstboot}" "${scratch:?is set by firstboot}"

# interface_of ADDRESS: the name of the interface that has it, or nothing.
interface_of() {
  ip -oneline address show to "$1" 2>/dev/null | awk 'NR == 1 { print $2 }'
}

default_interface() {
  ip -oneline route show default 2>/dev/null | sed -nE '1s/.* dev ([^ ]+).*/\1/p'
}

# probe HOST PORT AUTHORITY: who serves TLS there. `ours`: a certificate that the authority (a file) signed, whatever it
# answers beyond that; `foreign`: another one; `silent`: nothing.
probe() {
  local said
  said=$(timeout --kill-after=1 4 openssl s_client -connect "$(with_brackets "$1"):$2" -CAfile "$3" </dev/null 2>/dev/null) || true
  case $said in
    # Without a certificate there is nothing to verify, and openssl calls that well: a balancer without masters hangs up.
    *'-----BEGIN CERTIFICATE-----'*'Verify return code: 0 (ok)'*) echo ours ;;
    *'-----BEGIN CERTIFICATE-----'*) echo foreign ;;
    *) echo silent ;;
  esac
}

# Whether nobody else can answer: no other master is to be, and the endpoint is this machine's own address.
alone() { [ "${#BAKE_MASTERS[@]}" = 1 ] && [ "$BAKE_MAY_INITIALISE" = yes ] && [ "$BAKE_ENDPOINT_HOST" = "$BAKE_ADDRESS" ]; }

with_brackets() { case $1 in *:*) printf '[%s]' "$1" ;; *) printf '%s' "$1" ;; esac; }

# The best answer of the endpoint and of all other masters: their API servers and, since those stop without a quorum,
# their etcds. All are asked at once.
look_around() {
  local answers master address
  answers=$(
    probe "$BAKE_ENDPOINT_HOST" "$BAKE_ENDPOINT_PORT" /etc/kubernetes/pki/ca.crt &
    for master in "${BAKE_MASTERS[@]}"; do
      address=${master#* }
      [ "${master%% *}" != "$BAKE_NODE" ] || continue
      probe "$address" "$BAKE_API_PORT" /etc/kubernetes/pki/ca.crt &
      probe "$address" 2379 /etc/kubernetes/pki/etcd/ca.crt &
    done
    wait
  )
  case $answers in
    *ours*) echo ours ;;
    *foreign*) echo foreign ;;
    *) echo silent ;;
  esac
}

api_is_ready() { kubectl --kubeconfig "$1" --request-timeout=5s get --raw /readyz >/dev/null 2>&1; }

# fetch ADDRESS: to standard output, by the cluster's proxy where it has one.
fetch() { env "${BAKE_PROXY[@]}" curl --silent --show-error --fail --location --retry 3 --max-time 300 "$1"; }

# manifest_of FILE: the text of an add-on. A `.url` file has the address on its first line and the sha256 on its second; a
# `.replace` file beside either has lines in pairs: what is found, and what takes its place.
manifest_of() {
  local file=$1 text address sha256 find with
  if [ "${file##*.}" = url ]; then
    { read -r address && read -r sha256; } <"$file"
    text=$(fetch "$address" | base64 --wrap=0)
    [ "$(base64 --decode <<<"$text" | sha256sum)" = "$sha256  -" ] || {
      echo "bake: $address does not have the sha256 $sha256" >&2
      return 1
    }
    text=$(base64 --decode <<<"$text")
  else
    text=$(cat "$file")
  fi
  if [ -e "${file%.*}.replace" ]; then
    while IFS= read -r find && IFS= read -r with; do
      [[ $text == *"$find"* ]] || {
        echo "bake: add-on ${file##*/} is to have \"$with\" in place of \"$find\", and has no such text" >&2
        return 1
      }
      text=${text//"$find"/"$with"}
    done <"${file%.*}.replace"
  fi
  printf '%s\n' "$text"
}

# kubeconfig of an administrator for root, and for the users that the cluster file names.
give_kubeconfigs() {
  local user home
  for user in root "${BAKE_KUBECONFIG_USERS[@]}"; do
    home=$(getent passwd "$user" | cut -d: -f6) || not_yet "there is no user $user, who is to have a kubeconfig"
    note kubeconfigs "$home/.kube/config"
    install -d -m 0700 -o "$user" -g "$(id -g "$user")" "$home/.kube"
    put "$home/.kube/config" 0600 "$user:$(id -g "$user")" </etc/kubernetes/admin.conf
  done
}

# --- as an administrator ---------------------------------------------------------------------------------------------

# A master holds the cluster's authority, so it can make itself an administrator. The file stays in memory.
administrate() {
  [ ! -s "$scratch/admin/admin.conf" ] || return 0
  (umask 077 && mkdir -p -- "$scratch/admin")
  kubeadm init phase kubeconfig admin --config "$input/kubeadm/administrator.yaml" --kubeconfig-dir "$scratch/admin" >/dev/null
}

admin() { kubectl --kubeconfig "$scratch/admin/admin.conf" --request-timeout=20s "$@"; }

# Whether the cluster takes the token to join by: cluster-info, which everybody may read, is signed with each that it takes
# (kubernetes.io "Authenticating with bootstrap tokens"). What can't be read is left to kubeadm to judge.
token_is_known() {
  local said
  said=$(curl --silent --fail --noproxy '*' --max-time 10 --cacert "$input/pki/ca.crt" \
    "https://$(with_brackets "$BAKE_ENDPOINT_HOST"):$BAKE_ENDPOINT_PORT/api/v1/namespaces/kube-public/configmaps/cluster-info") || return 0
  [[ $said == *"jws-kubeconfig-$BAKE_TOKEN_ID"* ]]
}

# For an hour, as a master may. By standard input: arguments are for everybody to see. A token that is there and not signed for
# yet is left as it is.
renew_token() {
  local token
  token=$(sed -nE 's/^ *token: "?([a-z0-9]{6}\.[a-z0-9]{16})"?$/\1/p' "$input/kubeadm/join.yaml")
  printf '{"apiVersion":"v1","kind":"Secret","type":"bootstrap.kubernetes.io/token","metadata":{"name":"bootstrap-token-%s","namespace":"kube-system"},"stringData":{"token-id":"%s","token-secret":"%s","expiration":"%s","usage-bootstrap-authentication":"true","usage-bootstrap-signing":"true","auth-extra-groups":"system:bootstrappers:kubeadm:default-node-token","description":"for %s"}}\n' \
    "${token%%.*}" "${token%%.*}" "${token#*.}" "$(date --utc --date='+1 hour' +%FT%TZ)" "$BAKE_NODE" | admin create -f - >/dev/null ||
    admin --namespace kube-system get secret "bootstrap-token-$BAKE_TOKEN_ID" -o name >/dev/null
}

# torn_files FIND-ACTION...: files that a power cut left empty because they were about to be written. Packages keep folders by
# hidden ones.
torn_files() {
  mkdir -p /etc/kubernetes
  find /etc/kubernetes -type f -empty ! -name '.*' "$@"
}

# Whether this machine is in the cluster already, with all that it needs: its node is there, by its own credentials. The
# label of a master is the last thing that joining sets.
has_joined() {
  local said
  [ -s /etc/kubernetes/kubelet.conf ] && [ -s /var/lib/kubelet/config.yaml ] && [ -z "$(torn_files -print -quit)" ] || return 1
  said=$(kubectl --kubeconfig /etc/kubernetes/kubelet.conf --request-timeout=20s get node "$BAKE_NODE" -o 'jsonpath={.metadata.name} {.metadata.labels}' 2>/dev/null) || return 1
  [ "${said%% *}" = "$BAKE_NODE" ] || return 1
  [ "$BAKE_ROLE" != master ] || [[ $said =~ node-role\.kubernetes\.io/(master|control-plane) ]]
}

node_is_ready() {
  [ "$(admin get node "$BAKE_NODE" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}' 2>/dev/null)" = True ]
}

# Whose turn to join as a master it is, is a ConfigMap: only one machine can create it, and only one replace what it read.
readonly TURN=bake-turn
readonly TURN_LIMIT=1200

turn_of() { admin --namespace kube-system get configmap "$TURN" --ignore-not-found -o 'jsonpath={.data.holder}'; }

# Comes back when it is this machine's, from now on. Those that wait ask all the time, so that is one request.
take_turn() {
  local found holder since version now
  now=$(date +%s)
  found=$(admin --namespace kube-system get configmap "$TURN" --ignore-not-found -o 'jsonpath={.data.holder} {.data.since} {.metadata.resourceVersion}' 2>/dev/null) ||
    not_yet 'the cluster does not say whose turn to join it is'
  read -r holder since version <<<"$found"
  if [ -z "$holder" ]; then
    admin --namespace kube-system create configmap "$TURN" --from-literal=holder="$BAKE_NODE" --from-literal=since="$now" >/dev/null 2>&1 ||
      not_yet "it is not this machine's turn to join"
  # Whoever took it may have died with it.
  elif [ "$holder" = "$BAKE_NODE" ] || [ $((now - since)) -gt "$TURN_LIMIT" ]; then
    printf '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s","namespace":"kube-system","resourceVersion":"%s"},"data":{"holder":"%s","since":"%s"}}\n' \
      "$TURN" "$version" "$BAKE_NODE" "$now" | admin replace -f - >/dev/null 2>&1 || not_yet "it is not this machine's turn to join"
  else
    not_yet "another master is joining ($holder)"
  fi
}

end_turn() { admin --namespace kube-system delete configmap "$TURN" --ignore-not-found >/dev/null; }

# A machine that had this name and is no more has left a node, and a member of etcd that counts towards the quorum. Both
# make way for the one that has the name now. An etcd that begins with nothing in the place of a member that is still counted
# does not come up.
remove_former_self() {
  local master other id ids known answered=no
  [ ! -d /var/lib/etcd/member ] || return 0
  if [ "$BAKE_ETCD" = stacked ]; then
    for master in "${BAKE_MASTERS[@]}"; do
      other=${master%% *}
      [ "$other" != "$BAKE_NODE" ] || continue
      # One that never started has no name yet.
      ids=$(etcdctl_on "$other" member list 2>/dev/null |
        awk -F', *' -v name="$BAKE_NODE" -v url="https://$(with_brackets "$BAKE_ADDRESS"):2380" '$3 == name || $4 == url { print $1 }') || continue
      for id in $ids; do
        say "removing the former member $id of etcd"
        etcdctl_on "$other" member remove "$id" >/dev/null
      done
      answered=yes
      break
    done
    # kubelets whose certificates are not signed yet let nobody into their pods; who has never been here need not ask.
    if [ "$answered" = no ]; then
      known=$(admin get node "$BAKE_NODE" --ignore-not-found -o name)
      [ -z "$known" ] || not_yet "a machine of this name was in the cluster, and no other master can be asked about its etcd (kubectl exec)"
    fi
  fi
  admin delete node "$BAKE_NODE" --ignore-not-found >/dev/null
}

# etcdctl_on MASTER ARGUMENT...: by the etcd pod of another master, which has the program and the certificates.
etcdctl_on() {
  local pod=etcd-$1 pki=/etc/kubernetes/pki/etcd
  shift
  admin --namespace kube-system exec "$pod" -- etcdctl --endpoints=https://127.0.0.1:2379 \
    --cacert="$pki/ca.crt" --cert="$pki/healthcheck-client.crt" --key="$pki/healthcheck-client.key" "$@"
}
