"""The stores in dictionaries, as plain as their promises."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

from recommender.errors import Conflict
from recommender.interactions import Interaction, Kind
from recommender.pages.impressions import Impression
from recommender.ports.stores import Trend
from recommender.serving import Serving
from recommender.tastes.preferences import Preferences
from recommender.tastes.taste import Taste
from recommender.trends import day_of, faded, is_counted
from recommender.trust.audit import Act, Entry, sealed
from recommender.trust.credentials import Key


class FakeInteractionLog:
    """Keep interactions in memory."""

    def __init__(self, interactions: Iterable[Interaction] = ()) -> None:
        self.kept: dict[str, Interaction] = {}
        self.append(list(interactions))

    def append(self, interactions: Sequence[Interaction]) -> list[Interaction]:
        fresh = []
        for interaction in interactions:
            if interaction.interaction_id not in self.kept:
                self.kept[interaction.interaction_id] = interaction
                fresh.append(interaction)
        return fresh

    def of_user(self, user: str, *, limit: int | None = None, kind: Kind | None = None) -> list[Interaction]:
        told = (act for act in self.kept.values() if act.user == user and kind in (None, act.kind))
        theirs = sorted(told, key=lambda act: act.interaction_id)
        return sorted(theirs, key=lambda act: act.at, reverse=True)[:limit]

    def of_users(self, users: Sequence[str], *, limit: int | None = None, kind: Kind | None = None) -> dict[str, list[Interaction]]:
        return {user: self.of_user(user, limit=limit, kind=kind) for user in users}

    def until(self, cutoff: datetime) -> Iterator[Interaction]:
        public = [act for act in self.kept.values() if not act.private and act.at <= cutoff]
        return iter(sorted(public, key=lambda act: (act.at, act.interaction_id)))

    def trending(self, *, now: datetime, half_life_days: float, window_days: int, limit: int) -> list[Trend]:
        plays: defaultdict[str, float] = defaultdict(float)
        listeners: defaultdict[str, set[str]] = defaultdict(set)
        for act in self.kept.values():
            age = day_of(now) - day_of(act.at)
            if is_counted(act) and 0 <= age <= window_days:
                plays[act.track_id] += faded(age, half_life_days=half_life_days)
                listeners[act.track_id].add(act.user)
        trends = [Trend(track_id, plays[track_id], len(listeners[track_id])) for track_id in plays]
        return sorted(trends, key=lambda trend: (-trend.plays, trend.track_id))[:limit]

    def users(self) -> Iterator[str]:
        return iter(sorted({act.user for act in self.kept.values()}))

    def count(self) -> int:
        return len(self.kept)

    def count_of(self, user: str) -> int:
        return len(self.of_user(user))

    def page_of(self, user: str, *, limit: int, after: Interaction | None = None) -> list[Interaction]:
        last = (datetime.max.replace(tzinfo=UTC), "") if after is None else (after.at, after.interaction_id)
        following = (act for act in self.of_user(user) if act.at < last[0] or (act.at == last[0] and act.interaction_id > last[1]))
        return list(islice(following, limit))

    def first_public(self, user: str) -> datetime | None:
        return min((act.at for act in self.of_user(user) if not act.private), default=None)

    def remove(self, interactions: Sequence[Interaction]) -> int:
        named = {(act.user, act.at, act.interaction_id) for act in interactions}
        return self._remove([act for act in self.kept.values() if (act.user, act.at, act.interaction_id) in named])

    def erase(self, user: str) -> int:
        return self._remove([act for act in self.kept.values() if act.user == user])

    def expire(self, before: datetime) -> int:
        return self._remove([act for act in self.kept.values() if act.at < before])

    def _remove(self, acts: list[Interaction]) -> int:
        for act in acts:
            del self.kept[act.interaction_id]
        return len(acts)


class FakeTasteStore:
    """Keep tastes in memory."""

    def __init__(self, tastes: Iterable[Taste] = ()) -> None:
        self.tastes = {taste.user: replace(taste, revision=taste.revision + 1) for taste in tastes}

    def get(self, user: str) -> Taste | None:
        return self.tastes.get(user)

    def get_many(self, users: Sequence[str]) -> dict[str, Taste]:
        return {user: self.tastes[user] for user in users if user in self.tastes}

    def revisions(self, users: Sequence[str]) -> dict[str, int]:
        return {user: self.tastes[user].revision for user in users if user in self.tastes}

    def put(self, taste: Taste) -> Taste:
        stored = self.tastes.get(taste.user)
        if taste.revision != (stored.revision if stored else 0):
            raise Conflict(f"the taste of {taste.user!r} was written by somebody else since revision {taste.revision}")
        self.tastes[taste.user] = replace(taste, revision=taste.revision + 1)
        return self.tastes[taste.user]

    def put_many(self, tastes: Sequence[Taste]) -> list[Taste]:
        written = []
        for taste in tastes:
            try:
                written.append(self.put(taste))
            except Conflict:
                continue
        return written

    def users(self) -> Iterator[str]:
        return iter(sorted(self.tastes))

    def erase(self, user: str) -> int:
        return int(self.tastes.pop(user, None) is not None)


class FakePreferenceStore:
    """Keep preferences in memory."""

    def __init__(self, preferences: Iterable[Preferences] = ()) -> None:
        self.preferences = {asked.user: asked for asked in preferences}

    def get(self, user: str) -> Preferences | None:
        return self.preferences.get(user)

    def get_many(self, users: Sequence[str]) -> dict[str, Preferences]:
        return {user: self.preferences[user] for user in users if user in self.preferences}

    def put(self, preferences: Preferences) -> None:
        self.preferences[preferences.user] = preferences

    def users(self) -> Iterator[str]:
        return iter(sorted(self.preferences))

    def erase(self, user: str) -> int:
        return int(self.preferences.pop(user, None) is not None)


class FakeImpressionLog:
    """Keep the pages shown in memory."""

    def __init__(self) -> None:
        self.pages: list[Impression] = []

    def append(self, impression: Impression) -> None:
        self.pages.append(impression)

    def since(self, moment: datetime) -> Iterator[Impression]:
        return iter(sorted((page for page in self.pages if page.at > moment), key=lambda page: page.at))

    def get(self, recommendation_id: str) -> Impression | None:
        return next((page for page in self.pages if page.recommendation_id == recommendation_id), None)

    def of_user(self, user: str, *, latest: int | None = None) -> list[Impression]:
        pages = sorted((page for page in self.pages if page.user == user), key=lambda page: page.at)
        return pages if latest is None else pages[max(0, len(pages) - latest) :]

    def users(self) -> Iterator[str]:
        return iter(sorted({page.user for page in self.pages}))

    def erase(self, user: str) -> int:
        return self._keep([page for page in self.pages if page.user != user])

    def expire(self, before: datetime) -> int:
        return self._keep([page for page in self.pages if page.at >= before])

    def _keep(self, pages: list[Impression]) -> int:
        removed = len(self.pages) - len(pages)
        self.pages = pages
        return removed


class FakeServingStore:
    """Keep the one switch in memory."""

    def __init__(self, serving: Serving | None = None) -> None:
        self.serving = serving or Serving()

    def get(self) -> Serving:
        return self.serving

    def put(self, serving: Serving) -> Serving:
        if serving.revision != self.serving.revision:
            raise Conflict(f"what is served was switched by somebody else since revision {serving.revision}")
        self.serving = replace(serving, revision=serving.revision + 1)
        return self.serving


class FakeAuditLog:
    """Keep the chain in memory."""

    def __init__(self) -> None:
        self.chain: list[Entry] = []

    def append(self, act: Act) -> Entry:
        self.chain.append(sealed(act, after=self.chain[-1] if self.chain else None))
        return self.chain[-1]

    def entries(self, *, after: int = 0) -> Iterator[Entry]:
        return iter(self.chain[after:])


class FakeKeyStore:
    """Keep keys in memory."""

    def __init__(self) -> None:
        self.keys: dict[str, Key] = {}

    def put(self, key: Key) -> None:
        self.keys[key.key_id] = key

    def get(self, key_id: str) -> Key | None:
        return self.keys.get(key_id)

    def all(self) -> list[Key]:
        return sorted(self.keys.values(), key=lambda key: (key.created_at, key.key_id))


class FakeTallies:
    """Keep counts in memory."""

    def __init__(self) -> None:
        self.counts: dict[tuple[str, int, str], float] = defaultdict(float)

    def add(self, name: str, counts: Mapping[str, float], *, day: int) -> None:
        for key, count in counts.items():
            self.counts[name, day, key] += count

    def read(self, name: str, *, since: int, keys: Sequence[str] | None = None) -> dict[str, float]:
        sums: dict[str, float] = defaultdict(float)
        for (of, day, key), count in self.counts.items():
            if of == name and day >= since and (keys is None or key in keys):
                sums[key] += count
        return dict(sums)

    def expire(self, before: int) -> int:
        old = [place for place in self.counts if place[1] < before]
        for place in old:
            del self.counts[place]
        return len(old)


class FakeReceiptStore:
    """Keep receipts in memory."""

    def __init__(self) -> None:
        self.receipts: dict[str, Mapping[str, object]] = {}

    def put(self, receipt_id: str, receipt: Mapping[str, object]) -> None:
        self.receipts[receipt_id] = dict(receipt)

    def get(self, receipt_id: str) -> Mapping[str, object] | None:
        return self.receipts.get(receipt_id)
