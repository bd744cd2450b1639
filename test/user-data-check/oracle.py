"""What cloud-init itself makes of user-data files: for each its parts' types, and of those that are cloud-config the
value that PyYAML reads and whether the schema takes it. One JSON document on standard output."""
import json
import logging
import sys
import yaml
from cloudinit import handlers, user_data, util
from cloudinit.config import schema

logging.disable(logging.CRITICAL)
SCHEMA = schema.get_schema()


def parts_of(path):
    message = user_data.convert_string(open(path, "rb").read())
    for part in message.walk():
        if user_data.is_skippable(part):
            continue
        payload = util.fully_decoded_payload(part)
        kind = part.get_content_type()
        if kind in user_data.TYPE_NEEDED + ["text/x-shellscript"]:
            kind = handlers.type_from_starts_with(payload) or kind
        yield kind, payload


def judge(payload):
    try:
        value = yaml.safe_load(payload)
        if not isinstance(value, dict):
            return {"value": None}
        schema.validate_cloudconfig_schema(value, SCHEMA, strict=True)
        errors = []
    except yaml.YAMLError:
        return {"value": None}
    except schema.SchemaValidationError as error:
        errors = [problem.path for problem in error.schema_errors or []]
    return {"value": value, "errors": errors}


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


print(json.dumps({
    path: [{"type": kind, **(judge(payload) if kind == "text/cloud-config" else {})} for kind, payload in parts_of(path)]
    for path in sys.argv[1:]
}, default=text))
