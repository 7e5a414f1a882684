"""``python3 -m setup demo|check|test``: make ready what that goal needs; quick where nothing is missing."""

import fcntl
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
GOALS = ("demo", "check", "test")


def main(arguments: list[str]) -> int:
    """Set up for one goal and return the exit code: 0, or 3 where something is missing."""
    if sys.version_info < (3, 11):  # noqa: UP036 - it is told to an older Python in its own words
        return _stop(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    if len(arguments) != 1 or arguments[0] not in GOALS:
        return _stop(f"Say what to set up for: python3 -m setup {'|'.join(GOALS)}")
    # An older Python cannot read these, hence not above.
    from geo.errors import SetupMissing
    from setup import assets, compiled, packages, system

    (ROOT / ".tools").mkdir(exist_ok=True)
    with (ROOT / ".tools/lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # `make demo` and `make test` may be started side by side
        try:
            system.install(arguments[0], ROOT)
            packages.install(arguments[0], ROOT)
            compiled.install(ROOT)
            assets.install(ROOT)
        except SetupMissing as error:
            return _stop(str(error))
    return 0


def _stop(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
