"""Ask a database of vulnerabilities about every locked version, and say plainly when it could not be asked.

Run as ``make audit``. Ends with 0 when nothing is known against any version, 1 on a finding, 2 when the database could not be asked.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
# Between them they hold every version. The build of torch for the processor alone has no entry of its own in the database.
LOCKS: Final = ("dev", "weights", "torch-gpu", "sam", "supply")
FOUND: Final = 1
UNASKED: Final = 2


class Unasked(Exception):
    """The database could not be asked, or does not know a package."""


def asked(lock: str) -> list[dict[str, Any]]:
    """Return what the database says of each package of a lock file.

    Raises
    ------
    Unasked
        If there was no answer, or none for one of them.
    """
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "--requirement",
        str(HERE / f"{lock}.txt"),
        "--require-hashes",
        "--disable-pip",
        "--no-deps",
    ]
    command += ["--vulnerability-service", "osv", "--format", "json", "--progress-spinner", "off", "--timeout", "15"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - this interpreter, arguments from this file
    try:
        packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError) as error:
        last = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        raise Unasked(f"{lock}.txt: {last[:300]}") from error
    skipped = [package for package in packages if package.get("skip_reason")]
    if skipped or not packages:
        raise Unasked(f"{lock}.txt: {skipped[0]['skip_reason'] if skipped else 'no package was looked up'}")
    return packages


def main() -> int:
    """Audit each lock and return how the process ends."""
    status = 0
    for lock in LOCKS:
        try:
            packages = asked(lock)
        except Unasked as error:
            sys.stderr.write(f"NOT AUDITED: the vulnerability database could not be asked. {error}\n")
            return UNASKED
        known = [(package, each) for package in packages for each in package["vulns"]]
        for package, each in known:
            fixed = ", ".join(each["fix_versions"]) or "nothing yet"
            sys.stdout.write(f"{lock}.txt: {package['name']} {package['version']}: {each['id']}, mended in {fixed}\n")
        sys.stdout.write(f"{lock}.txt: {len(packages)} packages asked about, {len(known)} findings\n")
        status = FOUND if known else status
    return status


if __name__ == "__main__":
    sys.exit(main())
