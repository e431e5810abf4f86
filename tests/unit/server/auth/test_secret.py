"""Tests of auth.secret."""

import stat
import sys
from pathlib import Path

import pytest

from peerline_server.auth.secret import load_secret


def test_the_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    secret = load_secret(tmp_path / "new")
    assert load_secret(tmp_path / "new") == secret
    assert len(secret) >= 32
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "new" / "secret").stat().st_mode) == 0o600


@pytest.mark.parametrize(("size", "is_enough"), [(31, False), (32, True)])
def test_a_short_secret_is_refused(tmp_path: Path, *, size: int, is_enough: bool) -> None:
    (tmp_path / "secret").write_bytes(b"x" * size)
    (tmp_path / "secret").chmod(0o600)
    if is_enough:
        load_secret(tmp_path)
    else:
        with pytest.raises(ValueError, match="less than 32 bytes"):
            load_secret(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_a_credential_of_systemd_may_be_read_by_a_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "credentials"
    folder.mkdir(mode=0o550)
    folder.chmod(0o550)
    secret = tmp_path / "elsewhere"
    secret.write_bytes(b"x" * 32)
    secret.chmod(0o440)
    with pytest.raises(ValueError, match="can be read by other users"):
        load_secret(tmp_path, str(secret))
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    with pytest.raises(ValueError, match="can be read by other users"):
        load_secret(tmp_path, str(secret))
    folder.chmod(0o700)
    credential = secret.rename(folder / "secret")
    folder.chmod(0o550)
    assert load_secret(tmp_path, str(credential)) == b"x" * 32
    for mode in (0o444, 0o460):
        credential.chmod(mode)
        with pytest.raises(ValueError, match="can be read by other users"):
            load_secret(tmp_path, str(credential))
    credential.chmod(0o440)
    folder.chmod(0o555)
    with pytest.raises(ValueError, match="can be read by other users"):
        load_secret(tmp_path, str(credential))
    folder.chmod(0o700)
