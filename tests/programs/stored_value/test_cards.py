"""Gift cards: issued once per key, used by code and PIN only, given up once, and their money never lost."""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta

import pytest

from kit import clock
from kit.ids import new_id
from programs.activity import Line
from programs.stored_value import balances, cards, codes, service, views
from programs.stored_value.balances import CreditInput
from programs.stored_value.card_records import CardRef
from programs.stored_value.cards import Issued, IssueInput
from programs.stored_value.funds import FromCard
from programs.stored_value.views import GiftCardId, GiftCardState, PaymentState
from tenants import attempts, scope
from tenants.attempts import TooManyAttempts
from tests.ledger.helpers import START
from tests.programs.stored_value.conftest import RULES, Purse, card, code, open_purse, refusal


def ref(issued: Issued) -> CardRef:
    assert issued.code is not None
    return CardRef(issued.code, issued.pin)


async def left(issued: Issued) -> int:
    return (await views.gift_cards([issued.card.id]))[issued.card.id].balance


async def test_a_card_is_issued_once_and_its_code_is_shown_again(purse: Purse) -> None:
    first, again = [
        await cards.issue("k", IssueInput(amount=5000, currency="EUR", purchaser=purse.member, order_reference="o"))
        for _ in range(2)
    ]
    assert first == again
    assert (first.card.amount, first.card.balance, first.card.state) == (5000, 5000, GiftCardState.ACTIVE)
    assert (first.card.purchaser_id, first.card.order_reference, first.pin) == (purse.member, "o", None)
    assert codes.shown(codes.read(str(first.code)) or "") == first.code
    assert first.card.last_characters == str(first.code)[-4:]
    assert len(await purse.rows("SELECT id FROM gift_card WHERE tenant_id = $1")) == 1


async def test_the_database_holds_neither_code_nor_pin(database: object, own_settings: None) -> None:
    purse = await open_purse({**RULES, "gift_cards": {"pin": True}})
    with scope.of(purse.tenant), clock.pinned(START):
        issued = await purse.issue(5000)
        await purse.pay(100, card(issued))
        await cards.reissue("r", ref(issued))
        secret = codes.read(str(issued.code))
        tables = ("gift_card", "command", "event", "audit_entry", "transfer", "payment", "payment_leg")
        stored = [repr(await purse.rows(f"SELECT * FROM {table} WHERE tenant_id = $1")) for table in tables]
    assert issued.pin is not None and secret is not None
    for rows in stored:
        assert len(rows) > 2 and secret not in rows and str(issued.code) not in rows and f"'{issued.pin}'" not in rows


async def test_wrong_code_and_wrong_pin_are_told_alike(database: object, own_settings: None) -> None:
    purse = await open_purse({**RULES, "gift_cards": {"pin": True}})
    with scope.of(purse.tenant), clock.pinned(START):
        issued = await purse.issue(5000)
        right = ref(issued)
        other = codes.code_of(new_id())
        answers = []
        for wrong in (CardRef(right.code, "no"), CardRef(right.code), CardRef(other, right.pin), CardRef("what", "1")):
            found = await refusal(cards.transfer_to_balance("k", wrong, purse.member))
            answers.append((found.code, found.message, found.field, found.final))
            assert await cards.look(wrong) is None
        assert len(set(answers)) == 1 and answers[0][0] == "NOT_FOUND"
        assert (await cards.look(right)) is not None


async def test_another_tenants_code_is_unknown(purse: Purse) -> None:
    issued = await purse.issue(5000)
    other = await open_purse(slug="other")
    with scope.of(other.tenant), clock.pinned(START):
        assert await cards.look(ref(issued)) is None
        assert await code(other.pay(1, card(issued))) == "NOT_FOUND"
        assert await code(cards.disable("d", issued.card.id, "theirs")) == "NOT_FOUND"
        assert await views.gift_cards([issued.card.id]) == {}


async def test_tries_of_one_card_are_limited_and_a_right_one_starts_anew(database: object, own_settings: None) -> None:
    purse = await open_purse({**RULES, "gift_cards": {"pin": True}})
    with scope.of(purse.tenant), clock.pinned(START):
        right = ref(await purse.issue(5000))
        wrong = CardRef(right.code, "wrong")
        for _ in range(2):
            for _ in range(attempts.TRIES_PER_CARD.amount - 1):
                assert await cards.look(wrong) is None
            assert await cards.look(right) is not None
        for _ in range(attempts.TRIES_PER_CARD.amount):
            assert await code(purse.pay(1, FromCard(wrong))) == "NOT_FOUND"
        with pytest.raises(TooManyAttempts):
            await purse.pay(1, FromCard(right))
        with pytest.raises(TooManyAttempts):
            await cards.look(right)


async def test_a_refusal_before_the_pin_was_judged_forgives_no_tries(database: object, own_settings: None) -> None:
    """Else whoever has found a card could try its PINs without end, and ask for nonsense in between."""
    purse = await open_purse({**RULES, "gift_cards": {"pin": True}})
    with scope.of(purse.tenant), clock.pinned(START):
        right, own = ref(await purse.issue(5000)), ref(await purse.issue(5000))
        wrong = CardRef(right.code, "wrong")
        await cards.transfer_to_balance("used", own, purse.member)
        nonsense: list[tuple[str, Awaitable[object]]] = [
            ("INVALID", cards.transfer_to_balance("", wrong, purse.member)),
            ("IDEMPOTENCY_MISMATCH", cards.transfer_to_balance("used", wrong, purse.member)),
            ("ENDED", purse.pay(1, FromCard(own), FromCard(wrong))),
            ("NOT_FOUND", purse.pay(1, FromCard(wrong), member=new_id())),
        ]
        for expected, asked in nonsense:
            assert await cards.look(wrong) is None
            assert await code(asked) == expected
        for _ in range(attempts.TRIES_PER_CARD.amount - 2 * len(nonsense)):
            assert await cards.look(wrong) is None
        with pytest.raises(TooManyAttempts):
            await cards.look(right)


async def test_a_shopper_who_guesses_codes_is_stopped_and_nobody_else(purse: Purse) -> None:
    right = ref(await purse.issue(5000))
    with scope.of(purse.tenant, actor=f"member:{purse.member}"), clock.pinned(START):
        for _ in range(attempts.WRONG_CARDS_PER_SHOPPER.amount):
            assert await cards.look(CardRef(codes.code_of(new_id()))) is None
        with pytest.raises(TooManyAttempts):
            await cards.look(right)
    with scope.of(purse.tenant, actor=f"member:{new_id()}"), clock.pinned(START):
        assert await cards.look(right) is not None


@pytest.mark.parametrize(
    ("given", "refused", "path"),
    [
        ({"amount": 0}, "OUT_OF_RANGE", ("amount",)),
        ({"amount": 99}, "OUT_OF_RANGE", ("amount",)),
        ({"amount": 20001}, "OUT_OF_RANGE", ("amount",)),
        ({"currency": "USD"}, "NOT_ELIGIBLE", ("currency",)),
        ({"purchaser": "nobody"}, "NOT_FOUND", ("member",)),
        ({"order_reference": "a\nb"}, "INVALID", ("order_reference",)),
        ({"expires_at": START}, "TOO_FAR_BACK", ("expires_at",)),
        ({"expires_at": START.replace(tzinfo=None)}, "INVALID", ("expires_at",)),
    ],
)
async def test_bad_cards_are_not_issued(
    database: object, own_settings: None, given: dict[str, object], refused: str, path: tuple[str, ...]
) -> None:
    purse = await open_purse({**RULES, "gift_cards": {"minimum": 100, "maximum": 20000}})
    with scope.of(purse.tenant), clock.pinned(START):
        given = {"amount": 100, "currency": "EUR", **given}
        found = await refusal(cards.issue("k", IssueInput(**given)))  # type: ignore[arg-type]  # cases of any field
        assert (found.code, found.field) == (refused, path)
        assert await purse.rows("SELECT id FROM gift_card WHERE tenant_id = $1") == []


async def test_a_program_without_cards_issues_none(database: object, own_settings: None) -> None:
    purse = await open_purse({**RULES, "gift_cards": None})
    with scope.of(purse.tenant), clock.pinned(START):
        assert await code(purse.issue(100)) == "NOT_ELIGIBLE"


async def test_a_card_ends_by_the_rules_or_as_was_said(database: object, own_settings: None) -> None:
    purse = await open_purse({**RULES, "gift_cards": {"expires_after_months": 1}})
    with scope.of(purse.tenant):
        with clock.pinned(START):
            one = await purse.issue(100)
            two = await purse.issue(100, expires_at=START + timedelta(days=60))
        with clock.pinned(START + timedelta(days=32)):
            assert await code(purse.pay(1, card(one))) == "ENDED"
            assert await code(cards.transfer_to_balance("t", ref(one), purse.member)) == "ENDED"
            assert (await purse.pay(1, card(two))).captured == 1
            assert (await left(one), await left(two)) == (0, 99)


async def test_a_card_goes_onto_a_balance_with_its_end(purse: Purse) -> None:
    issued = await purse.issue(5000, expires_at=START + timedelta(days=60))
    await purse.pay(2000, card(issued))
    moved = await cards.transfer_to_balance("t", ref(issued), purse.member)
    assert (moved.state, moved.balance, await purse.balance()) == (GiftCardState.MOVED, 0, (3000, 0))
    assert await cards.transfer_to_balance("t", ref(issued), purse.member) == moved, "a repeat changes nothing"
    assert await code(cards.transfer_to_balance("t2", ref(issued), purse.member)) == "ENDED"
    (own,) = await balances.of_member(purse.member)
    assert [(step.amount, step.at) for step in own.money_ends] == [(3000, START + timedelta(days=60))]


async def test_a_balance_has_a_maximum_that_cards_do_not_exceed(database: object, own_settings: None) -> None:
    purse = await open_purse({**RULES, "balance_maximum": 10000})
    with scope.of(purse.tenant), clock.pinned(START):
        await purse.top_up(6000)
        large, small = await purse.issue(4001), await purse.issue(4000)
        assert await code(cards.transfer_to_balance("a", ref(large), purse.member)) == "LIMIT_REACHED"
        assert (await left(large), await purse.balance()) == (4001, (6000, 0)), "a refusal writes nothing"
        await cards.transfer_to_balance("b", ref(small), purse.member)
        assert await purse.balance() == (10000, 0)


async def test_a_new_code_takes_the_old_ones_place(purse: Purse) -> None:
    old = await purse.issue(5000, expires_at=START + timedelta(days=60))
    new, again = [await cards.reissue("r", ref(old)) for _ in range(2)]
    assert new == again and new.code != old.code
    assert (new.card.amount, new.card.previous_id, new.card.expires_at) == (5000, old.card.id, old.card.expires_at)
    assert await code(purse.pay(1, card(old))) == "ENDED"
    assert (await purse.pay(5000, card(new))).captured == 5000
    assert await code(cards.reissue("again", ref(new))) == "WRONG_STATE", "nothing is left"


async def test_staff_name_a_card_by_its_id(purse: Purse) -> None:
    issued = await purse.issue(5000)
    new = await cards.reissue("r", issued.card.id)
    assert (await cards.disable("d", new.card.id, "stolen")).state is GiftCardState.DISABLED
    for id_ in (GiftCardId(new_id()), GiftCardId("no-id'")):
        assert await code(cards.disable(purse.key(), id_, "stolen")) == "NOT_FOUND"


async def test_a_disabled_card_is_worth_nothing(purse: Purse) -> None:
    issued = await purse.issue(5000)
    assert await code(cards.disable("d", issued.card.id, " ")) == "INVALID"
    disabled = await cards.disable("d", issued.card.id, "returned")
    assert (disabled.state, disabled.balance) == (GiftCardState.DISABLED, 0)
    assert await code(purse.pay(1, card(issued))) == "ENDED"
    (row,) = await purse.rows("SELECT note FROM transfer WHERE tenant_id = $1 AND reason = 'gift_card_disabled'")
    assert row["note"] == "returned"


async def test_what_comes_back_follows_a_card_that_was_given_up(purse: Purse) -> None:
    """Paid with the first card, then the card got a new code twice and went onto a balance: the refund is there."""
    first = await purse.issue(5000)
    refunded, voided = await purse.pay(2000, card(first)), await service.authorize("a", purse.wish(500, card(first)))
    second = await cards.reissue("r1", ref(first))
    assert second.card.balance == 2500
    await service.refund("one", refunded.id, 100)
    assert (await left(first), await left(second)) == (0, 2600)
    third = await cards.reissue("r2", ref(second))
    await cards.transfer_to_balance("t", ref(third), purse.member)
    assert await purse.balance() == (2600, 0)
    await service.refund("two", refunded.id, 400)
    await service.void("v", voided.id)
    assert (await left(first), await left(second), await left(third)) == (0, 0, 0)
    assert await purse.balance() == (3500, 0)


async def test_what_is_held_follows_when_it_is_captured_in_part_or_expires(purse: Purse) -> None:
    first = await purse.issue(5000)
    one, two = [await service.authorize(key, purse.wish(1000, card(first))) for key in ("a", "b")]
    second = await cards.reissue("r", ref(first))
    await service.capture("c", one.id, amount=300)
    assert await left(second) == 3700
    with clock.pinned(START + timedelta(minutes=15)):
        await service.expire_due()
        assert (await left(first), await left(second)) == (0, 4700)
        assert (await views.payments([two.id]))[two.id].state is PaymentState.EXPIRED


async def test_what_comes_back_to_a_disabled_card_stays_nobodys(purse: Purse) -> None:
    issued = await purse.issue(5000)
    payment = await purse.pay(2000, card(issued))
    await cards.disable("d", issued.card.id, "fraud")
    assert (await service.refund("r", payment.id, 2000)).returned == 2000
    assert await left(issued) == 0


async def test_an_order_is_credited_to_the_balance_up_to_what_was_paid_otherwise(purse: Purse) -> None:
    await purse.top_up(3000)
    await purse.pay(2000, order_reference="o")
    await purse.buy(Line("goods", 10000, discount=1000, tax=500), order="o")

    def given(amount: int, **changes: object) -> CreditInput:
        asked = {"member": purse.member, "currency": "EUR", "order_reference": "o", "reason": "late", **changes}
        return CreditInput(amount=amount, **asked)  # type: ignore[arg-type]  # cases of any field

    about = await service.authorize("about", purse.wish(1000, order_reference="o"))
    assert await code(balances.credit("k0", given(6501))) == "REFUND_EXCEEDS_ORDER"
    await service.void("void", about.id)
    for _ in range(2):
        await balances.credit("k", given(5000))
    assert await purse.balance() == (6000, 0)
    assert await code(balances.credit("k2", given(2501))) == "REFUND_EXCEEDS_ORDER"
    await balances.credit("k3", given(2500))
    assert await code(balances.credit("k4", given(1))) == "REFUND_EXCEEDS_ORDER"
    assert await code(balances.credit("k5", given(1, order_reference="none"))) == "ORDER_NOT_FOUND"
    assert await code(balances.credit("k6", given(1, member=await purse.join()))) == "ORDER_NOT_FOUND"
    assert await code(balances.credit("k7", given(1, reason=""))) == "INVALID"
    assert await code(balances.credit("k8", given(0))) == "OUT_OF_RANGE"
    (told,) = await purse.rows("SELECT note FROM transfer WHERE tenant_id = $1 AND key = 'k3/credit'")
    assert told["note"] == "late"
