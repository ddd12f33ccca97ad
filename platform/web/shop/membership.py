"""What the club's own page does for a member who is signed in: which brands know them, and a code for another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from web.shop.asking import Endpoint


@dataclass(frozen=True, slots=True)
class Membership:
    """A member on the storefront of a tenant of the demo at `address`, by its publishable key and their own token."""

    address: str
    key: str
    token: str

    async def brands(self) -> frozenset[str]:
        """The names of the brands that know the member."""
        return frozenset(link["partner"] for link in (await self._storefront().ask(_LINKS))["coalitionLinks"])

    async def code(self, consent: Sequence[str]) -> str:
        """A code by which one brand gets to know them, and what they let it see. Raises `Refusal`."""
        code: str = (await self._storefront().do(_CODE, consent=consent))["code"]
        return code

    def _storefront(self) -> Endpoint:
        headers = {"x-guerdon-key": self.key, "authorization": f"Bearer {self.token}"}
        return Endpoint(f"{self.address}/graphql/storefront", headers)


_LINKS = "{ coalitionLinks { partner } }"

_CODE = """mutation ($consent: [LinkConsent!]!) {
  coalitionLinkCodeCreate(input: {consent: $consent}) { code userErrors { code field message } }
}"""
