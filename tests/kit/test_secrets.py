"""Derived secrets: the same for the same context, unrelated for another, and one root for processes that race."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kit.errors import SettingsError
from kit.secrets import derive, root_key

ROOT = b"0123456789abcdef0123456789abcdef"


def test_derived_secrets_repeat_and_differ_by_every_part() -> None:
    made = [
        derive(ROOT, "token", "a", "1"),
        derive(ROOT, "token", "a", "2"),
        derive(ROOT, "token", "a1"),
        derive(ROOT, "token", "a,1"),
        derive(ROOT, "webhook", "a", "1"),
        derive(ROOT + b"x", "token", "a", "1"),
    ]
    assert len(set(made)) == len(made)
    assert derive(ROOT, "token", "a", "1") == made[0]
    assert all(len(secret) == 43 for secret in made)


def test_configured_secret_is_the_root_and_no_file_is_made(tmp_path: Path) -> None:
    assert root_key("configured" * 4, tmp_path / "var") == b"configured" * 4
    assert not (tmp_path / "var").exists()


def test_secret_of_development_is_kept_for_its_owner_only(tmp_path: Path) -> None:
    made = root_key(None, tmp_path / "var")
    assert root_key(None, tmp_path / "var") == made
    assert len(made) >= 64
    assert stat.S_IMODE((tmp_path / "var" / "secret").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret"]


def test_processes_that_start_together_agree_on_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: root_key(None, tmp_path), range(32)))
    assert len(made) == 1


def test_broken_secret_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("short")
    with pytest.raises(SettingsError, match=r"GUERDON_DATA_DIR: .*holds no secret"):
        root_key(None, tmp_path)
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(SettingsError, match=r"GUERDON_DATA_DIR: .*cannot be used"):
        root_key(None, blocked / "var")
