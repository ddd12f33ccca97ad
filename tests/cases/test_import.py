"""A file of purchases with mistakes: each is named by line and column, and the rest goes in (`guerdon import`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases.conftest import OpenShop
from tests.cases.merchant import per_amount, rules
from tests.cases.test_bad_input import nothing_written
from tests.conftest import DatabaseUrls
from tests.test_cli import guerdon

pytestmark = pytest.mark.slow

PURCHASES = """\
key,member,occurred_at,amount,currency,quantity
a,ann,2025-03-01,19.99,USD,1
b,ann,yesterday,5.00,USD,1
c,ann,2025-03-02,five,USD,1
d,ann,2025-03-03,5.00,XQX,1
e,ann,2025-03-04,5.005,USD,1
f,ann,2025-03-05,5.00,USD,many
g,ann,2025-03-06,-5.00,USD,1
h,,2025-03-07,5.00,USD,1
i,ann,2025-03-08,30.00,USD,1
"""
WRONG = {3: "occurred_at", 4: "amount", 5: "currency", 6: "amount", 7: "quantity", 8: "amount", 9: "member"}


async def test_wrong_lines_are_named_and_the_rest_goes_in(
    open_shop: OpenShop, database_urls: DatabaseUrls, tmp_path: Path
) -> None:
    shop = await open_shop()
    await shop.live.open(rules(per_amount()))
    file = tmp_path / "purchases.csv"
    file.write_text(PURCHASES)

    async def imported(*options: str) -> tuple[int, str, list[str]]:
        arguments = ("import", "activities", str(file), "--tenant", shop.made.slug, *options)
        code, out, err = await guerdon(tmp_path, *arguments, GUERDON_DATABASE_URL=database_urls.url)
        *told, total = err.splitlines()
        assert total == "7 errors."
        return code, out.splitlines()[-1], told

    async with nothing_written(shop.live):
        code, _, dry = await imported("--dry-run")
    assert code == 1
    first, again = await imported(), await imported()
    assert first == (1, "2 recorded, 0 known, 0 new members.", dry)
    assert again == (1, "0 recorded, 2 known, 0 new members.", dry)
    places = [line.split(": ", 2) for line in dry]
    assert [(name, where) for name, where, _ in places] == [
        (file.name, f"line {line}, {column}") for line, column in WRONG.items()
    ]
    assert all(message.strip() for _, _, message in places)
    assert await shop.live.available() == 49


async def test_a_file_without_a_column_is_refused_whole(
    open_shop: OpenShop, database_urls: DatabaseUrls, tmp_path: Path
) -> None:
    shop = await open_shop()
    await shop.live.open(rules(per_amount()))
    file = tmp_path / "purchases.csv"
    file.write_text("key,member,occurred_at,amount,colour\na,ann,2025-03-01,19.99,red\n")
    async with nothing_written(shop.live):
        code, _, err = await guerdon(
            tmp_path, "import", "activities", str(file), "--tenant", shop.made.slug,
            GUERDON_DATABASE_URL=database_urls.url,
        )  # fmt: skip
    assert (code, [line.rsplit(":", 1)[0] for line in err.splitlines()]) == (
        1, ["purchases.csv: line 1, currency", "purchases.csv: line 1, colour", "2 errors."],
    )  # fmt: skip
