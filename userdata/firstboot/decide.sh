# shellcheck shell=bash
# bake_decide: what a master does next, by the `static` kind of discovery. Pure: it reads its arguments, prints one line
# and touches nothing, so that the simulation in test/election can run this very code through thousands of histories.
#
# bake_decide MAY DISK ETCD WINDOW PEERS QUIET NEEDED
#   MAY     yes | no                        whether this machine is the one that may initialise
#   DISK    fresh | initialising | joining  what this disk has been used for already
#   ETCD    begun | none                    whether etcd has ever begun to write on this disk
#   WINDOW  open | early | over             the clock against the time in which the first master may initialise
#   PEERS   ours | foreign | silent         the best answer that the endpoint and all other masters gave: a certificate
#                                           of this cluster's authorities, somebody else's, or nothing
#   QUIET   number                          rounds in a row in which all of them were silent
#   NEEDED  number                          how many of those it takes to believe that there is no cluster
#
# Prints `init`, `resume`, `join`, or `wait REASON`.
bake_decide() {
  local may=$1 disk=$2 etcd=$3 window=$4 peers=$5 quiet=$6 needed=$7

  # What etcd holds here is the cluster: others may have joined it. It is gone on with, never begun anew.
  if [ "$disk" = initialising ] && [ "$etcd" = begun ]; then
    echo resume
    return 0
  fi
  # A cluster that answers is joined, whatever this machine is called.
  if [ "$peers" = ours ]; then
    echo join
    return 0
  fi
  if [ "$peers" = foreign ]; then
    echo 'wait something that is not of this cluster answers at its endpoint or at the address of a master'
    return 0
  fi
  # Once it has joined, or begun to, there is a cluster, however silent.
  if [ "$disk" = joining ]; then
    echo 'wait the cluster does not answer'
    return 0
  fi
  if [ "$may" != yes ]; then
    echo 'wait the first master has not started the cluster yet'
    return 0
  fi
  case $window in
    early)
      echo 'wait the clock stands before the time at which the secrets were made'
      return 0
      ;;
    over)
      echo 'wait the time in which this machine may start the cluster is over (bake secrets rotate window opens it again)'
      return 0
      ;;
  esac
  if [ "$quiet" -lt "$needed" ]; then
    echo "wait looking for a cluster that is there already, $quiet of $needed rounds"
    return 0
  fi
  echo init
}
