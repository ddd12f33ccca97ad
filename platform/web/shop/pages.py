"""The shop's pages. Plain HTML that works without scripts; the panel is what a merchant would put there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from web.shop.basket import PIECES_MAX, Basket, Bill, bill
from web.shop.catalogue import CURRENCY, RECORDS, Record
from web.shop.guerdon import Account, Customer, Order, OrderLine, Reward
from web.shop.markup import EMPTY, Html, html, join


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks at a page, with what in the basket; `key` is the shop's publishable key, `notice` one of `NOTICES`."""

    key: str
    basket: Basket
    customer: Customer | None
    notice: str = ""


NOTICES = {
    "RETURNED": "Returned. What it earned was taken back.",
    "INSUFFICIENT_POINTS": "You do not have that many points.",
    "OUT_OF_RANGE": "So many points cannot be used here: at least 20, and for at most half of the total.",
    "NOT_ELIGIBLE": "So many points cannot be used here: at least 20, and for at most half of the total.",
}


def shelf(visit: Visit) -> Html:
    """All records."""
    body = html(
        """<section class="hero"><h1>Records worth crossing town for.</h1>
        <p>Every dollar is a point, every point is closer to the next record.</p></section>
        <ul class="shelf">{records}</ul>""",
        records=join(map(_card, RECORDS.values())),
    )
    return _page(visit, "Records", body)


def cart(visit: Visit, account: Account | None, order: str, code: str) -> Html:
    """The basket, its bill and the panel; `order` is the number that an order placed from here will have."""
    if not visit.basket.count:
        empty = html('<h1>Your cart</h1><p>It is empty. <a class="button" href="/shop">Find a record</a></p>')
        return _page(visit, "Cart", _beside(visit, empty))
    reward = next((one for one in account.rewards if one.code == code and not one.used), None) if account else None
    due = bill(visit.basket, reward.terms if reward else None)
    body = html(
        """<h1>Your cart</h1><ul class="lines">{lines}</ul>{codes}{bill}{order}""",
        lines=join(_cart_line(record, pieces) for record, pieces in visit.basket.records),
        codes=_codes(account, code, reward) if account else EMPTY,
        bill=_bill(due, reward),
        order=_place_order(account, order, code if reward else "", due),
    )
    return _page(visit, "Cart", _beside(visit, body, visit.basket))


def sign_in(visit: Visit, customers: Sequence[Customer]) -> Html:
    """Customers to be, from the demo's own, or somebody new."""
    body = html(
        """<h1>Who do you want to be?</h1>
        <p class="lead">These customers really bought at CDNOW in 1997 and 1998; their names are made up and their
        dates moved to today.</p>
        <ul class="people">{people}</ul>
        <h2>Or somebody new</h2>
        <form method="post" action="/shop/join" class="inline"><label for="name">Your name</label>
        <input id="name" name="name" required maxlength="60" autocomplete="off"><button>Join</button></form>""",
        people=join(map(_person, customers)),
    )
    return _page(visit, "Sign in", body)


def account(visit: Visit, found: Account, placed: str) -> Html:
    """What a customer ordered, with a button to return a record, and the panel."""
    thanks = next((order for order in found.orders if order.id == placed), None)
    body = html(
        "{thanks}<h1>Your orders</h1>{orders}",
        thanks=_thanks(thanks) if thanks else EMPTY,
        orders=html('<ol class="orders">{each}</ol>', each=join(map(_order, found.orders)))
        if found.orders
        else html("<p>There are none yet.</p>"),
    )
    return _page(visit, "Orders", _beside(visit, body))


def closed(reason: str) -> Html:
    """What is shown when there is no demo, or Guerdon cannot be reached."""
    body = html("<h1>The shop is closed</h1><p>{reason}</p>", reason=reason)
    return _page(Visit("", Basket(), None), "Closed", body)


def _page(visit: Visit, title: str, body: Html) -> Html:
    count = visit.basket.count
    return html(
        """<!doctype html><html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{title} · CDNOW demo shop</title><link rel="icon" href="/shop/covers/CD-101.svg">
        <link rel="stylesheet" href="/shop/assets/shop.css"><script type="module" src="/shop/assets/shop.js"></script>
        <script type="module" src="/widgets/guerdon.js"></script></head><body>
        <p class="demo">This is Guerdon’s demo shop: nothing here is sold, and no card is asked for.</p>
        <header><a class="logo" href="/shop">CDNOW</a><nav aria-label="Shop"><a href="/shop">Records</a>{who}
        <a href="/shop/cart" class="cart">Cart{count}</a></nav></header>
        <main>{notice}{body}</main></body></html>""",
        title=title,
        who=_who(visit.customer),
        count=html(' <span class="count">{count}</span>', count=count) if count else EMPTY,
        notice=html('<p class="notice" role="status">{text}</p>', text=_notice(visit.notice))
        if visit.notice
        else EMPTY,
        body=body,
    )


def _notice(code: str) -> str:
    return NOTICES.get(code, "That did not work. Nothing was charged.")


def _who(customer: Customer | None) -> Html:
    if customer is None:
        return html('<a href="/shop/sign-in">Sign in</a>')
    return html(
        """<a href="/shop/account">{name}</a><form method="post" action="/shop/sign-out">
        <button class="link">Sign out</button></form>""",
        name=customer.name.split()[0],
    )


def _beside(visit: Visit, body: Html, basket: Basket | None = None) -> Html:
    panel = html(
        """<guerdon-panel key="{key}" currency="{currency}"{cart}{member}>
        <a slot="sign-in" class="button" href="/shop/sign-in">Sign in or join</a></guerdon-panel>""",
        key=visit.key,
        currency=CURRENCY,
        cart=html(' cart="{cart}"', cart=json.dumps(basket.cart())) if basket is not None else EMPTY,
        member=html(" data-signed-in") if visit.customer else EMPTY,
    )
    return html('<div class="beside"><div>{body}</div><aside>{panel}</aside></div>', body=body, panel=panel)


def _card(record: Record) -> Html:
    return html(
        """<li><img src="/shop/covers/{sku}.svg" alt="" width="400" height="400" loading="lazy">
        <p class="genre">{genre}</p><h2>{title}</h2><p class="band">{band}</p>
        <form method="post" action="/shop/cart"><input type="hidden" name="sku" value="{sku}">
        <span class="price">{price}</span><button aria-label="Add {title} to the cart">Add</button></form></li>""",
        sku=record.sku, genre=record.genre, title=record.title, band=record.band, price=money(record.cents),
    )  # fmt: skip


def _cart_line(record: Record, pieces: int) -> Html:
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
        <form method="post" action="/shop/cart" class="pieces"><input type="hidden" name="sku" value="{sku}">
        <label class="unseen" for="n-{sku}">Pieces of {title}</label>
        <select id="n-{sku}" name="pieces">{options}</select>
        <button class="plain">Update</button></form><span class="price">{price}</span></li>""",
        sku=record.sku, title=record.title, band=record.band, options=options, price=money(record.cents * pieces),
    )  # fmt: skip


def _codes(account: Account, code: str, reward: Reward | None) -> Html:
    unused = [one for one in account.rewards if not one.used]
    known = join(html('<option value="{code}">{name}</option>', code=one.code, name=one.name) for one in unused)
    wrong = html('<p class="wrong">This is none of your codes, or it was used.</p>') if code and not reward else EMPTY
    return html(
        """<form method="get" action="/shop/cart" class="inline"><label for="code">Reward code</label>
        <input id="code" name="code" value="{code}" list="codes" autocomplete="off" spellcheck="false" maxlength="64">
        <datalist id="codes">{known}</datalist><button class="plain">Apply</button></form>{wrong}""",
        code=code, known=known, wrong=wrong,
    )  # fmt: skip


def _bill(one: Bill, reward: Reward | None) -> Html:
    rows = [("Records", money(sum(line["amount"] for line in one.lines if line["id"] not in ("shipping", "reward"))))]
    if reward is not None:
        gift = any(line["id"] == "reward" for line in one.lines)
        rows.append((reward.name, f"−{money(one.off)}" if one.off else "added" if gift else ""))
    rows.append(("Shipping", money(one.shipping) if one.shipping else "free"))
    each = join(html("<div><dt>{what}</dt><dd>{much}</dd></div>", what=what, much=much) for what, much in rows)
    total = html('<div class="total"><dt>Total</dt><dd>{total}</dd></div>', total=money(one.total))
    return html('<dl class="bill">{each}{total}</dl>', each=each, total=total)


def _place_order(account: Account | None, order: str, code: str, one: Bill) -> Html:
    if account is None:
        return html('<p><a class="button wide" href="/shop/sign-in">Sign in to order</a></p>')
    points = (
        html(
            """<label class="points" for="points">Pay with points<input id="points" name="points" type="number"
            inputmode="numeric" min="0" max="{most}" placeholder="0"><span>of {points}; the shop takes up to half of the
            total</span></label>""",
            most=account.available, points=account.customer.points,
        )
        if account.available and one.total
        else EMPTY
    )  # fmt: skip
    return html(
        """<form method="post" action="/shop/checkout" class="checkout">
        <input type="hidden" name="order" value="{order}">
        <input type="hidden" name="code" value="{code}">{points}<button class="wide">Place the order</button></form>""",
        order=order, code=code, points=points,
    )  # fmt: skip


def _person(customer: Customer) -> Html:
    return html(
        """<li><form method="post" action="/shop/sign-in"><button name="customer" value="{id}">
        <span class="name">{name}</span><span class="band">{points}</span></button></form></li>""",
        id=customer.id, name=customer.name, points=customer.points,
    )  # fmt: skip


def _thanks(order: Order) -> Html:
    earned = f"It earned {order.points:,} points." if order.points else ""
    return html(
        """<section class="thanks" role="status"><h2>Thank you. Order {id} is placed.</h2><p>{earned}</p></section>""",
        id=order.id, earned=earned,
    )  # fmt: skip


def _order(order: Order) -> Html:
    lines = [line for line in order.lines if line.kind != "SHIPPING"]
    return html(
        """<li><header><h2>{id}</h2><time datetime="{iso}">{day}</time>{points}</header><ul>{lines}</ul></li>""",
        id=order.id, iso=order.at.isoformat(), day=f"{order.at:%-d %b %Y}",
        points=html('<span class="chip">+{points:,} points</span>', points=order.points) if order.points > 0 else EMPTY,
        lines=join(_order_line(order, line) for line in lines),
    )  # fmt: skip


def _order_line(order: Order, line: OrderLine) -> Html:
    record = RECORDS.get(line.sku or "")
    plain = "Record of the month" if line.kind == "REWARD" else "Record" if line.pieces == 1 else "Records"
    left = line.pieces - line.returned
    back = html(
        """<form method="post" action="/shop/return"><input type="hidden" name="order" value="{order}">
        <input type="hidden" name="line" value="{line}"><input type="hidden" name="nth" value="{nth}">
        <button class="plain" aria-label="Return one {what} of order {order}">Return one</button></form>""",
        order=order.id, line=line.id, nth=line.returned + 1, what=record.title if record else plain,
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
