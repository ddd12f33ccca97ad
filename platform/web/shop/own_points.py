"""A brand's own programme, as far as a demo needs one: the points of whoever is there are in a cookie."""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response

from web.shop.brands import Own
from web.shop.counter import read_number

COOKIE = "brand_points"


@dataclass(frozen=True, slots=True)
class Purse:
    """How many points of a brand's own `customer` has, and what changed them last, so that it does so once."""

    customer: str
    points: int
    last: str = ""

    @classmethod
    def of(cls, request: Request, own: Own, customer: str) -> Purse:
        """What the cookie holds; whoever comes for the first time is given some."""
        points, _, rest = request.cookies.get(COOKIE, "").partition(".")
        last, _, whose = rest.partition(".")
        return cls(customer, read_number(points), last) if whose == customer else cls(customer, own.start)

    def changed(self, points: int, by: str) -> Purse:
        """The same with more points, or fewer; once for each `by`."""
        return self if by == self.last else replace(self, points=max(0, self.points + points), last=by)

    def keep(self, response: Response, path: str) -> Response:
        """Have the browser keep it."""
        value = f"{self.points}.{self.last}.{self.customer}"
        response.set_cookie(COOKIE, value, max_age=30 * 86_400, path=path, httponly=True, samesite="lax")
        return response
