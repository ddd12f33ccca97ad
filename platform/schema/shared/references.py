"""How inputs say who: a member by our id or by the merchant's."""

from __future__ import annotations

import strawberry

from schema.shared.declare import UNSET, choice, field


@choice
class MemberReferenceInput:
    """A member."""

    id: strawberry.ID | None = field(default=UNSET, description="By our id, `mem_…`.")
    external_id: str | None = field(default=UNSET, description="By the merchant's own id.")
