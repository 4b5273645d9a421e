"""The API's reference as one page of HTML, with nothing loaded from anywhere else."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

Schema = Mapping[str, Any]
# Neither scripts nor anything from elsewhere: the page is text.
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_STYLE: Final = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; font-size: 1.1rem; }
h2 code { font-size: 1rem; }
code { font-family: ui-monospace, monospace; font-size: .9rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8884; }
nav ul { columns: 2 20rem; padding-left: 1.1rem; }
"""
_KEYS: Final = """Calls need a key: <code>Authorization: Bearer KEY</code>, or <code>X-Api-Key: KEY</code>. On one machine it lies in the
home, as <code>curl -H "Authorization: Bearer $(cat .segue/api.key)" http://127.0.0.1:8000/models</code> has it."""


def page(document: Schema) -> str:
    """Return the document's calls and shapes as HTML."""
    said = document["info"]
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            f'<meta name="viewport" content="width=device-width"><title>{escape(said["title"])} API</title>',
            f"<style>{_STYLE}</style></head><body>",
            f"<h1>{escape(said['title'])} API {escape(said['version'])}</h1><p>{escape(said['description'])}</p>",
            '<p>For programs: <a href="openapi.json">openapi.json</a>.</p>',
            f"<p>{_KEYS}</p>",
            *_contents(document),
            *(line for path, method, call in _calls(document) for line in _call(path, method, call)),
            "<h1>Shapes</h1>",
            *(line for name, schema in document["components"]["schemas"].items() for line in _shape(name, schema)),
            "</body></html>",
        ]
    )


def _calls(document: Schema) -> Iterator[tuple[str, str, Schema]]:
    for path, methods in document["paths"].items():
        for method, call in methods.items():
            yield path, method.upper(), call


def _contents(document: Schema) -> Iterator[str]:
    yield "<nav><ul>"
    for path, method, call in _calls(document):
        yield f'<li><a href="#{escape(call["operationId"])}"><code>{method} {escape(path)}</code></a></li>'
    yield "</ul></nav>"


def _call(path: str, method: str, call: Schema) -> Iterator[str]:
    yield f'<h2 id="{escape(call["operationId"])}"><code>{method} {escape(path)}</code></h2><p>{escape(call["description"])}</p>'
    if call["parameters"]:
        yield "<table><tr><th>Parameter</th><th>In</th><th>Type</th></tr>"
        for one in call["parameters"]:
            yield _row(f"<code>{escape(one['name'])}</code>{'' if one['required'] else ' (optional)'}", one["in"], _type(one["schema"]))
        yield "</table>"
    if "requestBody" in call:
        yield f"<p>Body: {_content(call['requestBody'])}</p>"
    yield "<table><tr><th>Status</th><th>Answer</th></tr>"
    for status, answer in call["responses"].items():
        yield _row(escape(status), _content(answer))
    yield "</table>"


def _content(body: Schema) -> str:
    shown = [f"{_type(content['schema'])} ({escape(kind)})" for kind, content in body.get("content", {}).items()]
    return " or ".join(shown) or "nothing"


def _shape(name: str, schema: Schema) -> Iterator[str]:
    yield f'<h2 id="shape-{escape(name)}"><code>{escape(name)}</code></h2><p>{escape(schema.get("description", ""))}</p>'
    if "enum" in schema:
        yield f"<p>{_type(schema)}</p>"
    if schema.get("properties"):
        yield "<table><tr><th>Field</th><th>Type</th></tr>"
        for field, one in schema["properties"].items():
            required = field in schema.get("required", ())
            yield _row(f"<code>{escape(field)}</code>{'' if required else ' (optional)'}", _type(one))
        yield "</table>"


def _row(*cells: str) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _type(schema: Schema) -> str:
    """Return a schema in a few words, linked to the shape that it names."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rsplit("/", maxsplit=1)[-1])
        return f'<a href="#shape-{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_type(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}{_bounds(schema)}"
    return f"{escape(str(schema.get('format') or schema.get('type') or 'anything'))}{_bounds(schema)}"


def _bounds(schema: Schema) -> str:
    named = {"minimum": "at least", "maximum": "at most", "maxItems": "at most", "maxLength": "at most", "default": "default"}
    said = [f"{word} {escape(str(schema[key]))}" for key, word in named.items() if schema.get(key) not in (None, [])]
    return f" ({', '.join(said)})" if said else ""
