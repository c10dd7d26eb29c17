"""With wrong settings the server and the worker say what is wrong and end; nobody has to read a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import OUR_ROOT

WRONG = {
    "an unknown kind": ({"EMBEDDING": "nothing"}, "EMBEDDING"),
    "half an issuer": ({"OIDC_ISSUER": "https://login.example"}, "OIDC_CLIENT_ID"),
    "no embedding at all": ({"EMBEDDING": ""}, "EMBEDDING"),
    "a database of another kind": ({"DATABASE_URL": "mysql://clinic:secret@127.0.0.1/clinic"}, "DATABASE_URL"),
    "no address of a database": ({"DATABASE_URL": "nonsense"}, "DATABASE_URL"),
    "a database that nobody serves": ({"DATABASE_URL": "postgresql://clinic:secret@127.0.0.1:9/clinic"}, "cannot be opened"),
}


def test_a_port_that_none_has_is_wrong_use_and_ends_at_once(tmp_path: Path) -> None:
    """The socket would refuse it only when the worker's threads are already running, which would then never end."""
    command = [sys.executable, "-m", "app.main", "--port", "99999"]
    environment = os.environ | {"DATA_DIR": str(tmp_path), "PYTHONPATH": str(OUR_ROOT)}

    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=100, check=False)

    assert ended.returncode == 2
    assert "--port" in ended.stderr


@pytest.mark.parametrize("program", ["app.main", "app.worker"])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_setting_is_named_and_ends_the_start(program: str, wrong: str, tmp_path: Path) -> None:
    given, named = WRONG[wrong]
    environment = os.environ | {"DATA_DIR": str(tmp_path), "CHANNELS": "line", "EMBEDDING": "trigram", "PYTHONPATH": str(OUR_ROOT)} | given

    ended = subprocess.run(
        [sys.executable, "-m", program], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=100, check=False
    )

    assert ended.returncode == 1
    assert named in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "secret" not in ended.stderr
