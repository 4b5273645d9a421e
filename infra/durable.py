"""Making what was written to a folder outlive a power cut."""

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Write a folder's entries to the disk: a new or renamed file is only then certain to be found again."""
    if os.name == "nt":  # Windows cannot open folders and keeps its entries in a journal
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
