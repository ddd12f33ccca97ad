"""Seeds in use lie encrypted in the database, and stay readable when the root key is changed."""

from __future__ import annotations

import pytest

from kit.ids import new_id
from programs.game import sealing, seeds
from programs.game.drawing import commitment
from settings import settings
from tenants import scope
from tenants.scope import TenantId
from tests.programs.game.conftest import open_arcade

SEED = bytes(range(32))
OLD, NEW = "the key of last year, 0123456789 abc", "the key of this year, 9876543210 xyz"


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> object:
    """Set the root key, and the one before."""

    def use(key: str, previous: str | None = None) -> None:
        monkeypatch.setenv("GUERDON_SECRET_KEY", key)
        if previous is None:
            monkeypatch.delenv("GUERDON_SECRET_KEY_PREVIOUS", raising=False)
        else:
            monkeypatch.setenv("GUERDON_SECRET_KEY_PREVIOUS", previous)
        settings.cache_clear()

    yield use
    settings.cache_clear()


def test_what_is_sealed_is_read_again_by_the_same_tenant_alone() -> None:
    with scope.of(TenantId(new_id())):
        sealed = sealing.seal(SEED)
        assert sealing.unseal(sealed) == SEED and SEED.hex() not in sealed
        assert sealing.seal(SEED) != sealed
        assert sealing.unseal(SEED.hex()) == SEED, "seeds from before they were sealed"
    with scope.of(TenantId(new_id())), pytest.raises(sealing.SeedSealed):
        sealing.unseal(sealed)


def test_the_root_key_is_changed(keys: object) -> None:
    assert callable(keys)
    with scope.of(TenantId(new_id())):
        keys(OLD)
        sealed = sealing.seal(SEED)
        keys(NEW)
        with pytest.raises(sealing.SeedSealed):
            sealing.unseal(sealed)
        keys(NEW, OLD)
        assert sealing.unseal(sealed) == SEED
        renewed = sealing.seal(SEED)
        keys(NEW)
        assert sealing.unseal(renewed) == SEED


async def test_a_seed_is_plain_only_once_it_is_shown(at_start: None) -> None:
    arcade = await open_arcade()
    with scope.of(arcade.tenant):
        await arcade.check_in()
        played = await arcade.play()
        (before,) = await arcade.rows("SELECT seed FROM game_seed WHERE tenant_id = $1")
        await seeds.rotate("r", arcade.program)
        shown, in_use = await arcade.rows("SELECT seed FROM game_seed WHERE tenant_id = $1 ORDER BY number")
        assert before["seed"].startswith("sealed:") and in_use["seed"].startswith("sealed:")
        assert commitment(bytes.fromhex(shown["seed"])) == played.commitment
