"""Runs other programs for the set-up, and tells in one sentence when one of them fails."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from geo.errors import SetupMissing


def tell(step: str) -> None:
    """Say on the terminal what is going on."""
    print(f"set-up: {step}", flush=True)


def run(
    *command: str | Path,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    advice: str,
) -> str:
    """Run a program silently and return what it said.

    Raises
    ------
    SetupMissing
        Where it fails: with the command, its last lines and the advice.
    """
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        shown = " ".join(str(word) for word in command)
        last = "\n".join(f"  {line}" for line in (done.stdout + done.stderr).splitlines()[-12:])
        raise SetupMissing(f"This failed: {shown}\n{last}\n{advice}")
    return done.stdout
