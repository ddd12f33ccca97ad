"""The leaky bucket, alone and as clients see it."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
import pytest

from schema.limits import Limits
from tests.web.live import application, ask, codes, serving
from web.throttle import BucketKey, LocalBuckets, Taken, ThrottleStatus

ACME = BucketKey("acme", "key")


@dataclass
class Clock:
    """Seconds that a test moves."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


async def test_a_bucket_empties_and_refills_up_to_its_size() -> None:
    clock = Clock()
    buckets = LocalBuckets(100, 10, clock=clock)
    assert await buckets.take(ACME, 70) == Taken(True, ThrottleStatus(100, 30, 10))
    assert await buckets.take(ACME, 31) == Taken(False, ThrottleStatus(100, 30, 10))
    clock.now = 1
    assert await buckets.take(ACME, 31) == Taken(True, ThrottleStatus(100, 9, 10))
    clock.now = 1_000
    assert await buckets.take(ACME, 0) == Taken(True, ThrottleStatus(100, 100, 10))


async def test_what_is_given_back_never_exceeds_the_size() -> None:
    buckets = LocalBuckets(100, 10, clock=Clock())
    await buckets.take(ACME, 20)
    assert (await buckets.give_back(ACME, 5)).currently_available == 85
    assert (await buckets.give_back(ACME, 500)).currently_available == 100


async def test_keys_and_tenants_have_buckets_of_their_own() -> None:
    buckets = LocalBuckets(100, 10, clock=Clock())
    await buckets.take(ACME, 100)
    for other in (BucketKey("acme", "other"), BucketKey("other", "key")):
        assert (await buckets.take(other, 100)).allowed


async def test_only_so_many_buckets_are_kept_and_the_busy_stay() -> None:
    buckets = LocalBuckets(100, 10, kept=2, clock=Clock())
    await buckets.take(ACME, 100)
    for n in range(5):
        await buckets.take(BucketKey("acme", str(n)), 1)
        assert not (await buckets.take(ACME, 1)).allowed


def _cost(response: httpx.Response) -> dict[str, object]:
    found: dict[str, object] = response.json()["extensions"]["cost"]
    return found


async def test_the_cost_is_reported_and_what_was_not_used_is_given_back() -> None:
    async with serving(application(Limits(bucket_size=1_000, bucket_restore=1))) as client:
        response = await ask(client, "{ items(first: 50) { nodes { name } } }")
    assert _cost(response) == {
        "requestedQueryCost": 52,
        "actualQueryCost": 5,
        "throttleStatus": {"maximumAvailable": 1_000, "currentlyAvailable": 995, "restoreRate": 1},
    }


async def test_what_was_used_beyond_the_estimate_is_owed() -> None:
    async with serving(application(Limits(bucket_size=100, bucket_restore=1))) as client:
        for left in (60, 20, -20):
            cost = _cost(await ask(client, "{ manyBroken { __typename } }"))
            assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (10, 40)
            assert cost["throttleStatus"] == {
                "maximumAvailable": 100, "currentlyAvailable": pytest.approx(left, abs=2), "restoreRate": 1
            }  # fmt: skip
        response = await ask(client, "{ manyBroken { __typename } }")
    assert (response.status_code, codes(response)) == (429, ["THROTTLED"])
    assert int(response.headers["retry-after"]) in (28, 29, 30)


@pytest.mark.parametrize(
    ("query", "variables", "actual"),
    [
        ("{ items(first: 50) { nodes { name } } broken }", {}, 52),
        ("query($n: Int!) { items(first: $n) { nodes { name } } }", {"n": "x"}, 0),
    ],
)
async def test_what_failed_on_its_way_is_not_given_back(query: str, variables: dict[str, object], actual: int) -> None:
    async with serving(application()) as client:
        response = await ask(client, query, variables)
    assert _cost(response)["actualQueryCost"] == actual


async def test_an_empty_bucket_throttles_this_key_only() -> None:
    async with serving(application(Limits(bucket_size=100, bucket_restore=1))) as client:
        assert (await ask(client, "{ report }")).status_code == 200
        assert (await ask(client, "{ report }")).status_code == 200
        response = await ask(client, "{ report }")
        assert (response.status_code, codes(response)) == (429, ["THROTTLED"])
        assert "data" not in response.json()
        assert int(response.headers["retry-after"]) in (49, 50)
        cost = _cost(response)
        assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (50, None)
        assert (await ask(client, "{ report }", accept="application/json")).status_code == 200
        assert (await ask(client, "{ report }", authorization="Bearer other")).status_code == 200


async def test_refused_documents_are_charged_for() -> None:
    async with serving(application(Limits(bucket_size=3, bucket_restore=1))) as client:
        answers = [codes(await ask(client, f"{{ nope{n} }}"))[0] for n in range(6)]
    assert answers[:3] == ["GRAPHQL_VALIDATION_FAILED"] * 3
    assert answers[3] == "THROTTLED"
