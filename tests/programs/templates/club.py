"""A shop with a template's programs, that knows nothing but the public API; its clock is the sandbox's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from programs.templates.catalogue import TEMPLATES
from schema.shared.naming import camel
from tests.cases.conftest import Wake
from tests.cases.merchant import MEMBER, Json, Merchant

_CREATE = """mutation($input: ProgramCreateInput!) { programCreate(input: $input) {
  programs { id slug kind } userErrors { field code message } } }"""
_PUBLISH = """mutation($input: ProgramPublishInput!) { programPublish(input: $input) {
  program { state } findings { path code message } userErrors { code message } } }"""
_MEMBER = """query($id: String!) { member(externalId: $id) {
  balances { unit { slug } available expiries { amount lastDay } }
  tiers { programId tier reason nextTier ways { allOf { metric missing } } }
  redemptions(first: 50) { nodes { points state reward { slug } value { amount currency } } } } }"""
_SAVE = "mutation($input: ProgramSaveDraftInput!) { programSaveDraft(input: $input) { userErrors { message } } }"
_CHECK = "query($id: ID!) { programCheck(id: $id) { findings { code } } }"
_JOIN = """mutation($input: MembershipJoinInput!) { membershipJoin(input: $input) {
  membership { id state } userErrors { field code message } } }"""
_LEAVE = """mutation($input: MembershipCancelInput!) { membershipCancel(input: $input) {
  membership { state } refunds { amount } userErrors { field code message } } }"""
_USE = "mutation($input: PerkUseInput!) { perkUse(input: $input) { userErrors { field code message } } }"
_DONATE = """mutation($input: DonateInput!) { donate(input: $input) {
  donation { value { amount currency } } userErrors { field code message } } }"""
_REWARDS = "{ rewards { nodes { id slug } } }"
_NOW = "{ tenant { now } }"


@dataclass
class Club:
    """The merchant, with what the programs and rewards are called by the template."""

    merchant: Merchant
    wake: Wake
    programs: dict[str, str] = field(default_factory=dict)
    rewards: dict[str, str] = field(default_factory=dict)

    async def open(self, template: str) -> None:
        """Make a template, and let a member join."""
        await self.make(template)
        for found in (await self.merchant.ask(_REWARDS))["rewards"]["nodes"]:
            self.rewards[found["slug"]] = found["id"]
        await self.merchant.do("memberUpsert", externalId=MEMBER)

    async def make(self, template: str) -> None:
        """Make the template's programs, and publish all but games: of each the warnings are confirmed."""
        made = (await self.merchant.ask(_CREATE, input={"template": template}))["programCreate"]
        assert made["userErrors"] == [], made
        for program in made["programs"]:
            self.programs[program["slug"]] = program["id"]
            if program["kind"] != "GAME":  # says first when and where, and who looked at it for the law
                await self.publish(program["id"])

    async def open_games(self, template: str) -> None:
        """Say what a template cannot know (when, where, who looked at it for the law), and publish its games."""
        today = await self.now()
        known = {
            "startsOn": f"{today - timedelta(days=30):%Y-%m-%d}", "endsOn": f"{today + timedelta(days=300):%Y-%m-%d}",
            "regions": ["US"], "legalReview": {"by": "A lawyer", "at": f"{today:%Y-%m-%d}"},
        }  # fmt: skip
        for number, program in enumerate(TEMPLATES[template].programs):
            if program.kind == "game":
                id_ = self.programs[f"{template}-{program.slug}" if number else template]
                given = {"id": id_, "rules": {"game": {**as_input(program.rules), **known}}}
                assert (await self.merchant.ask(_SAVE, input=given))["programSaveDraft"]["userErrors"] == []
                await self.publish(id_)

    async def publish(self, program: str) -> None:
        """Publish a draft all the same."""
        doubts = [found["code"] for found in (await self.merchant.ask(_CHECK, id=program))["programCheck"]["findings"]]
        live = (await self.merchant.ask(_PUBLISH, input={"id": program, "confirm": doubts}))["programPublish"]
        assert live["userErrors"] == [], live

    # What the member does.

    async def buy(self, *lines: int | Json, **given: Any) -> dict[str, int]:
        """A purchase; what it gave, by unit."""
        return earned(await self.merchant.buy(*lines, **given))

    async def does(self, kind: str, **given: Any) -> dict[str, int]:
        """Something else; what it gave, by unit."""
        payload = await self.merchant.record("event", {"kind": kind}, **given)
        assert payload["userErrors"] == [], payload
        return earned(payload)

    async def back(self, order: str) -> dict[str, int]:
        """An order that comes back whole; what that took, by unit."""
        return earned(await self.merchant.refund(order))

    async def redeem(self, slug: str) -> int:
        """Points spent on a reward of the template."""
        return int((await self.merchant.spend({"rewardId": self.rewards[slug]}))["points"])

    # What time does.

    async def go_on(self, days: int) -> None:
        """Move the sandbox's clock, and let the jobs do what is due."""
        await self.merchant.advance(await self.now() + timedelta(days=days))
        await self.wake()

    async def go_to(self, at: datetime) -> None:
        """Move the sandbox's clock to an instant."""
        await self.merchant.advance(at)
        await self.wake()

    async def now(self) -> datetime:
        """What time it is there."""
        return datetime.fromisoformat((await self.merchant.ask(_NOW))["tenant"]["now"]).astimezone(UTC)

    async def join(self, program: str, plan: str) -> Any:
        """Buy a plan with a card that the sandbox's provider knows."""
        given = {"idempotencyKey": self.merchant.new_key("join"), "member": {"externalId": MEMBER},
                 "programId": self.programs[program], "plan": plan, "paymentMethod": "card_succeeds"}  # fmt: skip
        joined = (await self.merchant.ask(_JOIN, input=given))["membershipJoin"]
        assert joined["userErrors"] == [], joined
        return joined["membership"]

    async def leave(self, membership: str) -> list[int]:
        """End a membership at once; what the shop gave back, in minor units."""
        given = {"idempotencyKey": self.merchant.new_key("leave"), "id": membership, "when": "NOW"}
        left = (await self.merchant.ask(_LEAVE, input=given))["membershipCancel"]
        assert left["userErrors"] == [], left
        return [refund["amount"] for refund in left["refunds"]]

    async def use(self, perk: str) -> None:
        """Use a perk."""
        given = {"idempotencyKey": self.merchant.new_key("use"), "member": {"externalId": MEMBER}, "perk": perk}
        used = (await self.merchant.ask(_USE, input=given))["perkUse"]
        assert used["userErrors"] == [], used

    async def donate(self, cause: str, points: int) -> Any:
        """Give points to a cause; the donation."""
        given = {"idempotencyKey": self.merchant.new_key("donate"), "member": {"externalId": MEMBER},
                 "cause": cause, "points": points}  # fmt: skip
        gave = (await self.merchant.ask(_DONATE, input=given))["donate"]
        assert gave["userErrors"] == [], gave
        return gave["donation"]

    async def new_year(self) -> datetime:
        """Go to noon of the next second of January, so that a calendar year lies ahead."""
        at = datetime((await self.now()).year + 1, 1, 2, 17, tzinfo=UTC)
        await self.go_to(at)
        return at

    # What is seen.

    async def has(self, unit: str, member: str = MEMBER) -> int:
        """What a member can spend of a unit."""
        found = [each for each in (await self._member(member))["balances"] if each["unit"]["slug"] == unit]
        return int(found[0]["available"]) if found else 0

    async def last_days(self, unit: str) -> dict[str, int]:
        """How many points end after which day."""
        (found,) = [each for each in (await self._member())["balances"] if each["unit"]["slug"] == unit]
        return {step["lastDay"]: step["amount"] for step in found["expiries"]}

    async def missing(self) -> dict[str, int]:
        """How much is missing to the next tier, by metric, on the first way there."""
        (found,) = (await self._member())["tiers"]
        return {each["metric"]: each["missing"] for each in found["ways"][0]["allOf"]}

    async def tier(self) -> str | None:
        """The member's tier in the one tiered program."""
        (found,) = (await self._member())["tiers"]
        tier: str | None = found["tier"]
        return tier

    async def reason(self) -> str | None:
        """Why the member came into that tier."""
        (found,) = (await self._member())["tiers"]
        reason: str | None = found["reason"]
        return reason

    async def perks(self) -> set[str]:
        """The perks that the member can use now."""
        found = await self.merchant.ask(
            "query($id: String!) { member(externalId: $id) { entitlements { perk left } } }", id=MEMBER
        )
        entitled = found["member"]["entitlements"]
        return {each["perk"] for each in entitled if each["left"] != 0}

    async def given(self) -> list[str]:
        """The rewards that rules gave and did not take back, by their slugs."""
        nodes = (await self._member())["redemptions"]["nodes"]
        return sorted(
            node["reward"]["slug"]
            for node in nodes
            if node["reward"] and not node["points"] and node["state"] == "CONFIRMED"
        )

    async def _member(self, member: str = MEMBER) -> Any:
        return (await self.merchant.ask(_MEMBER, id=member))["member"]


OpenClub = Callable[[str], Awaitable[Club]]


def as_input(document: Any) -> Any:
    """A rules document as GraphQL takes it."""
    if isinstance(document, list):
        return [as_input(each) for each in document]
    if not isinstance(document, dict):
        return document
    fields = {
        camel(name): value.upper() if name == "every" else as_input(value)
        for name, value in document.items()
        if name != "type"
    }
    return {camel(document["type"]): fields} if "type" in document else fields


def earned(payload: Mapping[str, Any]) -> dict[str, int]:
    """The points of a decision, by unit; what was taken is below zero."""
    found: dict[str, int] = {}
    for movement in payload["decision"]["movements"]:
        unit = movement["unit"]["slug"]
        found[unit] = found.get(unit, 0) + movement["amount"]
    return found
