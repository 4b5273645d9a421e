"""Find the function that answers a request: the most specific route of the plan, as API Gateway chooses it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from infra.local.template import Plan, PlannedFunction, Route


@dataclass(frozen=True, slots=True)
class Match:
    """The function that answers, the route's key and what the path's parameters stand for."""

    function: PlannedFunction
    route_key: str
    path_parameters: Mapping[str, str]


class Routes:
    """Hold the plan's routes, the most specific first."""

    def __init__(self, plan: Plan) -> None:
        found = [(route, function) for function in plan.functions for route in function.routes]
        self._entries = [(route, _pattern(route.path), function) for route, function in sorted(found, key=_specificity)]

    def match(self, method: str, raw_path: str) -> Match | None:
        """Return who answers ``method`` on a percent-encoded path, ``None`` if nobody does."""
        for route, pattern, function in self._entries:
            if route.method in {"ANY", method} and (found := pattern.fullmatch(raw_path)):
                names = re.findall(r"{(\w+)\+?}", route.path)
                parameters = {name: unquote(value) for name, value in zip(names, found.groups(), strict=True)}
                return Match(function, f"{route.method} {route.path}", parameters)
        return None


def _specificity(entry: tuple[Route, PlannedFunction]) -> tuple[bool, int, int, bool]:
    # API Gateway prefers a full match, then the greedy one with the longest fixed part, then a named method over ANY
    route = entry[0]
    return ("+}" in route.path, route.path.count("{"), -len(route.path.split("{")[0]), route.method == "ANY")


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("".join(_part(part) for part in re.split(r"({\w+\+?})", path)))


def _part(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    return "(.+)" if part.endswith("+}") else "([^/]+)"
