"""Static pods without containers: the program that a manifest names is run as it is. etcd is Debian's own; kube-apiserver is the
stand-in; the rest of a control plane has nothing to do here and is said to run."""

import os
import subprocess
import sys
import time

import documents

# setpriv: what is started ends with the kubelet, also when that is killed.
PROGRAMS = {
    "etcd": ["setpriv", "--pdeathsig", "KILL", "etcd"],
    "kube-apiserver": ["setpriv", "--pdeathsig", "KILL", sys.executable, os.path.join(os.path.dirname(__file__), "api_server.py")],
}
LONGEST_BACKOFF_SECONDS = 8
# Debian's etcd in the words of 3.5 and newer, and only what went wrong.
QUIET_ETCD = {"ETCD_LOGGER": "zap", "ETCD_LOG_LEVEL": "error"}


class StaticPods:
    """What the manifests in a folder say is to run, and what runs."""

    def __init__(self, folder, version):
        self.folder, self.version = folder, version
        self.pods = {}

    def look(self):
        """Starts what is new or has died, stops what is gone or has changed. The names of pods that are gone."""
        there = {}
        for file in sorted(os.listdir(self.folder)) if os.path.isdir(self.folder) else []:
            path = os.path.join(self.folder, file)
            if file.endswith((".yaml", ".json")) and not file.startswith("."):
                there[path] = os.stat(path).st_mtime_ns
        gone = []
        for path, pod in list(self.pods.items()):
            if there.get(path) != pod.changed:
                pod.stop()
                del self.pods[path]
                if path not in there:
                    gone.append(pod.name)
        for path, changed in there.items():
            if path not in self.pods:
                self.pods[path] = Pod(path, changed, self.version)
            self.pods[path].keep_running()
        return gone

    def mirrors(self):
        return {pod.name: (pod.manifest, pod.runs()) for pod in self.pods.values()}

    def stop(self):
        for pod in self.pods.values():
            pod.stop()


class Pod:
    def __init__(self, path, changed, version):
        with open(path) as file:
            self.manifest = documents.read(file.read())
        self.name, self.changed = self.manifest["metadata"]["name"], changed
        program, *arguments = self.manifest["spec"]["containers"][0].get("command") or [""]
        own = [f"--bake-version={version}"] if program == "kube-apiserver" else []
        self.command = PROGRAMS[program] + arguments + own if program in PROGRAMS else None
        self.process, self.backoff, self.next_start = None, 0.5, 0.0
        if not self.command:
            print(f"kubelet: pod {self.name} is left at that: this is a STAND-IN made by bake", flush=True)

    def runs(self):
        return not self.command or (self.process is not None and self.process.poll() is None)

    def keep_running(self):
        if self.runs() or time.monotonic() < self.next_start:
            return
        if self.process:
            print(f"kubelet: {self.name} ended with {self.process.returncode}; started again", file=sys.stderr, flush=True)
        self.process = subprocess.Popen(self.command, env={**os.environ, **QUIET_ETCD}, stdin=subprocess.DEVNULL)
        self.next_start = time.monotonic() + self.backoff
        self.backoff = min(self.backoff * 2, LONGEST_BACKOFF_SECONDS)

    def stop(self):
        if not self.process or not self.runs():
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
