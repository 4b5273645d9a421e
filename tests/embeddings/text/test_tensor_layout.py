"""Tensors are found where the safetensors format puts them."""

from pathlib import Path

import numpy as np
import pytest

from embeddings.errors import ArtefactInvalid
from embeddings.text.tensor_layout import StoredTensor, tensor_layout


def write(path: Path, header: str, body: bytes) -> Path:
    path.write_bytes(len(header).to_bytes(8, "little") + header.encode() + body)
    return path


def test_a_tensor_is_read_back_from_its_offset(tmp_path: Path) -> None:
    header = '{"first":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"second":{"dtype":"F32","shape":[2,1],"data_offsets":[4,12]}}'
    path = write(tmp_path / "w", header, np.array([7, 8, 9], dtype="<f4").tobytes())

    second = tensor_layout(path)["second"]

    assert second == StoredTensor((2, 1), 8 + len(header) + 4, 8)
    assert np.fromfile(path, "<f4", count=2, offset=second.offset).tolist() == [8, 9]


def test_tensors_of_other_types_and_remarks_are_left_out(tmp_path: Path) -> None:
    header = '{"__metadata__":{"format":"pt"},"places":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}'

    layout = tensor_layout(write(tmp_path / "w", header, bytes(8)))

    assert layout == {}


@pytest.mark.parametrize(
    "header", ["not json", "[1]", '{"a":{"dtype":"F32","shape":[1]}}', '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}', '{"a":3}']
)
def test_a_file_in_another_format_is_named(tmp_path: Path, header: str) -> None:
    path = write(tmp_path / "weights", header, b"")

    with pytest.raises(ArtefactInvalid, match="weights is not a safetensors file"):
        tensor_layout(path)


def test_a_header_that_claims_more_than_the_file_holds_is_refused(tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes((2**63).to_bytes(8, "little") + b"{")

    with pytest.raises(ArtefactInvalid, match="weights is not a safetensors file"):
        tensor_layout(tmp_path / "weights")
