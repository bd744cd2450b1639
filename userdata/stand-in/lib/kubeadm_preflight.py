"""Checks before anything is done, under kubeadm's names (cmd/kubeadm/app/preflight). Of those that look at the size of the
machine, NumCPU and Mem, the stand-in makes warnings: it needs less."""

import os
import shutil
import socket
import sys

from pki import Refused

MANIFESTS = "/etc/kubernetes/manifests"
COMPONENTS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd")


class Checks:
    """Collects what is wrong; `ignored` are names in small letters, or `all`."""

    def __init__(self, config, ignored):
        self.minor, self.config = config.minor, config
        self.ignored = ignored | config.ignored
        self.errors, self.warnings = [], []

    def fail(self, name, text, is_warning=False):
        ignored = is_warning or "all" in self.ignored or name.lower() in self.ignored
        line = f"\t[{'WARNING' if ignored else 'ERROR'} {name}]: {text}"
        if line not in self.errors + self.warnings:
            (self.warnings if ignored else self.errors).append(line)

    def end(self):
        for line in self.warnings:
            print(line, file=sys.stderr)
        if self.errors:
            told = "\n".join(self.errors)
            raise Refused(
                f"error execution phase preflight: [preflight] Some fatal errors occurred:\n{told}\n"
                "[preflight] If you know what you are doing, you can make a check non-fatal with `--ignore-preflight-errors=...`"
            )

    def file_available(self, path):
        if os.path.exists(path):
            self.fail(f"FileAvailable-{_label(path)}", f"{path} already exists")

    def folder_available(self, path):
        if os.path.isdir(path) and os.listdir(path):
            self.fail(f"DirAvailable-{_label(path)}", f"{path} is not empty")

    def port_open(self, port):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("", port))
            except OSError:
                self.fail(f"Port-{port}", f"Port {port} is in use")

    def content(self, path):
        """The file says 1."""
        name = f"FileContent-{_label(path)}"
        if not os.path.exists(path):
            self.fail(name, f"{path} does not exist")
        elif not open(path).read().startswith("1"):
            self.fail(name, f"{path} contents are not set to 1")

    def program(self, name, needed=True):
        if not shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"):
            self.fail(f"FileExisting-{name}", f"{name} not found in system path", is_warning=not needed)

    def common(self):
        """For every node, whatever becomes of it."""
        if os.geteuid() != 0:
            self.fail("IsPrivilegedUser", "user is not running as root")
        self._runtime()
        with open("/proc/swaps") as file:
            if len(file.readlines()) > 1:
                self.fail("Swap", "running with swap on is not supported. Please disable swap", is_warning=self.minor >= 23)
        # From 1.32 and 1.33 on fewer are looked for.
        if self.minor <= 31:
            self.program("conntrack")
            for name in ("socat", "ebtables"):
                self.program(name, needed=False)
        if self.minor <= 32:
            for name in ("ip", "iptables", "nsenter"):
                self.program(name)
            for name in ("ethtool", "tc", "touch"):
                self.program(name, needed=False)
        self.program("mount")
        self.port_open(10250)
        if self.minor <= 29:
            self.content("/proc/sys/net/bridge/bridge-nf-call-iptables")
        self.content("/proc/sys/net/ipv4/ip_forward")

    def _runtime(self):
        path = self.config.cri_socket.removeprefix("unix://")
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(path)
            except OSError as error:
                self.fail("CRI", f"container runtime is not running: {path}: {error.strerror or error}")

    def control_plane(self, endpoint):
        """For a machine that becomes a master."""
        if (os.cpu_count() or 1) < 2:
            self.fail("NumCPU", "the number of available CPUs 1 is less than the required 2 (kubeadm itself would refuse this)", is_warning=True)
        if os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") < 1700 * 1024 * 1024:
            self.fail("Mem", "the system RAM is less than the minimum 1700 MB (kubeadm itself would refuse this)", is_warning=True)
        for port in (endpoint.port, 10259, 10257):
            self.port_open(port)
        for component in COMPONENTS:
            self.file_available(f"{MANIFESTS}/{component}.yaml")
        if not self.config.external_etcd:
            for port in (2379, 2380):
                self.port_open(port)
            self.folder_available(self.config.etcd_folder)


def _label(path):
    return path.replace("/", "-")
