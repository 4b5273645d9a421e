"""The OpenAPI document of the whole API, made of the routes' own types when somebody asks for it."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from aws_lambda_powertools.event_handler.api_gateway import Route
from pydantic import BaseModel

from events.errors import ErrorAnswer
from events.fields import FILLED
from events.listening import InteractionEntry
from events.tracks import CatalogEntry
from functions.access import RULES
from functions.web import ObservedResolver
from infra.health import VERSION
from recommender.identity import LEGIBLE

Schema = dict[str, Any]
SCHEMAS: Final = "#/components/schemas/"
_ABOUT: Final = (
    "Segue hears a catalogue, learns what each listener likes, and answers what to hear next. Every error has one shape, ErrorAnswer."
)
# Entries that are validated one by one, so that the batch's own type says no more of them than that they are objects.
_ENTRIES: Final[dict[tuple[str, str], type[BaseModel]]] = {
    ("InteractionBatch", "interactions"): InteractionEntry,
    ("CatalogBatch", "tracks"): CatalogEntry,
}
# Calls that answer 200 in the same shape as well, where there is nothing to do.
_ALSO_OK: Final = frozenset({"begin_upload"})
_CREDENTIALS: Final = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key, or a user's token where the call is about that user."},
    "key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
}
# What a call is refused for by what is there: which of these a call knows is told here, everything else follows from its rule and shape.
_UNKNOWN_OF: Final = frozenset({"metrics"})
_CONFLICTS: Final = frozenset({"describe_tracks", "describe_track", "remove_track", "promote", "roll_back"})
_STATUSES: Final[dict[str, str]] = {
    "401": "Nobody knows the key or token, or none came",
    "403": "The key or token does not reach this",
    "404": "There is no such thing",
    "409": "What is there is in the way, or somebody else wrote first",
    "413": "The body is too large",
    "415": "The body is told to be no JSON",
    "422": "What was said cannot be understood or accepted",
    "429": "More calls than the key's share: retry after the time told",
    "500": "A fault of this service",
    "503": "A store is out of reach, slow or full: retry later",
}
_HEADERS: Final[dict[str, Schema]] = {
    "401": {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}, "description": "How to come with a key"}},
    "429": {"Retry-After": {"required": True, "schema": {"type": "integer", "minimum": 0}, "description": "Seconds to wait"}},
}
_SHAPES_OF_POWERTOOLS: Final = ("HTTPValidationError", "ResponseValidationError", "ValidationError")


@cache
def document() -> Schema:
    """Return the document: every route of the gateway and of search."""
    # here, since the gateway's own routes ask for this
    from functions import gateway, search_tracks  # noqa: PLC0415 - see above

    paths: dict[str, Schema] = {}
    schemas: Schema = {}
    for app in (gateway.app, search_tracks.app):
        told = json.loads(app.get_openapi_json_schema(title="Segue", version=VERSION))
        schemas |= told.get("components", {}).get("schemas", {})
        for route in routes_of(app):
            operation = told["paths"][route.openapi_path][route.method.lower()]
            paths.setdefault(route.openapi_path, {})[route.method.lower()] = _operation(route, operation, schemas)
    _complete(schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Segue", "version": VERSION, "description": _ABOUT},
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {"key": []}],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": dict(sorted(schemas.items())), "securitySchemes": _CREDENTIALS},
    }


def routes_of(app: ObservedResolver) -> Iterator[Route]:
    """Yield the routes that a resolver answers."""
    yield from app._static_routes  # noqa: SLF001 - powertools lists its routes nowhere else
    yield from app._dynamic_routes  # noqa: SLF001 - as above


def _operation(route: Route, told: Schema, schemas: Schema) -> Schema:
    says = (route.func.__doc__ or "").strip()
    answers = {code: answer for code, answer in told["responses"].items() if code.startswith("2")}
    if route.func.__name__ in _ALSO_OK:
        answers = {"200": {**answers[str(route.status_code or 200)], "description": "Nothing is left to do"}, **answers}
    for answer in answers.values():
        if answer.get("content", {}).get("application/json", {}).get("schema", {}).get("type") == "null":
            del answer["content"]
    rule = RULES.get((route.method, str(route.path)))
    is_open = rule is not None and rule.scope is None
    errors = {code: _error(code) for code in sorted(_codes(route, told, is_open=is_open))}
    return {
        **told,
        "operationId": route.func.__name__,
        "summary": says.split("\n", maxsplit=1)[0].rstrip("."),
        "description": says,
        "parameters": [*_others(told), *_queries(route, schemas)],
        "responses": {**answers, **errors},
        **({"security": []} if is_open else {}),
    }


def _codes(route: Route, told: Schema, *, is_open: bool) -> set[str]:
    """Return every status of an error that a call may answer with; any call may name a parameter that it does not have."""
    name = route.func.__name__
    codes = {"422", "500", "503"} | (set() if is_open else {"401", "403", "429"})
    codes |= {"413", "415"} if "requestBody" in told else set()
    codes |= {"404"} if "{" in route.openapi_path or name in _UNKNOWN_OF else set()
    return codes | ({"409"} if name in _CONFLICTS else set())


def _error(code: str) -> Schema:
    content = {"application/json": {"schema": {"$ref": f"{SCHEMAS}ErrorAnswer"}}}
    return {"description": _STATUSES[code], "content": content, **({"headers": _HEADERS[code]} if code in _HEADERS else {})}


def _others(told: Schema) -> list[Schema]:
    return [parameter for parameter in told.get("parameters", []) if parameter["in"] != "query"]


def _queries(route: Route, schemas: Schema) -> list[Schema]:
    """Return the query's parameters in full: powertools tells those of a model without their bounds, lists and defaults."""
    parameters = []
    for query in route.dependant.query_params:
        model = query.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            told = _schema_of(model, schemas)
            parameters += [_query(name, one, required=name in told.get("required", ())) for name, one in told["properties"].items()]
    return parameters


def _query(name: str, schema: Schema, *, required: bool) -> Schema:
    if schema.get("type") != "array":
        return {"name": name, "in": "query", "required": required, "schema": schema}
    items = {**schema["items"], **_without_commas(schema["items"])}
    return {"name": name, "in": "query", "required": required, "schema": {**schema, "items": items}, "style": "form", "explode": False}


def _without_commas(items: Schema) -> Schema:
    """Return the pattern of what may stand in a list: commas part its entries, however they are encoded."""
    patterns = {LEGIBLE: LEGIBLE.replace("[^", "[^,"), FILLED: r"^[^,]*[^,\s][^,]*$"}
    return {"pattern": patterns[items["pattern"]]} if "pattern" in items else {}


def _complete(schemas: Schema) -> None:
    for name in _SHAPES_OF_POWERTOOLS:
        schemas.pop(name, None)
    schemas["ErrorAnswer"] = _schema_of(ErrorAnswer, schemas)
    for (batch, field), entry in _ENTRIES.items():
        schemas[entry.__name__] = _schema_of(entry, schemas)
        schemas[batch]["properties"][field]["items"] = {"$ref": f"{SCHEMAS}{entry.__name__}"}
    for query in [name for name in schemas if name.endswith("Query")]:
        del schemas[query]  # their fields stand with the calls


def _schema_of(model: type[BaseModel], schemas: Schema) -> Schema:
    told = model.model_json_schema(ref_template=SCHEMAS + "{model}")
    schemas |= told.pop("$defs", {})
    return told
