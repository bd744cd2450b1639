"""kubectl's JSONPath, as far as people use it for a value or a list: {.a.b}, {.a["b/c"]}, {.a.b\\.c}, [0], [*],
[?(@.type=="Ready")], {range ...}{end}, quoted text."""

import json
import re

_STEP = re.compile(r"""\.?\[\?\(@\.([\w.]+)\s*==\s*["'](.*?)["']\)\]|\.?\[(\*|-?\d+)\]|\[["'](.*?)["']\]|\.((?:\\.|[^.\[\\])+)""")


class BadTemplate(Exception):
    pass


def render(template, value):
    pieces = re.findall(r"\{([^{}]*)\}|([^{}]+)", template)
    return _pieces(pieces, value, value)[0]


def _pieces(pieces, root, current):
    """(text, pieces that are left behind the {end})."""
    text = ""
    while pieces:
        (expression, plain), pieces = pieces[0], pieces[1:]
        if plain:
            text += plain
        elif expression == "end":
            return text, pieces
        elif expression.startswith("range "):
            after = pieces
            for one in _find(expression[6:].strip(), root, current):
                part, after = _pieces(pieces, root, one)
                text += part
            if after is pieces:
                after = _pieces(pieces, root, {})[1]
            pieces = after
        elif expression[:1] in "\"'":
            text += expression[1:-1].replace("\\n", "\n").replace("\\t", "\t")
        else:
            text += " ".join(_text(one) for one in _find(expression, root, current))
    return text, []


def _text(value):
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _find(expression, root, current):
    found, expression = ([root], expression[1:]) if expression.startswith("$") else ([current], expression.removeprefix("@"))
    position = 0
    while position < len(expression):
        step = _STEP.match(expression, position)
        if not step:
            raise BadTemplate(f"error parsing jsonpath {expression}")
        position = step.end()
        found = [below for value in found for below in _below(value, step)]
    return found


def _below(value, step):
    path, wanted, index, quoted, key = step.groups()
    if path is not None:
        return [one for one in value or [] if [wanted] == [_text(found) for found in _find(f".{path}", one, one)]]
    if index == "*":
        return list(value.values()) if isinstance(value, dict) else list(value or [])
    if index is not None:
        return value[int(index):][:1] if isinstance(value, list) else []
    key = quoted if quoted is not None else re.sub(r"\\(.)", r"\1", key)
    return [value[key]] if isinstance(value, dict) and key in value else []
