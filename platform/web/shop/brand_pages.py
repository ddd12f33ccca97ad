"""The pages of a club whose members earn and spend at several brands: its own, and one of each brand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from web.shop.brand_slip import POINTS_LEAST, slip
from web.shop.brands import Brand
from web.shop.catalogue import Record
from web.shop.markup import EMPTY, Html, html, join
from web.shop.pages import Visit, beside, money, page
from web.shop.partner import Conversion, Guest, Offer, Perk, Reward, Ticket


@dataclass(frozen=True, slots=True)
class Shown:
    """What a brand's page shows: who is there, what they chose with what it would come to, and what they just did.

    `code` is one that they just made, `order` the number that an order placed from here will have, `key` what makes
    whatever else is sent from here happen once. `own_points` are those of the brand's own programme.
    """

    brand: Brand
    guest: Guest | None
    code: str = ""
    record: Record | None = None
    offer: Offer | None = None
    order: str = ""
    placed: str = ""
    key: str = ""
    perks: tuple[Perk, ...] = ()
    rewards: tuple[Reward, ...] = ()
    ticket: Ticket | None = None
    own_points: int = 0
    converted: Conversion | None = None

    @property
    def busy(self) -> bool:
        """Whether there is something to look at first, on a phone above who is there."""
        return bool(self.placed or self.record or self.converted or self.ticket)


def club(visit: Visit, known: Collection[str]) -> Html:
    """The club's own page: its brands, of which some know the member, and the panel."""
    body = html(
        """<section class="hero"><h1>{headline}</h1><p>{lead}</p></section><ul class="brands">{brands}</ul>""",
        headline=visit.store.headline, lead=visit.store.lead,
        brands=join(_card(visit, brand, brand.name in known) for brand in visit.store.brands.values()),
    )  # fmt: skip
    return page(visit, visit.store.shelf, beside(visit, body))


def brand(visit: Visit, at: Shown) -> Html:
    """A brand's own page: what it sells, and beside it what it knows of the guest."""
    body = html(
        """{thanks}{converted}{ticket}{chosen}<h1>{line}</h1><ul class="shelf">{goods}</ul>
        <p class="office"><a href="{base}/partners/{slug}/office">For {name}’s own people: statements</a></p>""",
        thanks=_thanks(visit, at) if at.placed else EMPTY,
        converted=_converted(visit, at.brand, at.converted) if at.converted is not None else EMPTY,
        ticket=_ticket(at.ticket) if at.ticket is not None else EMPTY,
        chosen=_chosen(visit, at) if at.record is not None and at.guest is not None else EMPTY,
        line=at.brand.line,
        goods=join(_good(visit, at, record) for record in at.brand.goods.values()),
        base=visit.base, slug=at.brand.slug, name=at.brand.name,
    )  # fmt: skip
    shown = html(
        '<div class="beside"><div>{body}</div><aside class="slip{busy}">{slip}</aside></div>',
        body=body, slip=slip(visit, at), busy=" later" if at.busy else "",
    )  # fmt: skip
    return page(visit, at.brand.name, shown, at.brand)


def _card(visit: Visit, each: Brand, known: bool) -> Html:
    first = next(iter(each.goods.values()))
    return html(
        """<li data-brand="{slug}"><a href="{base}/partners/{slug}">
        <img src="/shop/covers/{sku}.svg" alt="" width="400" height="400">
        <div><h2>{name}</h2><p class="band">{line}</p><p class="earns">{earns}{known}</p></div></a></li>""",
        slug=each.slug, base=visit.base, sku=first.sku, name=each.name, line=each.line, earns=each.earns,
        known=html(' <span class="chip">Knows you</span>') if known else EMPTY,
    )  # fmt: skip


def _good(visit: Visit, at: Shown, record: Record) -> Html:
    choose = html(
        """<form method="get" action="{base}/partners/{slug}"><input type="hidden" name="offer" value="{sku}">
        <span class="price">{price}</span><button aria-label="{verb}: {title}">{verb}</button></form>""",
        base=visit.base, slug=at.brand.slug, sku=record.sku, price=money(record.cents), verb=at.brand.verb,
        title=record.title,
    ) if at.guest is not None else html('<p class="price">{price}</p>', price=money(record.cents))  # fmt: skip
    return html(
        """<li><img src="/shop/covers/{sku}.svg" alt="" width="400" height="400" loading="lazy">
        <p class="genre">{genre}</p><h2>{title}</h2><p class="band">{band}</p>{choose}</li>""",
        sku=record.sku, genre=record.genre, title=record.title, band=record.band, choose=choose,
    )  # fmt: skip


def _chosen(visit: Visit, at: Shown) -> Html:
    record, offer = at.record, at.offer
    assert record is not None and offer is not None, "what was chosen is offered"
    points = html(
        """<div class="points"><label for="points">Knots to use</label>
        <input id="points" name="points" type="number" inputmode="numeric" min="0" max="{most}" step="1"
        value="{used}" aria-describedby="points-help">
        <button class="plain" formmethod="get" formaction="{address}" name="offer" value="{sku}">Work it out</button>
        <span id="points-help">1 knot is 1 ¢, from {least} on. You can use up to {most:,}.</span></div>""",
        most=offer.points_most, used=offer.points, sku=record.sku, address=f"{visit.base}/partners/{at.brand.slug}",
        least=POINTS_LEAST,
    ) if offer.points_most else EMPTY  # fmt: skip
    return html(
        """<section class="chosen" aria-labelledby="chosen"><img src="/shop/covers/{sku}.svg" alt="" width="96"
        height="96"><div><p class="genre">{genre}</p><h2 id="chosen">{title}</h2><p class="band">{band}</p></div>
        {bill}<form method="post" action="{base}/partners/{slug}/book" class="checkout">
        <input type="hidden" name="order" value="{order}"><input type="hidden" name="sku" value="{sku}">
        {points}<button class="wide">{verb} for {due}</button></form>
        <p class="leave"><a href="{base}/partners/{slug}">Something else</a></p></section>""",
        sku=record.sku, genre=record.genre, title=record.title, band=record.band, order=at.order,
        bill=_quoted(record, offer), due=money(offer.due), points=points, verb=at.brand.verb, base=visit.base,
        slug=at.brand.slug,
    )  # fmt: skip


def _quoted(record: Record, offer: Offer) -> Html:
    paid = html(
        "<div><dt>{points:,} knots</dt><dd>−{worth}</dd></div>", points=offer.points,
        worth=money(record.cents - offer.due),
    ) if offer.points else EMPTY  # fmt: skip
    return html(
        """<dl class="bill"><div><dt>Price</dt><dd>{price}</dd></div>{paid}
        <div class="total"><dt>You pay</dt><dd>{due}</dd></div>
        <div class="earned"><dt>You earn</dt><dd>{earns:,} knots</dd></div></dl>""",
        price=money(record.cents), paid=paid, due=money(offer.due), earns=offer.earns,
    )  # fmt: skip


def _thanks(visit: Visit, at: Shown) -> Html:
    return html(
        """<section class="thanks" role="status"><h2>{done}. Your number is {order}.</h2>
        <p>What it earned is on your account already.</p>
        <form method="post" action="{base}/partners/{slug}/cancel"><input type="hidden" name="order" value="{order}">
        <button class="plain">Cancel it</button></form></section>""",
        done=at.brand.done, order=at.placed, base=visit.base, slug=at.brand.slug,
    )  # fmt: skip


def _converted(visit: Visit, brand: Brand, made: Conversion) -> Html:
    assert brand.own is not None, "it has points of its own"
    own, knots = f"{made.own:,} {brand.own.several}", f"{made.points:,} knots"
    return html(
        """<section class="thanks" role="status"><h2>{gave} became {got}.</h2>
        <p>If that was a mistake, it can be undone today.</p>
        <form method="post" action="{base}/partners/{slug}/undo">
        <input type="hidden" name="conversion" value="{id}"><button class="plain">Undo</button></form></section>""",
        gave=own if made.inward else knots, got=knots if made.inward else own, base=visit.base, slug=brand.slug,
        id=made.id,
    )  # fmt: skip


def _ticket(got: Ticket) -> Html:
    return html(
        """<section class="thanks" role="status"><h2>{name} is yours.</h2>
        <p>Your code is <strong>{code}</strong>. {instructions}</p></section>""",
        name=got.name, code=got.code, instructions=got.instructions,
    )  # fmt: skip
