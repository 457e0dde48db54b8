#!/bin/bash
# The first process of a sandbox's node, in pid, mount, network, uts and ipc namespaces of its own (node.ts starts it).
# When it ends, the kernel ends every process of the node, and with them go mounts, network and the listening socket.
#
#   node-init.sh run     become the node: STATE, CONFIGURATION, CERTIFICATES, CGROUP and OWNED (owned or free) say which
#   node-init.sh import  bring images that $STATE/images lists into containerd, unless they are there
set -u
NODE=node1
NODE_ADDRESS=10.10.0.2
SERVICES=10.96.0.0/16

# Each image is a line with the path of its archive, which changes with its content.
import_images() {
  local archive
  mkdir -p "$STATE/containerd/imported"
  while read -r archive; do
    local mark="$STATE/containerd/imported/${archive//\//_}"
    [ -e "$mark" ] && continue
    ctr --namespace k8s.io images import "$archive" && touch "$mark"
  done < "$STATE/images"
}

# What kubelet, containerd and the network plugins expect at fixed paths, on file systems that only the node sees.
private_mounts() {
  local directory
  mount --make-rprivate /
  mount -t proc proc /proc
  for directory in /run /var/lib /var/log; do mount -t tmpfs -o mode=755 tmpfs $directory; done
  for directory in containerd kubelet; do
    mkdir -p "$STATE/$directory" /var/lib/$directory
    mount --bind "$STATE/$directory" /var/lib/$directory
  done
  mkdir -p /run/netns /run/lock /run/cgroup
  echo 'nameserver 127.0.0.1' > /run/resolv.conf # no name is ever looked up outside
  mount --bind /run/resolv.conf /etc/resolv.conf
  printf '127.0.0.1 localhost\n%s %s\n' $NODE_ADDRESS $NODE > /run/hosts
  mount --bind /run/hosts /etc/hosts
  # A sysfs of this network namespace, or cAdvisor and node exporter would see the root's interfaces.
  mount --rbind /sys/fs/cgroup /run/cgroup
  umount --recursive --lazy /sys
  mount -t sysfs sysfs /sys
  mount --move /run/cgroup /sys/fs/cgroup
  mount --make-rshared / # node exporter's mounts follow the node's
}

# Control groups are the one thing that outlives the namespaces: all pods are below one of our own, which node.ts removes.
control_groups() {
  local controller
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then # version 2
    mkdir -p "/sys/fs/cgroup/$CGROUP"
    for controller in cpuset cpu memory pids; do
      echo "+$controller" | tee /sys/fs/cgroup/cgroup.subtree_control > "/sys/fs/cgroup/$CGROUP/cgroup.subtree_control"
    done
    return
  fi
  for controller in /sys/fs/cgroup/*/; do mkdir -p "$controller$CGROUP"; done
  for controller in cpus mems; do cat /sys/fs/cgroup/cpuset/cpuset.$controller > "/sys/fs/cgroup/cpuset/$CGROUP/cpuset.$controller"; done
}

# A veth pair whose two ends are both here carries the node's address (not every kernel has the dummy driver), and a
# default route, which kubelet and API server want to see, to an address that nobody has.
network() {
  hostname $NODE
  ip link set lo up
  ip link add node0 type veth peer name node0-peer
  ip link set node0 up
  ip link set node0-peer up
  ip address add $NODE_ADDRESS/24 dev node0
  ip route add default via 10.10.0.1 dev node0
  sysctl --quiet --write net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1
}

start() {
  local name=$1
  shift
  "$@" > "$STATE/logs/$name.log" 2>&1 3>&- 4>&- &
}

start_control_plane() {
  start etcd etcd --data-dir "$STATE/etcd" --unsafe-no-fsync \
    --listen-client-urls http://127.0.0.1:2379 --advertise-client-urls http://127.0.0.1:2379 \
    --listen-peer-urls http://127.0.0.1:2380 --initial-advertise-peer-urls http://127.0.0.1:2380 --initial-cluster default=http://127.0.0.1:2380
  start containerd containerd --config "$CONFIGURATION/containerd.toml"
  # The bridge alone inherits the listening socket (3) and the owner (4).
  bridge serve "$OWNED" kube-apiserver --etcd-servers=http://127.0.0.1:2379 --secure-port=6443 --advertise-address=$NODE_ADDRESS \
    --service-cluster-ip-range=$SERVICES --authorization-mode=Node,RBAC --allow-privileged=true --profiling=false \
    --client-ca-file="$CERTIFICATES/ca.crt" --tls-cert-file="$CERTIFICATES/kube-apiserver.crt" --tls-private-key-file="$CERTIFICATES/kube-apiserver.key" \
    --service-account-issuer=https://kubernetes.default.svc.cluster.local \
    --service-account-key-file="$CERTIFICATES/service-account.pub" --service-account-signing-key-file="$CERTIFICATES/service-account.key" \
    --kubelet-preferred-address-types=InternalIP --kubelet-client-certificate="$CERTIFICATES/admin.crt" --kubelet-client-key="$CERTIFICATES/admin.key" \
    --requestheader-client-ca-file="$CERTIFICATES/ca.crt" --requestheader-allowed-names=front-proxy \
    --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group --requestheader-extra-headers-prefix=X-Remote-Extra- \
    --proxy-client-cert-file="$CERTIFICATES/front-proxy.crt" --proxy-client-key-file="$CERTIFICATES/front-proxy.key" \
    > "$STATE/logs/kube-apiserver.log" 2>&1 &
}

start_controllers() {
  local identity="$CONFIGURATION/kube-controller-manager.kubeconfig"
  start kube-controller-manager kube-controller-manager --kubeconfig="$identity" --authentication-kubeconfig="$identity" --authorization-kubeconfig="$identity" \
    --service-account-private-key-file="$CERTIFICATES/service-account.key" --root-ca-file="$CERTIFICATES/ca.crt" --use-service-account-credentials=true \
    --cluster-cidr=10.244.0.0/24 --service-cluster-ip-range=$SERVICES --allocate-node-cidrs=false --leader-elect=false
  identity="$CONFIGURATION/kube-scheduler.kubeconfig"
  start kube-scheduler kube-scheduler --kubeconfig="$identity" --authentication-kubeconfig="$identity" --authorization-kubeconfig="$identity" --leader-elect=false
  start kube-proxy kube-proxy --config="$CONFIGURATION/kube-proxy.yaml"
}

# TERM to the containers first, so that Alertmanager writes its silences and Prometheus ends its log cleanly.
stop_node() {
  trap '' TERM
  pkill -KILL -x kubelet # it would start them again
  local signal attempt
  for signal in TERM KILL; do
    signal_containers $signal
    for attempt in {1..60}; do
      signal_containers 0 || break
      sleep 0.05
    done
  done
  for attempt in {1..20}; do
    find /sys/fs/cgroup -depth -type d -path "*/$CGROUP*" -exec rmdir {} + && break
    sleep 0.05
  done 2> /dev/null
  exit 0 # etcd needs no goodbye: what it has written stays in the machine's page cache
}

# False when there are none.
signal_containers() {
  local shims
  shims=$(pgrep -d , -x containerd-shim) && pkill "-$1" -P "$shims"
}

if [ "$1" = import ]; then
  import_images
  exit
fi
private_mounts
control_groups
network
start_control_plane
trap stop_node TERM
(
  trap - TERM
  until ctr version > /dev/null 2>&1; do sleep 0.05; done
  import_images
) > "$STATE/logs/images.log" 2>&1 3>&- 4>&- &
IMPORT=$!
bridge ready 120 > "$STATE/logs/start.log" 2>&1 3>&- 4>&- &
wait $! || exit 1 # waited for in the background, or TERM would have to wait as well
start_controllers
wait $IMPORT # a pod whose image is missing tries to pull it, and then backs off
start kubelet kubelet --kubeconfig="$CONFIGURATION/kubelet.kubeconfig" --config="$CONFIGURATION/kubelet.yaml" \
  --hostname-override=$NODE --node-ip=$NODE_ADDRESS --cgroup-root="/$CGROUP"
while :; do wait -n || [ $? != 127 ] || sleep 1; done # for ever: the first process collects everybody's orphans
