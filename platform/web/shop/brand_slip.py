"""What stands beside a brand's goods: how it gets to know a member of the club, and what it knows of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from web.shop.brands import Brand, Own
from web.shop.markup import EMPTY, Html, html, join
from web.shop.pages import Visit, money
from web.shop.partner import Entry, Guest, Perk, Reward

CONSENTS = {
    "BALANCE": "how many knots I have",
    "HISTORY": "how they came and went",
    "PROFILE_NAME": "my name",
    "TIER": "my tier, and what it brings",
}
"""What a member can let a brand see, in their words."""

POINTS_LEAST = 100
"""So many knots at least pay for something."""


class Beside(Protocol):
    """What of a brand's page is shown here."""

    @property
    def brand(self) -> Brand: ...
    @property
    def guest(self) -> Guest | None: ...
    @property
    def code(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def perks(self) -> tuple[Perk, ...]: ...
    @property
    def rewards(self) -> tuple[Reward, ...]: ...
    @property
    def own_points(self) -> int: ...


def slip(visit: Visit, at: Beside) -> Html:
    """What the brand knows of who is there, or how it gets to know them."""
    if visit.customer is None:
        return html(
            """<h2>{club} members earn here</h2><p>{earns}, and every knot pays for something.</p>
            <a class="button wide" href="{base}/sign-in">Sign in or join</a>""",
            club=visit.store.name, earns=at.brand.earns, base=visit.base,
        )  # fmt: skip
    return _unknown(visit, at) if at.guest is None else _known(visit, at, at.guest)


def _known(visit: Visit, at: Beside, guest: Guest) -> Html:
    address = f"{visit.base}/partners/{at.brand.slug}"
    tier = html('<span class="chip">{tier}</span>', tier=guest.tier) if guest.tier else EMPTY
    return html(
        """<h2>{name} {tier}</h2>{points}{perks}{rewards}{entries}{own}{sees}""",
        name=f"Welcome back, {guest.name}" if guest.name else "Welcome back", tier=tier,
        points=_balance(guest.points) if guest.points is not None else EMPTY,
        perks=_perks(address, at) if at.perks else EMPTY,
        rewards=_rewards(address, at, guest) if at.rewards else EMPTY,
        entries=_entries(address, at.brand, guest.entries) if guest.entries is not None else EMPTY,
        own=_own_points(address, at, at.brand.own) if at.brand.own is not None else EMPTY,
        sees=_sees(address, at.brand, guest),
    )  # fmt: skip


def _balance(points: int) -> Html:
    lacking = POINTS_LEAST - points
    worth = html(
        """<progress max="{least}" value="{points}" aria-label="Knots towards paying with them"></progress>
        <p class="band">{lacking:,} more, and they pay for something here.</p>""",
        least=POINTS_LEAST, points=max(0, points), lacking=lacking,
    ) if lacking > 0 else html('<p class="band">They pay for {worth} here.</p>', worth=money(points))  # fmt: skip
    return html(
        '<div><p class="balance">{points:,} <span>knots</span></p>{worth}</div>', points=points, worth=worth
    )  # fmt: skip


def _perks(address: str, at: Beside) -> Html:
    return html(
        '<div><h3>For you</h3><ul class="perks">{each}</ul></div>',
        each=join(
            html(
                """<li><span>{name}{left}</span><form method="post" action="{address}/perk">
                <input type="hidden" name="key" value="{key}"><input type="hidden" name="offer" value="{offer}">
                <button class="plain" aria-label="Use {name}"{none}>Use</button></form></li>""",
                name=perk.name, address=address, key=at.key, offer=perk.offer,
                left=EMPTY if perk.left is None else html(' <em>{left} left</em>', left=perk.left),
                none=EMPTY if perk.left is None or perk.left > 0 else html(" disabled"),
            )
            for perk in at.perks
        ),
    )  # fmt: skip


def _rewards(address: str, at: Beside, guest: Guest) -> Html:
    return html(
        '<div><h3>For your knots</h3><ul class="perks">{each}</ul></div>',
        each=join(
            html(
                """<li><span>{name}<br><em>{about}</em></span><form method="post" action="{address}/redeem">
                <input type="hidden" name="key" value="{key}"><input type="hidden" name="reward" value="{reward}">
                <button class="plain" aria-label="{name} for {points:,} knots"{none}>{points:,} knots</button></form>
                </li>""",
                name=reward.name, about=reward.about if reward.in_stock else "All gone for now.", address=address,
                key=at.key, reward=reward.id, points=reward.points,
                none=EMPTY if reward.in_stock and (guest.points is None or guest.points >= reward.points)
                else html(" disabled"),
            )
            for reward in at.rewards
        ),
    )  # fmt: skip


def _entries(address: str, brand: Brand, entries: Sequence[Entry]) -> Html:
    if not entries:
        return html("<p>Nothing yet. Here it is {earns}.</p>", earns=brand.earns)
    back = {entry.order for entry in entries if entry.kind == "RETURNED"}
    return html(
        '<div><h3>Lately</h3><ul class="entries">{each}</ul></div>',
        each=join(
            html(
                """<li><time datetime="{iso}">{day}</time><span>{what}{order}</span>
                <span class="price">{points}</span>{cancel}</li>""",
                iso=entry.at.isoformat(), day=f"{entry.at:%-d %b}", what=entry.kind.capitalize(),
                order=html(" <small>{order}</small>", order=entry.order) if entry.order else EMPTY,
                points=f"{entry.points:+,}".replace("-", "−"),
                cancel=_cancel(address, entry.order)
                if entry.kind == "EARNED" and entry.order and entry.order not in back else EMPTY,
            )
            for entry in entries
        ),
    )  # fmt: skip


def _cancel(address: str, order: str) -> Html:
    return html(
        """<form method="post" action="{address}/cancel"><input type="hidden" name="order" value="{order}">
        <button class="link" aria-label="Cancel order {order}">Cancel</button></form>""",
        address=address, order=order,
    )  # fmt: skip


def _own_points(address: str, at: Beside, own: Own) -> Html:
    return html(
        """<div><h3>Your {several}</h3><form method="post" action="{address}/convert" class="converting">
        <p><strong>{have:,}</strong> {several} with {name}. {rate} {several} are 1 knot, {least} or more at once, in
        steps of {multiple}.</p><input type="hidden" name="key" value="{key}">
        <label for="amount">{Several}</label><input id="amount" name="amount" type="number" inputmode="numeric" required
        min="{least}" step="{multiple}" value="{least}"><button class="plain" name="way" value="in">Into knots</button>
        <button class="plain" name="way" value="out">From knots</button></form></div>""",
        several=own.several, Several=own.several.capitalize(), address=address, have=at.own_points, name=at.brand.name,
        rate=own.rate, least=own.least, multiple=own.multiple, key=at.key,
    )  # fmt: skip


def _sees(address: str, brand: Brand, guest: Guest) -> Html:
    return html(
        """<details><summary>What {name} sees</summary><ul class="sees">{each}</ul>
        <form method="post" action="{address}/unlink"><p>Your knots stay yours. {name} forgets who you are, and gives
        you none any more, until you link again.</p><button class="plain">Unlink me</button></form></details>""",
        name=brand.name, address=address,
        each=join(
            html('<li data-seen="{seen}">{mark} {text}</li>', seen=name in guest.consent,
                 mark="✓" if name in guest.consent else "Not",
                 text=text.replace("I have", "you have").replace("my ", "your "))
            for name, text in CONSENTS.items()
        ),
    )  # fmt: skip


def _unknown(visit: Visit, at: Beside) -> Html:
    boxes = join(
        html('<label><input type="checkbox" name="{name}" checked> {text}</label>', name=name, text=text)
        for name, text in CONSENTS.items()
    )
    address = f"{visit.base}/partners/{at.brand.slug}"
    made = html(
        """<p role="status">Your code is <strong>{code}</strong>. It is good once, for a quarter of an hour.</p>""",
        code=at.code,
    ) if at.code else EMPTY  # fmt: skip
    return html(
        """<h2>{name} does not know you yet</h2><p class="band">{earns}, once it does. Two steps:</p>
        <ol class="steps"><li{first}>
        <form method="post" action="{address}/code" class="consents"><fieldset>
        <legend>{club} gives you a code. With it {name} may see</legend>{boxes}</fieldset>
        <button{plain}>{get}</button></form>{made}</li><li>
        <form method="post" action="{address}/link" class="inline"><label for="code">Give it to {name}</label>
        <input id="code" name="code" value="{code}" required maxlength="20" autocomplete="off" spellcheck="false"
        placeholder="XXXX-XXXX"><button>Link</button></form></li></ol>""",
        name=at.brand.name, club=visit.store.name, address=address, boxes=boxes, made=made, code=at.code,
        earns=at.brand.earns, first=html(" data-done") if at.code else EMPTY,
        plain=html(' class="plain"') if at.code else EMPTY, get="Get another code" if at.code else "Get a code",
    )  # fmt: skip
