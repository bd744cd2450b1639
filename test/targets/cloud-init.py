"""What cloud-init's own code makes of what a platform gives it: a list of jobs in, a list of results out, as JSON.

A job has the user-data as the datasource gets it (`payload`, base64), or what the datasource itself reads:
`guestinfo` (name to value), `ovf` (the environment document), `medium` (the folder of an unpacked medium, with its `label` and
the `source` that is asked), `serial` (the machine's serial number by SMBIOS), `hetzner` (the field). `properties` asks for those of an environment document, `modules` whether there are such datasources.
"""

import base64
import importlib.util
import json
import os
import sys
import tempfile

from cloudinit import distros, dmi, helpers, settings, util, version
from cloudinit.net import network_state
from cloudinit.sources import DataSourceConfigDrive, DataSourceNoCloud, DataSourceOVF, DataSourceVMware
from cloudinit.sources.helpers import hetzner
from cloudinit.user_data import UserDataProcessor


def attach(folder, label):
    """Lets cloud-init find one CD-ROM, with that label, and mount it."""
    found = {"TYPE=iso9660": ["/dev/sr0"], "LABEL=" + label: ["/dev/sr0"]}
    util.find_devs_with = lambda criteria=None, *rest, **named: found.get(criteria, [])
    util.mounts = lambda: {}
    util.mount_cb = lambda device, callback, data=None, **named: callback(folder, data) if data else callback(folder)


def source_of(job, paths):
    """The datasource that read the job, as at boot."""
    config, distro = dict(settings.CFG_BUILTIN), distros.fetch("debian")("debian", {}, paths)
    dmi.read_dmi_data = {"system-product-name": "KVM", "system-serial-number": job.get("serial", "")}.get
    attach(job.get("medium"), job.get("label", "none"))
    DataSourceOVF.transport_vmware_guestinfo = lambda: job.get("ovf")
    if "guestinfo" in job:
        for name in [name for name in os.environ if name.startswith("VMX_GUESTINFO")]:
            del os.environ[name]
        os.environ["VMX_GUESTINFO"] = "1"
        for name, value in job["guestinfo"].items():
            os.environ["VMX_" + name.upper().replace(".", "_")] = value
        source = DataSourceVMware.DataSourceVMware
    elif "serial" in job:
        source = DataSourceNoCloud.DataSourceNoCloudNet
    elif job.get("source") == "NoCloud":
        source = DataSourceNoCloud.DataSourceNoCloud
    elif job.get("source") == "ConfigDrive":
        source = DataSourceConfigDrive.DataSourceConfigDrive
    else:
        source = DataSourceOVF.DataSourceOVF
    source = source(config, distro, paths)
    source.known_macs = job.get("macs", {})
    if not source._get_data():
        raise SystemExit("no data found: %s" % sorted(job))
    return source


def network_of(source):
    """Static addresses, gateways and name servers as every renderer of cloud-init is given them."""
    config = source.network_config
    if not config or "config" not in config and "ethernets" not in config:
        return None
    state = network_state.parse_net_config_data(config)
    interfaces = []
    for interface in state.iter_interfaces():
        subnets = [subnet for subnet in interface["subnets"] if "address" in subnet]
        routes = [route for subnet in subnets for route in subnet.get("routes", [])]
        gateways = [route["gateway"] for route in routes] + [subnet["gateway"] for subnet in subnets if "gateway" in subnet]
        interfaces.append(
            {
                "name": interface["name"],
                "mac": interface.get("mac_address"),
                "addresses": ["%s/%s" % (subnet["address"].split("/")[0], subnet["prefix"]) for subnet in subnets],
                "gateways": sorted(set(gateways)),
                "nameservers": sorted(
                    {one for subnet in subnets for one in subnet.get("dns_nameservers", [])} | set(state.dns_nameservers)
                ),
                "search": sorted(
                    {one for subnet in subnets for one in subnet.get("dns_search", [])} | set(state.dns_searchdomains)
                ),
            }
        )
    return interfaces


def parts_of(payload, paths):
    """Every part of user-data, unpacked, as handlers get it."""
    message = UserDataProcessor(paths).process(payload)
    return [
        {
            "type": part.get_content_type(),
            "content": base64.b64encode(part.get_payload(decode=True)).decode(),
        }
        for part in message.walk()
        if part.get_content_maintype() != "multipart"
    ]


# Newer releases have it in another module.
of_hetzner = getattr(hetzner, "maybe_b64decode", None) or util.maybe_b64decode


def is_module(name):
    return importlib.util.find_spec(name) is not None


def result_of(job):
    with tempfile.TemporaryDirectory() as folder:
        paths = helpers.Paths({"cloud_dir": folder, "run_dir": folder, "templates_dir": folder})
        seed_dir = os.path.join(folder, "seed")
        os.makedirs(seed_dir)
        paths.seed_dir = seed_dir
        if "payload" in job:
            return {"parts": parts_of(base64.b64decode(job["payload"], validate=True), paths)}
        if "hetzner" in job:
            return {"parts": parts_of(of_hetzner(job["hetzner"].encode()), paths)}
        if "properties" in job:
            return {"properties": DataSourceOVF.get_properties(job["properties"])}
        if "modules" in job:
            return {"modules": [name for name in job["modules"] if is_module("cloudinit.sources.DataSource" + name)]}
        source = source_of(job, paths)
        return {
            "version": version.version_string(),
            "mode": source.dsmode,
            "hostname": source.get_hostname().hostname,
            "instance-id": source.get_instance_id(),
            "network": network_of(source),
            "parts": parts_of(source.get_userdata_raw(), paths),
        }


print(json.dumps([result_of(job) for job in json.load(sys.stdin)]))
