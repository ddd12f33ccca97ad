"""docs/members.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from members.dependants import DEPENDANTS_MAX
from members.dependants import NAME_CHARACTERS_MAX as DEPENDANT_CHARACTERS_MAX
from members.errors import MemberErrorCode
from members.importing import ERRORS_MAX
from members.inputs import (
    ATTRIBUTE_CHARACTERS_MAX,
    ATTRIBUTES_MAX,
    CONSENTS_MAX,
    EXTERNAL_ID_CHARACTERS_MAX,
    NAME_CHARACTERS_MAX,
    TAG_CHARACTERS_MAX,
    TAGS_MAX,
)

DOCS = (Path(__file__).parents[2] / "docs" / "members.md").read_text()


def test_every_code_is_explained_and_no_other() -> None:
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", DOCS, re.MULTILINE)) == set(MemberErrorCode)


def test_limits_are_those_of_the_code() -> None:
    rows = dict(
        re.findall(
            r"^\| (external id|name, e-mail, phone|attributes|tags|consents|dependants) \| (.*) \|$", DOCS, re.MULTILINE
        )
    )
    assert rows["external id"].startswith(f"{EXTERNAL_ID_CHARACTERS_MAX} characters")
    assert rows["name, e-mail, phone"].startswith(f"{NAME_CHARACTERS_MAX}, ")
    assert rows["attributes"].startswith(f"{ATTRIBUTES_MAX} per member")
    assert f"texts of {ATTRIBUTE_CHARACTERS_MAX:,}" in rows["attributes"]
    assert rows["tags"] == f"{TAGS_MAX} per member, of {TAG_CHARACTERS_MAX} characters"
    assert rows["consents"].startswith(f"{CONSENTS_MAX} in one")
    assert rows["dependants"].startswith(f"{DEPENDANTS_MAX} per member; names of {DEPENDANT_CHARACTERS_MAX} characters")
    assert f"the first {ERRORS_MAX:,} are listed" in DOCS
