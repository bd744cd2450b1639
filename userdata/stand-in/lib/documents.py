"""YAML, by the parser in C that Debian's module has: the one in Python takes emulated machines a second a file."""

import json


def read(text):
    """The one document of a text, which may be JSON: that needs no module that is slow to load."""
    try:
        return json.loads(text)
    except ValueError:
        return read_all(text)[0]


def read_all(text):
    import yaml

    return list(yaml.load_all(text, Loader=yaml.CSafeLoader))


def written(value):
    import yaml

    return yaml.dump(value, Dumper=yaml.CSafeDumper)
