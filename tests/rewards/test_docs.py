"""docs/rewards.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from events.service import KINDS
from rewards.errors import RewardErrorCode
from rewards.terms import RewardKind
from rewards.views import VoucherSource, VoucherState

DOC = (Path(__file__).parents[2] / "docs" / "rewards.md").read_text("utf-8")


def test_every_code_of_a_refusal_is_told() -> None:
    table = DOC[DOC.index("## Codes of refusals") :]
    assert re.findall(r"^\| `([A-Z_]+)` \|", table, re.MULTILINE) == [code.value for code in RewardErrorCode]


def test_every_kind_state_and_event_is_told() -> None:
    told = set(re.findall(r"`([a-z_.]+)`", DOC))
    events = {kind for kind in KINDS if kind.startswith(("redemption.", "voucher."))}
    missing = {*map(str, RewardKind), *map(str, VoucherSource), *map(str, VoucherState), *events} - told
    assert not missing
