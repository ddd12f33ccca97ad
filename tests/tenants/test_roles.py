"""The table of roles, field by field, and that the guide shows the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kit.errors import Forbidden
from tenants.roles import ACTIONS, Action, Role, may, permitting, require, require_role

Ow, Ad, Ma, Su, An = Role.OWNER, Role.ADMIN, Role.MANAGER, Role.SUPPORT, Role.ANALYST
WHO_MAY = {
    Action.READ_PROGRAMS: {Ow, Ad, Ma, Su, An},
    Action.WRITE_PROGRAMS: {Ow, Ad, Ma},
    Action.PUBLISH_PROGRAMS: {Ow, Ad, Ma},
    Action.READ_MEMBERS: {Ow, Ad, Ma, Su, An},
    Action.WRITE_MEMBERS: {Ow, Ad, Ma, Su},
    Action.ERASE_MEMBERS: {Ow, Ad, Ma},
    Action.EXPORT_MEMBERS: {Ow, Ad, Ma},
    Action.MERGE_MEMBERS: {Ow, Ad, Ma},
    Action.ADJUST_POINTS: {Ow, Ad, Ma, Su},
    Action.READ_LEDGER: {Ow, Ad, Ma, Su, An},
    Action.READ_REWARDS: {Ow, Ad, Ma, Su, An},
    Action.WRITE_REWARDS: {Ow, Ad, Ma},
    Action.READ_REDEMPTIONS: {Ow, Ad, Ma, Su, An},
    Action.WRITE_REDEMPTIONS: {Ow, Ad, Ma, Su},
    Action.READ_PAYMENTS: {Ow, Ad, Ma, Su, An},
    Action.READ_MEMBERSHIPS: {Ow, Ad, Ma, Su, An},
    Action.WRITE_MEMBERSHIPS: {Ow, Ad, Ma, Su},
    Action.WRITE_PAYMENTS: {Ow, Ad, Ma, Su},
    Action.WRITE_GIFT_CARDS: {Ow, Ad, Ma, Su},
    Action.READ_DONATIONS: {Ow, Ad, Ma, Su, An},
    Action.WRITE_DONATIONS: {Ow, Ad, Ma, Su},
    Action.READ_GAMES: {Ow, Ad, Ma, Su, An},
    Action.WRITE_GAMES: {Ow, Ad, Ma, Su},
    Action.READ_PARTNERS: {Ow, Ad, Ma, Su, An},
    Action.WRITE_PARTNERS: {Ow, Ad, Ma},
    Action.APPROVE_SETTLEMENTS: {Ow, Ad},
    Action.JOIN_COALITIONS: {Ow, Ad},
    Action.RECORD_ACTIVITY: {Ow, Ad, Ma},
    Action.CREATE_CUSTOMER_TOKENS: {Ow, Ad, Ma},
    Action.READ_SETTINGS: {Ow, Ad, Ma, Su, An},
    Action.WRITE_SETTINGS: {Ow, Ad},
    Action.READ_STAFF: {Ow, Ad, Ma, Su, An},
    Action.WRITE_STAFF: {Ow, Ad},
    Action.WRITE_OWNERS: {Ow},
    Action.READ_KEYS: {Ow, Ad},
    Action.WRITE_KEYS: {Ow, Ad},
    Action.READ_AUDIT_LOG: {Ow, Ad},
    Action.ADVANCE_SANDBOX_CLOCK: {Ow, Ad, Ma},
}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
def test_role_may_do_what_the_table_says_and_nothing_else(role: Role, action: Action) -> None:
    with permitting(ACTIONS[role]):
        assert may(action) is (role in WHO_MAY[action])
        if role in WHO_MAY[action]:
            require(action)
        else:
            with pytest.raises(Forbidden, match=action.value):
                require(action)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("given", Role)
def test_nobody_gives_away_more_than_they_have(role: Role, given: Role) -> None:
    order = [An, Su, Ma, Ad, Ow]
    with permitting(ACTIONS[role]):
        if order.index(given) <= order.index(role):
            require_role(given)
        else:
            with pytest.raises(Forbidden, match=given.value):
                require_role(given)


@pytest.mark.parametrize("action", Action)
def test_where_nobody_acts_nothing_may_be_done(action: Action) -> None:
    with pytest.raises(Forbidden):
        require(action)


def test_permission_ends_with_its_block() -> None:
    with permitting(ACTIONS[Role.OWNER]), permitting(ACTIONS[Role.ANALYST]):
        assert not may(Action.WRITE_KEYS)
    assert not may(Action.READ_PROGRAMS)


def test_guide_shows_the_same_table() -> None:
    text = (Path(__file__).parents[2] / "docs" / "tenancy.md").read_text("utf-8")
    shown = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 6 and cells[0] in set(Action):
            shown[Action(cells[0])] = {role for role, cell in zip(Role, cells[1:], strict=True) if cell == "✓"}
            assert set(cells[1:]) <= {"✓", ""}
    assert shown == {action: {role for role in Role if action in ACTIONS[role]} for action in Action}
    assert re.search(r"\| +\| owner +\| admin +\| manager +\| support +\| analyst +\|", text)
