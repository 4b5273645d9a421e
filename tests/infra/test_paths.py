"""Whatever a key, a path or a file name says, nothing outside of the folder of objects is read or written."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

import infra
from infra.folder_objects import FolderObjects
from infra.upload_signatures import UploadSignatures
from recommender.errors import Forbidden, InvalidInput, NotFound
from recommender.intake.uploads import safe_parts
from recommender.trust.access import FormerSecret

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
PARTS = st.one_of(
    st.sampled_from(
        [
            "..",
            ".",
            "",
            "...",
            "\u2025",
            "\uff0e\uff0e",
            "\u2024\u2024",
            "%2e%2e",
            "%2f",
            "..%2f",
            "a",
            "link",
            "file",
            "~",
            "C:",
            "nul",
            "\\",
            "..\\..",
        ]
    ),
    st.text(max_size=8),
)
KEYS = st.builds(
    lambda parts, lead, joint: lead + joint.join(parts),
    st.lists(PARTS, max_size=5),
    st.sampled_from(["", "/", "//", "../", "\x00"]),
    st.sampled_from(["/", "\\", "\u2215", "\uff0f"]),
)


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> tuple[FolderObjects, Path]:
    """A store with links that lead out of it, in a folder where nothing else may change."""
    outside = tmp_path_factory.mktemp("around")
    store = FolderObjects(outside / "objects", base_url="http://127.0.0.1:8000", secret=b"secret", clock=lambda: NOON)
    (outside / "secret").mkdir()
    (outside / "secret" / "a").write_text("secret")
    (outside / "objects" / "link").symlink_to(outside / "secret")
    (outside / "objects" / "file").symlink_to(outside / "secret" / "a")
    return store, outside


def seen(outside: Path) -> dict[str, str]:
    """Return all that lies beside the store."""
    return {
        str(path): path.read_text() for path in outside.rglob("*") if path.is_file() and "objects" not in path.parts[len(outside.parts) :]
    }


@given(key=KEYS)
def test_no_key_reads_or_writes_outside_of_the_folder(around: tuple[FolderObjects, Path], key: str) -> None:
    store, outside = around

    for call in (lambda: store.put(key, b"written"), lambda: store.read(key), lambda: store.delete(key), lambda: list(store.keys(key))):
        try:
            told = call()
        except (InvalidInput, NotFound):
            continue
        assert told != b"secret"

    assert seen(outside) == {str(outside / "secret" / "a"): "secret"}
    assert {path.name for path in outside.iterdir()} == {"objects", "secret"}


@given(key=KEYS)
def test_a_path_that_is_percent_encoded_says_the_key_that_was_signed_and_no_other(around: tuple[FolderObjects, Path], key: str) -> None:
    store, _ = around
    try:
        target = urlsplit(store.upload_target(key).url)
    except InvalidInput:
        return
    told = dict(part.split("=", 1) for part in target.query.split("&"))
    received = unquote(target.path.removeprefix("/objects/"))

    store.verify_upload(received, told["expires"], told["signature"], now=NOON)
    assert received == key
    for other in (f"{key}/..", f"../{key}", f"{key}x", quote(key, safe="") + "%"):
        with pytest.raises((Forbidden, InvalidInput)):
            store.verify_upload(other, told["expires"], told["signature"], now=NOON)


@given(name=KEYS)
def test_what_is_left_of_a_file_name_names_no_folder_but_its_own(name: str) -> None:
    try:
        parts = safe_parts(name)
    except InvalidInput:
        return

    assert 1 <= len(parts) <= 3
    assert all(part not in {"", ".", ".."} and "/" not in part and "\x00" not in part for part in parts)


def test_an_upload_address_of_the_signing_key_before_ends_with_it() -> None:
    former = UploadSignatures(b"old").signed("a", expires=int(NOON.timestamp()) + 3600)
    expires, signature = (part.split("=")[1] for part in urlsplit(former).query.split("&"))
    now = UploadSignatures(b"new", former=[FormerSecret(b"old", NOON + timedelta(minutes=30))])

    now.verify("a", expires, signature, now=NOON)
    with pytest.raises(Forbidden):
        now.verify("a", expires, signature, now=NOON + timedelta(minutes=30))
    with pytest.raises(Forbidden):
        UploadSignatures(b"new").verify("a", expires, signature, now=NOON)


def test_no_file_is_read_that_could_run_code_and_no_archive_is_unpacked() -> None:
    root = Path(infra.__file__).parents[1]
    sources = [path for package in ("embeddings", "recommender", "events", "infra", "functions") for path in (root / package).rglob("*.py")]
    found = []
    for path in sources:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            imported = [name.name for name in node.names] if isinstance(node, ast.Import) else [getattr(node, "module", "")]
            if isinstance(node, ast.Import | ast.ImportFrom) and {"pickle", "shelve", "tarfile"} & set(imported):
                found.append(f"{path.name}:{node.lineno} imports {imported}")
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            options = {option.arg: option.value for option in node.keywords}
            of_numpy = node.func.attr == "load" and isinstance(node.func.value, ast.Name) and node.func.value.id == "np"
            if of_numpy and not (isinstance(options.get("allow_pickle"), ast.Constant) and options["allow_pickle"].value is False):  # type: ignore[attr-defined]  # a constant has one
                found.append(f"{path.name}:{node.lineno} loads arrays that may be objects")
            if node.func.attr in {"extractall", "unpack_archive"}:
                found.append(f"{path.name}:{node.lineno} unpacks")

    assert found == []
