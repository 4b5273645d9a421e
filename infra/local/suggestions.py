"""What to try next: commands that work on this very library."""

import os
import shlex
import sys
from pathlib import Path

from infra.local.client import Client, ask, at
from infra.local.first_key import FILE


def suggestions(client: Client, *, url: str | None, home: Path, user: str) -> list[str]:
    """Return ready commands for a user and a track of this library, none if it is empty; with ``curl`` where a host answers."""
    items = ask(client, "GET", at("users", user, "recommendations"), query={"limit": 1})["items"]
    if not items:
        return []
    track_id, genres = items[0]["track"]["track_id"], items[0]["track"]["genres"]
    words = (genres or [items[0]["track"]["title"]])[0]
    where = "" if home == Path(".segue").absolute() else f" --home {shlex.quote(str(home))}"
    lines = [
        f"{_command()} recommend {user} --limit 5{where}",
        f"{_command()} similar {shlex.quote(track_id)} --limit 5{where}",
        f"{_command()} search {shlex.quote(words)} --limit 5{where}",
    ]
    if url is not None:
        key = f'-H "Authorization: Bearer $(cat {shlex.quote(_near(home / FILE))})"'
        play = f'{{"interactions": [{{"user_id": "{user}", "track_id": "{track_id}", "kind": "like"}}]}}'
        lines += [
            f"curl {key} '{url}{at('users', user, 'recommendations')}?limit=5'",
            f"curl {key} '{url}{at('tracks', track_id, 'similar')}?space=audio&limit=5'",
            f"curl {key} -H 'content-type: application/json' -d '{play}' {url}/interactions",
        ]
    return lines


def _near(path: Path) -> str:
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)


def _command() -> str:
    called = Path(sys.argv[0]).absolute()
    if called.name != "segue":
        return "segue"
    return os.path.relpath(called) if called.is_relative_to(Path.cwd()) else "segue"
