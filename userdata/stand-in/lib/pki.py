"""Keys and certificates as kubeadm makes them, by the openssl program (3.0 or newer). Keys are P-256, which are made in no time on
emulated machines too; kubeadm itself takes RSA unless told otherwise."""

import base64
import hashlib
import ipaddress
import os
import re
import subprocess

NEW_EC_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
CLIENT, SERVER, BOTH = "clientAuth", "serverAuth", "serverAuth,clientAuth"


class Refused(Exception):
    """What the real program would refuse, too; its text is for a person."""


def openssl(*arguments, stdin=""):
    done = subprocess.run(["openssl", *arguments], input=stdin, capture_output=True, text=True)
    if done.returncode != 0:
        raise Refused(f"openssl {arguments[0]}: {done.stderr.strip()}")
    return done.stdout


def write(path, text, mode=0o600):
    """All of it or nothing, whatever happens meanwhile. Through a link, to where first boot wants the file to be."""
    path = os.path.realpath(path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(os.open(f"{path}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.rename(f"{path}.new", path)


def read(path):
    with open(path) as file:
        return file.read()


def _settings(extensions):
    return "[req]\ndistinguished_name=dn\nx509_extensions=ext\n[dn]\n[ext]\n" + "".join(f"{line}\n" for line in extensions)


def _name(text):
    try:
        return f"IP:{ipaddress.ip_address(text)}"
    except ValueError:
        return f"DNS:{text}"


def make_authority(stem, name):
    """STEM.crt and STEM.key, unless both are there."""
    if os.path.exists(f"{stem}.crt") and os.path.exists(f"{stem}.key"):
        return
    extensions = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign", f"subjectAltName=DNS:{name}"]
    _make(stem, f"/CN={name}", extensions, ["-days", "3650"])


def make_certificate(stem, authority, common_name, organisation=None, usage=CLIENT, names=()):
    """STEM.crt and STEM.key signed by the authority's files, unless it signed those that are there."""
    if os.path.exists(f"{stem}.crt") and os.path.exists(f"{stem}.key"):
        if not signed_by(f"{stem}.crt", f"{authority}.crt"):
            raise Refused(f"certificate {os.path.basename(stem)} is not signed by corresponding CA")
        return
    subject = (f"/O={organisation}" if organisation else "") + f"/CN={common_name}"
    extensions = ["basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature,keyEncipherment", f"extendedKeyUsage={usage}"]
    if names:
        extensions.append("subjectAltName=" + ",".join(dict.fromkeys(_name(name) for name in names)))
    _make(stem, subject, extensions, ["-days", "365", "-CA", f"{authority}.crt", "-CAkey", f"{authority}.key"])


def _make(stem, subject, extensions, options):
    os.makedirs(os.path.dirname(stem), exist_ok=True)
    certificate = openssl("req", "-x509", "-config", "/dev/stdin", *NEW_EC_KEY, "-keyout", f"{stem}.key.new", "-subj", subject, *options, stdin=_settings(extensions))
    os.chmod(f"{stem}.key.new", 0o600)
    os.rename(f"{stem}.key.new", f"{stem}.key")
    write(f"{stem}.crt", certificate, 0o644)


def signed_by(certificate, authority):
    command = ["openssl", "verify", "-CAfile", authority, certificate]
    return subprocess.run(command, capture_output=True).returncode == 0


def make_service_account(stem):
    if not os.path.exists(f"{stem}.key"):
        write(f"{stem}.key", openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"))
    if not os.path.exists(f"{stem}.pub"):
        write(f"{stem}.pub", openssl("pkey", "-in", f"{stem}.key", "-pubout"))


def public_key_hash(certificate):
    """`sha256:` and the hash of the public key of a PEM text: what joining nodes pin."""
    pem = openssl("x509", "-noout", "-pubkey", stdin=certificate)
    return "sha256:" + hashlib.sha256(base64.b64decode("".join(pem.split("\n")[1:-2]))).hexdigest()


def make_request(key, common_name, organisation):
    """A certificate signing request, PEM, for a key that is made when it is not there yet."""
    if not os.path.exists(key):
        write(key, openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"))
    return openssl("req", "-new", "-config", "/dev/stdin", "-key", key, "-subj", f"/O={organisation}/CN={common_name}", stdin=_settings([]))


def subject_of_request(request):
    """(common name, organisation) of a request that is signed by its own key."""
    said = openssl("req", "-noout", "-verify", "-subject", "-nameopt", "RFC2253", stdin=request)
    found = re.search(r"^subject=CN=([^,+\n]+),O=([^,+\n]+)$", said, re.M)
    if not found:
        raise Refused("subject is not CN and O")
    return found.groups()


def sign_request(request, authority):
    """The client certificate for a request, PEM."""
    extensions = "keyUsage=critical,digitalSignature,keyEncipherment\nextendedKeyUsage=clientAuth\nbasicConstraints=critical,CA:FALSE\n"
    file = os.memfd_create("extensions")
    os.write(file, extensions.encode())
    serial = "0x" + os.urandom(15).hex()
    done = subprocess.run(
        ["openssl", "x509", "-req", "-days", "365", "-set_serial", serial, "-CA", f"{authority}.crt", "-CAkey", f"{authority}.key", "-extfile", f"/proc/self/fd/{file}"],
        input=request, capture_output=True, text=True, pass_fds=[file],
    )
    os.close(file)
    if done.returncode != 0:
        raise Refused(f"openssl x509: {done.stderr.strip()}")
    return done.stdout
