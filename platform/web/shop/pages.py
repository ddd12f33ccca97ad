"""The shop's pages. Plain HTML that works without scripts; the panel is what a merchant would put there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from web.shop.basket import PIECES_MAX, Basket, Bill, bill
from web.shop.brands import Brand
from web.shop.catalogue import CURRENCY, Record
from web.shop.guerdon import Account, Customer, Order, OrderLine, Reward
from web.shop.markup import EMPTY, Html, html, join
from web.shop.stores import RECORD_SHOP, Store


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks at a page, with what in the basket; `key` is the shop's publishable key, `notice` one of `NOTICES`.

    `base` is where the shop is: what all of its addresses begin with.
    """

    key: str
    basket: Basket
    customer: Customer | None
    notice: str = ""
    store: Store = RECORD_SHOP
    base: str = "/shop"


NOTICES = {
    "RETURNED": "Returned. What it earned was taken back.",
    "INSUFFICIENT_POINTS": "You do not have that many points.",
    "OUT_OF_RANGE": "So many points cannot be used here: at least 20, and for at most half of the total.",
    "NOT_ELIGIBLE": "So many points cannot be used here: at least 20, and for at most half of the total.",
}

_IDLE = "We take no part in the club right now. Nothing was charged."
_NO_KNOTS = "We cannot give knots right now, so nothing was charged. Please try again tomorrow."
_SPEND = "So many knots cannot be used here: at least 100, and no more than it costs."

BRANDS_NOTICES = {
    "CANCELLED": "Cancelled. What it earned was taken back, and knots that paid for it are yours again.",
    "LINKED": "Welcome: from now on you earn and spend here.",
    "UNLINKED": "We do not know you any more. Your knots are yours still, and other brands know you as before.",
    "UNDONE": "Undone. All is as it was before.",
    "PERK_USED": "Enjoy it: it is on the club.",
    "REWARD_GONE": "That is not to be had any more. No knots were spent.",
    "CODE_INVALID": "That code is not good, or not any more. Get a new one: it is good once, for a quarter of an hour.",
    "ALREADY_LINKED": "You are known here already.",
    "CREDIT_LIMIT": _NO_KNOTS,
    "PREPAID_EMPTY": _NO_KNOTS,
    "EARN_NOT_ALLOWED": _NO_KNOTS,
    "CAP_REACHED": "That is more knots than we may give or take in a day. Nothing was charged; try fewer, or tomorrow.",
    "PARTNER_FROZEN": _IDLE,
    "NO_TERMS": _IDLE,
    "BURN_NOT_ALLOWED": "We do not take knots right now. You can pay by card, and earn.",
    "TOO_FRESH": "Some of these knots are too new to be spent here. Try again tomorrow, or use fewer.",
    "INSUFFICIENT_POINTS": "You do not have that many knots.",
    "OUT_OF_RANGE": _SPEND,
    "NOT_ELIGIBLE": _SPEND,
    "LIMIT_REACHED": "You have used that as often as you can for now.",
    "ORDER_NOT_FOUND": "We know no such order of yours.",
    "OWN_POINTS": "You do not have that many. Nothing was converted.",
    "CONVERT_RANGE": "So many cannot be converted. Nothing was; see below how many can.",
    "UNDO_ENDED": "That can be undone on the same day only.",
    "UNDO_ALREADY_CLOSED": "That was undone before.",
    "UNDO_INSUFFICIENT_POINTS": "Those knots were spent already, so it cannot be undone.",
}
"""Likewise on the pages of a club's brands."""

_DONE = frozenset({"RETURNED", "CANCELLED", "LINKED", "UNLINKED", "UNDONE", "PERK_USED"})
"""Those of them that tell of something that went well."""


def shelf(visit: Visit) -> Html:
    """All that is on sale."""
    body = html(
        """<section class="hero"><h1>{headline}</h1><p>{lead}</p></section><ul class="shelf">{goods}</ul>""",
        headline=visit.store.headline, lead=visit.store.lead,
        goods=join(_card(visit, record) for record in visit.store.goods.values()),
    )  # fmt: skip
    return page(visit, visit.store.shelf, body)


def cart(visit: Visit, account: Account | None, order: str, code: str) -> Html:
    """The basket, its bill and the panel; `order` is the number that an order placed from here will have."""
    if not visit.basket.count:
        empty = html(
            '<h1>Your cart</h1><p>It is empty. <a class="button" href="{base}">Find a {one}</a></p>',
            base=visit.base, one=visit.store.one.lower(),
        )  # fmt: skip
        return page(visit, "Cart", beside(visit, empty))
    reward = next((one for one in account.rewards if one.code == code and not one.used), None) if account else None
    due = bill(visit.basket, reward.terms if reward else None)
    body = html(
        """<h1>Your cart</h1><ul class="lines">{lines}</ul>{codes}{bill}{order}""",
        lines=join(_cart_line(visit, record, pieces) for record, pieces in visit.basket.records),
        codes=_codes(visit, account, code, reward) if account else EMPTY,
        bill=_bill(visit.store, due, reward),
        order=_place_order(visit, account, order, code if reward else "", due),
    )
    return page(visit, "Cart", beside(visit, body, visit.basket))


def sign_in(visit: Visit, customers: Sequence[Customer]) -> Html:
    """Customers to be, from the demo's own, or somebody new."""
    body = html(
        """<h1>Who do you want to be?</h1>
        <p class="lead">{lead}</p>
        <ul class="people">{people}</ul>
        <h2>Or somebody new</h2>
        <form method="post" action="{base}/join" class="inline"><label for="name">Your name</label>
        <input id="name" name="name" required maxlength="60" autocomplete="off"><button>Join</button></form>""",
        people=join(_person(visit, customer) for customer in customers), lead=visit.store.people, base=visit.base,
    )  # fmt: skip
    return page(visit, "Sign in", body)


def account(visit: Visit, found: Account, placed: str) -> Html:
    """What a customer ordered, with a button to return a record, and the panel."""
    thanks = next((order for order in found.orders if order.id == placed), None)
    body = html(
        "{thanks}<h1>Your orders</h1>{orders}",
        thanks=_thanks(visit.store, thanks) if thanks else EMPTY,
        orders=html('<ol class="orders">{each}</ol>', each=join(_order(visit, order) for order in found.orders))
        if found.orders
        else html("<p>There are none yet.</p>"),
    )
    return page(visit, "Orders", beside(visit, body))


def club(visit: Visit) -> Html:
    """What the shop's members have besides points: each an element that a merchant would put there."""
    elements = (
        html('<{name} key="{key}"{member}></{name}>', name=Html(name), key=visit.key, member=_signed_in(visit))
        for name in visit.store.club
    )
    invitation = html(
        '<p class="invitation"><a class="button" href="{base}/sign-in">Sign in or join</a></p>', base=visit.base
    )
    body = html(
        """<h1>The {name} club</h1>{invitation}<div class="club">{shown}</div>""",
        name=visit.store.name, invitation=EMPTY if visit.customer else invitation, shown=join(elements),
    )  # fmt: skip
    return page(visit, "Club", body)


def closed(reason: str) -> Html:
    """What is shown when there is no demo, or Guerdon cannot be reached."""
    body = html("<h1>The shop is closed</h1><p>{reason}</p>", reason=reason)
    return page(Visit("", Basket(), None), "Closed", body)


def page(visit: Visit, title: str, body: Html, brand: Brand | None = None) -> Html:
    """A page of the shop, or of a brand's own, with what is around it."""
    return html(
        """<!doctype html><html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{title} · {name} demo shop</title><link rel="icon" href="/shop/covers/{icon}.svg">
        <link rel="stylesheet" href="/shop/assets/shop.css"><script type="module" src="/shop/assets/shop.js"></script>
        <script type="module" src="/widgets/guerdon.js"></script></head><body data-shop="{base}"{brand}>
        <p class="demo">This is Guerdon’s demo shop: nothing here is sold, and no card is asked for.</p>
        <header><a class="logo" href="{home}">{name}</a><nav aria-label="Shop"><a href="{base}">{back}</a>{club}{who}
        {cart}</nav></header>
        <main>{notice}{body}</main></body></html>""",
        title=title,
        base=visit.base,
        name=brand.name if brand else visit.store.name,
        home=f"{visit.base}/partners/{brand.slug}" if brand else visit.base,
        back=visit.store.name if brand else visit.store.shelf,
        brand=html(' data-brand="{slug}"', slug=brand.slug) if brand else EMPTY,
        icon=next(iter((brand or visit.store).goods)),
        club=html('<a href="{base}/club">Club</a>', base=visit.base) if visit.store.club else EMPTY,
        who=_who(visit),
        cart=EMPTY if visit.store.brands else _cart(visit),
        notice=_notice(visit) if visit.notice else EMPTY,
        body=body,
    )


def _cart(visit: Visit) -> Html:
    count = visit.basket.count
    return html(
        '<a href="{base}/cart" class="cart">Cart{count}</a>',
        base=visit.base,
        count=html(' <span class="count">{count}</span>', count=count) if count else EMPTY,
    )


def _notice(visit: Visit) -> Html:
    known = BRANDS_NOTICES if visit.store.brands else NOTICES
    text = known.get(visit.notice, "That did not work. Nothing was charged.")
    done = html('<p class="notice" role="status">{text}</p>', text=text)
    return done if visit.notice in _DONE else html('<p class="notice refused" role="alert">{text}</p>', text=text)


def _who(visit: Visit) -> Html:
    if visit.customer is None:
        return html('<a href="{base}/sign-in">Sign in</a>', base=visit.base)
    name = visit.customer.name.split()[0]
    return html(
        """{who}<form method="post" action="{base}/sign-out"><button class="link">Sign out</button></form>""",
        who=html("<span>{name}</span>", name=name) if visit.store.brands
        else html('<a href="{base}/account">{name}</a>', name=name, base=visit.base),
        base=visit.base,
    )  # fmt: skip


def _signed_in(visit: Visit) -> Html:
    return html(" data-signed-in") if visit.customer else EMPTY


def beside(visit: Visit, body: Html, basket: Basket | None = None) -> Html:
    """A page's body with the panel beside it, which quotes the basket if there is one."""
    panel = html(
        """<guerdon-panel key="{key}" currency="{currency}"{cart}{member}>
        <a slot="sign-in" class="button" href="{base}/sign-in">Sign in or join</a></guerdon-panel>""",
        base=visit.base,
        key=visit.key,
        currency=CURRENCY,
        cart=html(' cart="{cart}"', cart=json.dumps(basket.cart())) if basket is not None else EMPTY,
        member=_signed_in(visit),
    )
    return html('<div class="beside"><div>{body}</div><aside>{panel}</aside></div>', body=body, panel=panel)


def _card(visit: Visit, record: Record) -> Html:
    return html(
        """<li><img src="/shop/covers/{sku}.svg" alt="" width="400" height="400" loading="lazy">
        <p class="genre">{genre}</p><h2>{title}</h2><p class="band">{band}</p>
        <form method="post" action="{base}/cart"><input type="hidden" name="sku" value="{sku}">
        <span class="price">{price}</span><button aria-label="Add {title} to the cart">Add</button></form></li>""",
        sku=record.sku, genre=record.genre, title=record.title, band=record.band, price=money(record.cents),
        base=visit.base,
    )  # fmt: skip


def _cart_line(visit: Visit, record: Record, pieces: int) -> Html:
    options = join(
        html(
            '<option value="{n}"{chosen}>{n}</option>',
            n=number,
            chosen=html(" selected") if number == pieces else EMPTY,
        )
        for number in range(PIECES_MAX + 1)
    )
    return html(
        """<li><img src="/shop/covers/{sku}.svg" alt="" width="72" height="72">
        <div><h2>{title}</h2><p class="band">{band}</p></div>
        <form method="post" action="{base}/cart" class="pieces"><input type="hidden" name="sku" value="{sku}">
        <label class="unseen" for="n-{sku}">Pieces of {title}</label>
        <select id="n-{sku}" name="pieces">{options}</select>
        <button class="plain">Update</button></form><span class="price">{price}</span></li>""",
        sku=record.sku, title=record.title, band=record.band, options=options, price=money(record.cents * pieces),
        base=visit.base,
    )  # fmt: skip


def _codes(visit: Visit, account: Account, code: str, reward: Reward | None) -> Html:
    unused = [one for one in account.rewards if not one.used]
    known = join(html('<option value="{code}">{name}</option>', code=one.code, name=one.name) for one in unused)
    wrong = html('<p class="wrong">This is none of your codes, or it was used.</p>') if code and not reward else EMPTY
    return html(
        """<form method="get" action="{base}/cart" class="inline"><label for="code">Reward code</label>
        <input id="code" name="code" value="{code}" list="codes" autocomplete="off" spellcheck="false" maxlength="64">
        <datalist id="codes">{known}</datalist><button class="plain">Apply</button></form>{wrong}""",
        code=code, known=known, wrong=wrong, base=visit.base,
    )  # fmt: skip


def _bill(store: Store, one: Bill, reward: Reward | None) -> Html:
    rows = [
        (store.several, money(sum(line["amount"] for line in one.lines if line["id"] not in ("shipping", "reward"))))
    ]
    if reward is not None:
        gift = any(line["id"] == "reward" for line in one.lines)
        rows.append((reward.name, f"−{money(one.off)}" if one.off else "added" if gift else ""))
    rows.append(("Shipping", money(one.shipping) if one.shipping else "free"))
    each = join(html("<div><dt>{what}</dt><dd>{much}</dd></div>", what=what, much=much) for what, much in rows)
    total = html('<div class="total"><dt>Total</dt><dd>{total}</dd></div>', total=money(one.total))
    return html('<dl class="bill">{each}{total}</dl>', each=each, total=total)


def _place_order(visit: Visit, account: Account | None, order: str, code: str, one: Bill) -> Html:
    if account is None:
        return html('<p><a class="button wide" href="{base}/sign-in">Sign in to order</a></p>', base=visit.base)
    points = (
        html(
            """<label class="points" for="points">Pay with {unit}<input id="points" name="points" type="number"
            inputmode="numeric" min="0" max="{most}" placeholder="0"><span>of {points}; the shop takes up to half of the
            total</span></label>""",
            most=account.available, points=account.customer.points, unit=visit.store.unit,
        )
        if account.available and one.total
        else EMPTY
    )  # fmt: skip
    return html(
        """<form method="post" action="{base}/checkout" class="checkout">
        <input type="hidden" name="order" value="{order}">
        <input type="hidden" name="code" value="{code}">{points}<button class="wide">Place the order</button></form>""",
        order=order, code=code, points=points, base=visit.base,
    )  # fmt: skip


def _person(visit: Visit, customer: Customer) -> Html:
    return html(
        """<li><form method="post" action="{base}/sign-in"><button name="customer" value="{id}">
        <span class="name">{name}</span><span class="band">{points}</span></button></form></li>""",
        id=customer.id, name=customer.name, points=customer.points, base=visit.base,
    )  # fmt: skip


def _thanks(store: Store, order: Order) -> Html:
    earned = f"It earned {order.points:,} {store.unit}." if order.points else ""
    return html(
        """<section class="thanks" role="status"><h2>Thank you. Order {id} is placed.</h2><p>{earned}</p></section>""",
        id=order.id, earned=earned,
    )  # fmt: skip


def _order(visit: Visit, order: Order) -> Html:
    lines = [line for line in order.lines if line.kind != "SHIPPING"]
    return html(
        """<li><header><h2>{id}</h2><time datetime="{iso}">{day}</time>{points}</header><ul>{lines}</ul></li>""",
        id=order.id, iso=order.at.isoformat(), day=f"{order.at:%-d %b %Y}",
        points=html('<span class="chip">+{n:,} {unit}</span>', n=order.points, unit=visit.store.unit)
        if order.points > 0 else EMPTY,
        lines=join(_order_line(visit, order, line) for line in lines),
    )  # fmt: skip


def _order_line(visit: Visit, order: Order, line: OrderLine) -> Html:
    store = visit.store
    record = store.goods.get(line.sku or "")
    plain = store.gift if line.kind == "REWARD" else store.one if line.pieces == 1 else store.several
    left = line.pieces - line.returned
    back = html(
        """<form method="post" action="{base}/return"><input type="hidden" name="order" value="{order}">
        <input type="hidden" name="line" value="{line}"><input type="hidden" name="nth" value="{nth}">
        <button class="plain" aria-label="Return one {what} of order {order}">Return one</button></form>""",
        order=order.id, line=line.id, nth=line.returned + 1, what=record.title if record else plain,
        base=visit.base,
    ) if left > 0 and line.kind == "PRODUCT" else EMPTY  # fmt: skip
    return html(
        """<li>{cover}<span class="what">{pieces} × {title}{returned}</span>
        <span class="price">{price}</span>{back}</li>""",
        cover=html('<img src="/shop/covers/{sku}.svg" alt="" width="48" height="48">', sku=record.sku)
        if record else html('<span class="sleeve"></span>'),
        pieces=line.pieces, title=record.title if record else plain, price=money(line.cents), back=back,
        returned=html('<em>{n} returned</em>', n=line.returned) if line.returned else EMPTY,
    )  # fmt: skip


def money(cents: int) -> str:
    """An amount as the shop writes it: `$16.99`."""
    return f"${cents // 100:,}.{cents % 100:02}"
