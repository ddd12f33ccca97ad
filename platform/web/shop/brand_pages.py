"""The pages of a club whose members earn and spend at several brands: its own, and one of each brand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from web.shop.brands import Brand
from web.shop.catalogue import Record
from web.shop.markup import EMPTY, Html, html, join
from web.shop.pages import Visit, beside, money, page
from web.shop.partner import Entry, Guest, Offer

CONSENTS = {
    "BALANCE": "how many knots I have",
    "HISTORY": "how they came and went",
    "PROFILE_NAME": "my name",
}
"""What a member can let a brand see, in their words."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a brand's page shows: who is there, what they chose with what it would come to, and what they just did.

    `code` is one that they just made, `order` the number that an order placed from here will have.
    """

    brand: Brand
    guest: Guest | None
    code: str = ""
    record: Record | None = None
    offer: Offer | None = None
    order: str = ""
    placed: str = ""


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
        """{thanks}<h1>{line}</h1>{chosen}<ul class="shelf">{goods}</ul>""",
        thanks=_thanks(visit, at) if at.placed else EMPTY,
        line=at.brand.line,
        chosen=_chosen(visit, at) if at.record is not None and at.guest is not None else EMPTY,
        goods=join(_good(visit, at, record) for record in at.brand.goods.values()),
    )
    shown = html(
        '<div class="beside"><div>{body}</div><aside class="slip">{slip}</aside></div>',
        body=body, slip=_slip(visit, at),
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
        <input id="points" name="points" type="number" inputmode="numeric" min="0" max="{most}" step="1" value="0">
        <span>1 knot is 1 ¢, from 100 on. You can use {most:,}.</span></div>""",
        most=offer.points_most,
    ) if offer.points_most else EMPTY  # fmt: skip
    return html(
        """<section class="chosen" aria-label="Your order"><img src="/shop/covers/{sku}.svg" alt="" width="96"
        height="96"><div><p class="genre">{genre}</p><h2>{title}</h2>
        <p>{price}{earns}</p></div>
        <form method="post" action="{base}/partners/{slug}/book" class="checkout">
        <input type="hidden" name="order" value="{order}"><input type="hidden" name="sku" value="{sku}">
        {points}<button class="wide">{verb} for {price}</button></form></section>""",
        sku=record.sku, genre=record.genre, title=record.title, price=money(record.cents), order=at.order,
        earns=f" and {offer.earns:,} knots for you" if offer.earns else "", points=points, verb=at.brand.verb,
        base=visit.base, slug=at.brand.slug,
    )  # fmt: skip


def _thanks(visit: Visit, at: Shown) -> Html:
    return html(
        """<section class="thanks" role="status"><h2>{done}. Your number is {order}.</h2>
        <form method="post" action="{base}/partners/{slug}/cancel"><input type="hidden" name="order" value="{order}">
        <button class="plain">Cancel it</button></form></section>""",
        done=at.brand.done, order=at.placed, base=visit.base, slug=at.brand.slug,
    )  # fmt: skip


def _slip(visit: Visit, at: Shown) -> Html:
    """What the brand knows of who is there, or how it gets to know them."""
    if visit.customer is None:
        return html(
            """<h2>{club} members earn here</h2><p>{earns}, and every knot pays for something.</p>
            <a class="button wide" href="{base}/sign-in">Sign in or join</a>""",
            club=visit.store.name, earns=at.brand.earns, base=visit.base,
        )  # fmt: skip
    return _known(at.brand, at.guest) if at.guest is not None else _unknown(visit, at)


def _known(brand: Brand, guest: Guest) -> Html:
    told = html('<p class="balance">{points:,} <span>knots</span></p>', points=guest.points or 0)
    return html(
        """<h2>{name}</h2>{points}{entries}""",
        name=f"Welcome back, {guest.name}" if guest.name else "Welcome back",
        points=told if guest.points is not None else EMPTY,
        entries=_entries(guest.entries)
        if guest.entries
        else html('<p class="band">More of you {name} does not see.</p>', name=brand.name),
    )


def _entries(entries: Sequence[Entry]) -> Html:
    return html(
        "<h3>Lately</h3><ul class=\"entries\">{each}</ul>",
        each=join(
            html(
                """<li><time datetime="{iso}">{day}</time><span>{what}</span>
                <span class="price">{points}</span></li>""",
                iso=entry.at.isoformat(), day=f"{entry.at:%-d %b}", what=entry.order or entry.kind.capitalize(),
                points=f"{entry.points:+,}".replace("-", "−"),
            )
            for entry in entries
        ),
    )  # fmt: skip


def _unknown(visit: Visit, at: Shown) -> Html:
    boxes = join(
        html('<label><input type="checkbox" name="{name}" checked> {text}</label>', name=name, text=text)
        for name, text in CONSENTS.items()
    )
    address = f"{visit.base}/partners/{at.brand.slug}"
    made = html('<p role="status">Your code is <strong>{code}</strong>. It is good once, for a quarter of an hour.</p>',
                code=at.code)  # fmt: skip
    return html(
        """<h2>{name} does not know you yet</h2><ol class="steps"><li>
        <form method="post" action="{address}/code" class="consents"><fieldset>
        <legend>{club} gives you a code. With it {name} may see</legend>{boxes}</fieldset>
        <button class="plain">Get a code</button></form>{made}</li><li>
        <form method="post" action="{address}/link" class="inline"><label for="code">Give it to {name}</label>
        <input id="code" name="code" value="{code}" required maxlength="20" autocomplete="off" spellcheck="false">
        <button>Link</button></form></li></ol>""",
        name=at.brand.name, club=visit.store.name, address=address, boxes=boxes, made=made if at.code else EMPTY,
        code=at.code,
    )  # fmt: skip
