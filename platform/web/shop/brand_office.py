"""What a brand's own people see: where it stands with the club, and its settlements with their statements."""

from __future__ import annotations

from web.shop.brands import Brand
from web.shop.markup import EMPTY, Html, html, join
from web.shop.pages import Visit, money, page
from web.shop.partner import Office, Settled

MICROS_OF_CENT = 10_000
STATES = {"DRAFT": "Being checked", "APPROVED": "Approved", "PAID": "Paid"}


def office(visit: Visit, brand: Brand, at: Office) -> Html:
    """The page. Anybody may look: it is a demo."""
    settled = html(
        """<div class="table"><table><caption class="unseen">Settlements</caption><thead><tr><th scope="col">No.</th>
        <th scope="col">Days</th><th scope="col">State</th><th scope="col" class="price">Due</th>
        <th scope="col">Statement</th></tr></thead><tbody>{rows}</tbody></table></div>""",
        rows=join(_row(visit, brand, each) for each in at.settled),
    ) if at.settled else html("<p>None yet: the first is drafted when a period is over.</p>")  # fmt: skip
    body = html(
        """<p><a href="{base}/partners/{slug}">← To the shop</a></p><h1>{name} and {club}</h1>
        <p class="lead">For the brand’s own people. In this demo anybody may look.</p>
        <dl class="figures">{figures}</dl><h2>Settlements</h2>{settled}""",
        base=visit.base, slug=brand.slug, name=brand.name, club=visit.store.name, figures=_figures(visit, at),
        settled=settled,
    )  # fmt: skip
    return page(visit, f"{brand.name}: statements", body, brand)


def _figures(visit: Visit, at: Office) -> Html:
    owes = at.owed >= 0
    shown = [(f"We owe {visit.store.name}" if owes else f"{visit.store.name} owes us", _micros(abs(at.owed)))]
    if at.prepaid is not None:
        shown.append(("Knots paid ahead and left", f"{at.prepaid:,}"))
    if at.credit is not None:
        shown.append(("We may owe still", _micros(at.credit)))
    return join(html("<div><dt>{what}</dt><dd>{much}</dd></div>", what=what, much=much) for what, much in shown)


def _row(visit: Visit, brand: Brand, each: Settled) -> Html:
    at = f"{visit.base}/partners/{brand.slug}/statements/{each.id}"
    due = "nothing" if not each.due else f"{'we pay' if each.due < 0 else 'we get'} {money(abs(each.due))}"
    return html(
        """<tr><td>{number}</td><td>{first} – {last}</td><td>{state}</td><td class="price">{due}</td>
        <td><a href="{at}.csv" download aria-label="Statement {number} as CSV">CSV</a>
        <a href="{at}.pdf" download aria-label="Statement {number} as PDF">PDF</a>{draft}</td></tr>""",
        number=each.number, first=f"{each.first_day:%-d %b}", last=f"{each.last_day:%-d %b %Y}",
        state=STATES.get(each.state, each.state), due=due, at=at,
        draft=html(" <em>may change</em>") if each.state == "DRAFT" else EMPTY,
    )  # fmt: skip


def _micros(amount: int) -> str:
    sign = "−" if amount < 0 else ""
    return sign + money(round(abs(amount) / MICROS_OF_CENT))
