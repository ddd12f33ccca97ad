"""A replay over GraphQL: asked for, played by the job, read."""

from __future__ import annotations

from jobs.job import Lane
from jobs.runner import Runner
from jobs.schedule import schedule
from kit.outbound import Outbound
from tests.schema.served import MEMBER, RECORD, RULES, Shop, points_program, purchase

DOUBLE = {"points": {**RULES["points"], "rules": [
    {"id": "base", "name": "Two per euro", "earn": {"perAmount": {"points": 2, "per": 100, "currency": "EUR"}}},
]}}  # fmt: skip
SAVE = """mutation ($input: ProgramSaveDraftInput!) {
  programSaveDraft(input: $input) { program { id } userErrors { code } }
}"""
REPLAY = """mutation ($input: ProgramReplayInput!) {
  programReplay(input: $input) { replay { id state versionNumber result { activities } } userErrors { code field } }
}"""
CANCEL = """mutation ($id: ID!) {
  programReplayCancel(input: {id: $id}) { replay { state } userErrors { code field } }
}"""
RESULT = """query ($id: ID!) { replay(id: $id) { state activities played askedBy { kind } result {
  activities members tierMoves { members } rewards { reward } unplayed
  units { unit { slug } before after difference worthBefore { amount } worthAfter { amount currency } membersMore
    membersLess gainers { memberId before after difference } losers { memberId } }
} } }"""


async def test_a_draft_is_replayed_by_the_job(shop: Shop) -> None:
    api = shop.admin
    program = await points_program(api)
    member = await api.do(MEMBER, input={"externalId": "c-1"})
    await api.do(RECORD, input=purchase("o-1", 10_00))
    await api.do(SAVE, input={"id": program, "rules": DOUBLE})
    made = await api.do(REPLAY, input={"id": program, "since": "2020-01-01T00:00:00Z"})
    assert made["replay"] == {"id": made["replay"]["id"], "state": "WAITING", "versionNumber": 2, "result": None}
    await Runner(Lane.REPLAYS, schedule(b"root", Outbound())).tick()
    assert (await api.ask(RESULT, id=made["replay"]["id"]))["replay"] == {
        "state": "DONE", "activities": 1, "played": 1, "askedBy": {"kind": "KEY"},
        "result": {
            "activities": 1, "members": 1, "tierMoves": [], "rewards": [],
            "unplayed": ["SPENDING", "BY_HAND", "EXPIRY"],
            "units": [{
                "unit": {"slug": "points"}, "before": 10, "after": 20, "difference": 10,
                "worthBefore": {"amount": 10}, "worthAfter": {"amount": 20, "currency": "EUR"},
                "membersMore": 1, "membersLess": 0, "losers": [],
                "gainers": [{"memberId": member["member"]["id"], "before": 10, "after": 20, "difference": 10}],
            }],
        },
    }  # fmt: skip
    over = await api.ask(CANCEL, id=made["replay"]["id"])
    assert over["programReplayCancel"]["userErrors"] == [{"code": "WRONG_STATE", "field": ["id"]}]


async def test_what_cannot_be_replayed(shop: Shop) -> None:
    api = shop.admin
    program = await points_program(api)
    refused = await api.ask(REPLAY, input={"id": program, "since": "2020-01-01T00:00:00Z"})
    assert refused["programReplay"]["userErrors"] == [{"code": "WRONG_STATE", "field": ["id"]}]
    await api.do(SAVE, input={"id": program, "rules": DOUBLE})
    late = {"id": program, "since": "2020-01-01T00:00:00Z", "until": "2999-01-01T00:00:00Z"}
    refused = await api.ask(REPLAY, input=late)
    assert refused["programReplay"]["userErrors"] == [{"code": "TOO_FAR", "field": ["until"]}]
    assert await api.ask('{ replay(id: "rpl_01h455vb4pex5vsknk084sn02q") { id } }') == {"replay": None}
