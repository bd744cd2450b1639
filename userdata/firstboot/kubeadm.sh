# shellcheck shell=bash
# What first boot does with kubeadm, on masters and workers. Sourced by firstboot; BAKE_* are of machine.env.
: "${input:?is set by firstboot}" "${memory:?is set by firstboot}" "${scratch:?is set by firstboot}" "${DECIDE_ANEW:?}" "${QUIET_ROUNDS:?}"

# kubeadm_by_file init|join ARGUMENT...: what it has written is on the disk when it is done.
kubeadm_by_file() {
  timeout --kill-after=10 900 kubeadm "$1" --config "$input/kubeadm/$1.yaml" "${@:2}"
  flush_disks
}

# What kubeadm's checks for a clean machine would find of a run that was interrupted.
known_leftovers() {
  local known file
  known=DirAvailable--var-lib-etcd,DirAvailable--etc-kubernetes-manifests
  known+=,Port-$BAKE_API_PORT,Port-2379,Port-2380,Port-10250,Port-10251,Port-10252,Port-10257,Port-10259
  for file in kubelet.conf bootstrap-kubelet.conf pki-ca.crt manifests-{kube-apiserver,kube-controller-manager,kube-scheduler,etcd}.yaml; do
    known+=,FileAvailable--etc-kubernetes-$file
  done
  printf -- '--ignore-preflight-errors=%s\n' "$known"
}

# kubeadm makes what is missing anew and trips over what is broken; of a certificate and its key it wants both or none.
drop_torn_files() {
  local key torn=()
  torn_files -delete
  for key in /etc/kubernetes/pki/{apiserver,apiserver-kubelet-client,front-proxy-client,apiserver-etcd-client}.key \
    /etc/kubernetes/pki/etcd/{server,peer,healthcheck-client}.key; do
    if [ ! -e "$key" ] || [ ! -e "${key%.key}.crt" ]; then torn+=("$key" "${key%.key}.crt"); fi
  done
  rm -f -- "${torn[@]}"
}

# --- masters ---------------------------------------------------------------------------------------------------------

# Whether there is, or may be at any moment, a cluster that this disk has begun: the kubelet runs etcd from its manifest,
# whatever first boot thinks of it. Where etcd is elsewhere it is the API server that begins.
etcd_has_begun() {
  case $BAKE_ETCD in
    external) [ -s /etc/kubernetes/manifests/kube-apiserver.yaml ] ;;
    *) [ -d /var/lib/etcd/member ] || [ -s /etc/kubernetes/manifests/etcd.yaml ] ;;
  esac
}

# decide QUIET: what one round of looking for a cluster comes to, by bake_decide; QUIET are those before it that were silent.
decide() {
  local peers quiet=$1 needed=$QUIET_ROUNDS window=open etcd=none now
  if alone; then needed=1; fi
  peers=$(look_around)
  if [ "$peers" = silent ]; then quiet=$((quiet + 1)); else quiet=0; fi
  echo "$quiet" >"$scratch/quiet"
  now=$(date +%s)
  [ "$now" -ge "$BAKE_NOT_BEFORE" ] || window=early
  [ "$now" -lt "$BAKE_INIT_UNTIL" ] || window=over
  if etcd_has_begun; then etcd=begun; fi
  bake_decide "$BAKE_MAY_INITIALISE" "$(recall disk fresh)" "$etcd" "$window" "$peers" "$quiet" "$needed"
}

step_decide() {
  local quiet=0 action reason
  [ ! -s "$scratch/quiet" ] || quiet=$(cat "$scratch/quiet")
  read -r action reason < <(decide "$quiet")
  case $action in
    # Known to the disk before it is done: a power cut must not make it forget.
    init | resume) remember disk initialising ;;
    join) remember disk joining ;;
    *) not_yet "$reason" ;;
  esac
}

step_init() {
  local args=()
  # Another attempt is another beginning, unless this one has begun: is it still right?
  if [ "$(recall attempts 0)" -gt 0 ] && ! etcd_has_begun; then
    case $(decide "$QUIET_ROUNDS") in
      init) ;;
      *) exit "$DECIDE_ANEW" ;;
    esac
  fi
  drop_torn_files
  install_pki
  if etcd_has_begun || has_leftovers; then args=("$(known_leftovers)"); fi
  place_kube_vip init
  # The token is no business of the journal's.
  kubeadm_by_file init --skip-token-print "${BAKE_INIT_ARGS[@]}" "${args[@]}"
}

# Once for the cluster, in the order of the cluster file: a mark in it says that it was done.
readonly APPLIED=bake-addons

step_addons() {
  local addon applied kubectl=(kubectl --kubeconfig /etc/kubernetes/admin.conf)
  api_is_ready /etc/kubernetes/admin.conf || not_yet 'the API server is not ready'
  settle_as_master
  compgen -G "$input/addons/*" >/dev/null || return 0
  applied=$("${kubectl[@]}" --request-timeout=20s --namespace kube-system get configmap "$APPLIED" --ignore-not-found -o name)
  [ -z "$applied" ] || return 0
  for addon in "$input"/addons/*; do
    case $addon in *.yaml | *.url) ;; *) continue ;; esac
    say "add-on ${addon##*/}"
    manifest_of "$addon" >"$scratch/manifest.yaml"
    timeout --kill-after=10 300 "${kubectl[@]}" apply "${BAKE_APPLY_ARGS[@]}" -f "$scratch/manifest.yaml"
  done
  "${kubectl[@]}" --request-timeout=20s --namespace kube-system create configmap "$APPLIED" >/dev/null
}

# --- joining ---------------------------------------------------------------------------------------------------------

step_join() {
  [ "$(probe "$BAKE_ENDPOINT_HOST" "$BAKE_ENDPOINT_PORT" "$input/pki/ca.crt")" = ours ] ||
    not_yet "the cluster does not answer at $BAKE_ENDPOINT_HOST:$BAKE_ENDPOINT_PORT"
  if [ "$BAKE_ROLE" = master ]; then
    # A run that was interrupted may have taken them away (kubeadm reset, below).
    install_pki
    install_files
    administrate
  fi
  if has_joined; then
    note_cri_socket
    [ "$BAKE_ROLE" != master ] || finish_as_master
    return 0
  fi
  if [ "$BAKE_ROLE" = master ]; then
    # One at a time: etcd takes one new member only, and must have it in step before the next.
    take_turn
    remove_former_self
    drop_torn_files
  fi
  if ! token_is_known; then
    [ "$BAKE_ROLE" = master ] ||
      not_yet "the cluster does not know the token that this machine was given (is it too old? \`bake secrets rotate token\` and new user-data)"
    renew_token
    not_yet 'the token of this machine was over; it is made valid again'
  fi
  if [ -d /var/lib/etcd/member ]; then
    join_again
  else
    # What an interrupted join has left would stop this one.
    if has_leftovers; then
      timeout --kill-after=10 300 kubeadm reset --force --cri-socket "$BAKE_CRI_SOCKET"
      mkdir -p /etc/kubernetes/manifests
      cp -a -- "$memory/kubernetes/." /etc/kubernetes/
      if [ "$BAKE_ROLE" = master ]; then
        install_pki
        # Those below /etc/kubernetes/pki are gone, too.
        install_files
      fi
    fi
    join
  fi
  [ "$BAKE_ROLE" != master ] || finish_as_master
}

join() {
  # kubeadm writes the token here and removes it again; what is removed from a disk is still on it.
  mkdir -p /etc/kubernetes
  # One that was interrupted has left what it wrote, and kubeadm refuses to write it again.
  rm -f -- "$input/bootstrap-kubelet.conf"
  ln -sfn "$input/bootstrap-kubelet.conf" /etc/kubernetes/bootstrap-kubelet.conf
  # Static pods that the image brings are no reason to refuse.
  if compgen -G "$memory/kubernetes/manifests/*" >/dev/null; then
    set -- --ignore-preflight-errors=DirAvailable--etc-kubernetes-manifests "$@"
  fi
  kubeadm_by_file join "${BAKE_JOIN_ARGS[@]}" "$@"
}

# Where etcd has begun, it is a member that the others count on: kubeadm goes over it once more. Its phases can be run over
# what they have made, but for two (kubeadm 1.20: cmd/phases/join/kubelet.go, checketcd.go): `kubelet-start` refuses a node
# that is ready already, and `check-etcd` fails while this machine's own etcd waits for its kubelet.
join_again() {
  drop_torn_files
  if node_is_ready; then
    join "$(known_leftovers)" --skip-phases=kubelet-start
  else
    join "$(known_leftovers)" --skip-phases=check-etcd
  fi
}

has_leftovers() {
  local file
  for file in /etc/kubernetes/{kubelet,bootstrap-kubelet,admin}.conf /etc/kubernetes/manifests/{etcd,kube-*}.yaml; do
    if [ -e "$file" ] && [ ! -e "$memory/kubernetes/${file#/etc/kubernetes/}" ]; then return 0; fi
  done
  # Masters hold it before they join.
  [ "$BAKE_ROLE" = worker ] && [ -e /etc/kubernetes/pki/ca.crt ]
}

# kubeadm notes it after the node is there, and `kubeadm upgrade node` asks for it; newer ones keep it in a file (kubernetes.io
# "kubeadm upgrade", instance configuration).
note_cri_socket() {
  [ -e /var/lib/kubelet/instance-config.yaml ] ||
    kubectl --kubeconfig /etc/kubernetes/kubelet.conf --request-timeout=20s annotate --overwrite node "$BAKE_NODE" \
      "kubeadm.alpha.kubernetes.io/cri-socket=$BAKE_CRI_SOCKET" >/dev/null
}

finish_as_master() {
  local holder
  settle_as_master
  # A turn that goes on would keep the next master waiting.
  holder=$(turn_of)
  if [ "$holder" = "$BAKE_NODE" ]; then end_turn; fi
}

# What every master does once the cluster has it.
settle_as_master() {
  place_kube_vip settled
  give_kubeconfigs
  # Labels of nodes and tools (bake-upkeep) keep nobody from being ready.
  # It need not be read anew for that; reading all units anew takes longer than all else here.
  systemctl enable --quiet --now --no-reload bake-upkeep.timer
}

# place_kube_vip init|settled: the pod that holds the virtual address, where the cluster has it on its masters. From
# Kubernetes 1.29 on it is another administrator as long as `kubeadm init` runs (src/balancer/kube-vip.ts).
place_kube_vip() {
  local manifest=/etc/kubernetes/manifests/kube-vip.yaml
  [ -e "$input/kube-vip/$1.yaml" ] || return 0
  if cmp -s -- "$input/kube-vip/$1.yaml" "$manifest"; then return 0; fi
  mkdir -p /etc/kubernetes/manifests
  # Whatever is in that folder is run, a half file too.
  put /etc/kubernetes/kube-vip.yaml 0600 <"$input/kube-vip/$1.yaml"
  mv -f -- /etc/kubernetes/kube-vip.yaml "$manifest"
  sync -- /etc/kubernetes/manifests /etc/kubernetes
}
