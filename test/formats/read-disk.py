"""sha256 of the disk in each file, as libyal's readers see it: they were written from the formats, and share nothing with QEMU."""

import hashlib
import json
import sys

import pyvhdi
import pyvmdk


def opened(path):
    if path.endswith(".vmdk"):
        disk = pyvmdk.handle()
        disk.open(path)
        disk.open_extent_data_files()
    else:
        disk = pyvhdi.file()
        disk.open(path)
    return disk


def digest_of(path):
    disk, digest = opened(path), hashlib.sha256()
    left = disk.media_size
    while left:
        piece = disk.read_buffer(min(left, 1 << 20))
        digest.update(piece)
        left -= len(piece)
    return digest.hexdigest()


print(json.dumps([digest_of(path) for path in sys.argv[1:]]))
