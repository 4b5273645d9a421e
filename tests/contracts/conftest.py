"""Each port in each of its adapters, one after the other."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from recommender.ports.catalog import Catalog
from recommender.ports.erasures import ErasureLedger
from recommender.ports.objects import Objects
from recommender.ports.stores import (
    AuditLog,
    ImpressionLog,
    InteractionLog,
    KeyStore,
    PreferenceStore,
    ReceiptStore,
    ServingStore,
    Tallies,
    TasteStore,
)
from tests.contracts.adapters import (
    AUDIT_LOGS,
    CATALOGS,
    ERASURE_LEDGERS,
    IMPRESSION_LOGS,
    INTERACTION_LOGS,
    KEY_STORES,
    OBJECTS,
    PREFERENCE_STORES,
    RECEIPT_STORES,
    SERVING_STORES,
    TALLIES,
    TASTE_STORES,
    Workbench,
)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with ExitStack() as cleanup:
        yield Workbench(tmp_path, cleanup)


@pytest.fixture(params=CATALOGS)
def catalog(request: pytest.FixtureRequest, bench: Workbench) -> Catalog:
    return CATALOGS[request.param](bench)


@pytest.fixture(params=INTERACTION_LOGS)
def log(request: pytest.FixtureRequest, bench: Workbench) -> InteractionLog:
    return INTERACTION_LOGS[request.param](bench)


@pytest.fixture(params=TASTE_STORES)
def tastes(request: pytest.FixtureRequest, bench: Workbench) -> TasteStore:
    return TASTE_STORES[request.param](bench)


@pytest.fixture(params=PREFERENCE_STORES)
def preferences(request: pytest.FixtureRequest, bench: Workbench) -> PreferenceStore:
    return PREFERENCE_STORES[request.param](bench)


@pytest.fixture(params=IMPRESSION_LOGS)
def impressions(request: pytest.FixtureRequest, bench: Workbench) -> ImpressionLog:
    return IMPRESSION_LOGS[request.param](bench)


@pytest.fixture(params=SERVING_STORES)
def serving(request: pytest.FixtureRequest, bench: Workbench) -> ServingStore:
    return SERVING_STORES[request.param](bench)


@pytest.fixture(params=RECEIPT_STORES)
def receipts(request: pytest.FixtureRequest, bench: Workbench) -> ReceiptStore:
    return RECEIPT_STORES[request.param](bench)


@pytest.fixture(params=ERASURE_LEDGERS)
def erasures(request: pytest.FixtureRequest, bench: Workbench) -> ErasureLedger:
    return ERASURE_LEDGERS[request.param](bench)


@pytest.fixture(params=TALLIES)
def tallies(request: pytest.FixtureRequest, bench: Workbench) -> Tallies:
    return TALLIES[request.param](bench)


@pytest.fixture(params=AUDIT_LOGS)
def audit(request: pytest.FixtureRequest, bench: Workbench) -> AuditLog:
    return AUDIT_LOGS[request.param](bench)


@pytest.fixture(params=KEY_STORES)
def keys(request: pytest.FixtureRequest, bench: Workbench) -> KeyStore:
    return KEY_STORES[request.param](bench)


@pytest.fixture(params=OBJECTS)
def objects(request: pytest.FixtureRequest, bench: Workbench) -> Objects:
    return OBJECTS[request.param](bench)
