"""Draws the covers of the records: the same record always gets the same picture."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from random import Random

from web.shop.catalogue import Motif, Record

Draw = Callable[[Random, tuple[str, str, str, str]], str]


def cover(record: Record) -> str:
    """The cover of a record, as SVG of 400 by 400 without scripts, styles or text that needs a font of ours."""
    chance = Random(record.sku)  # noqa: S311 - for looks only
    art = _ART[record.motif](chance, record.palette)
    name = escape(f"{record.title} by {record.band}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" role="img"><title>{name}</title>'
        f'<rect width="400" height="400" fill="{record.palette[0]}"/>{art}</svg>'
    )


def _sun(chance: Random, palette: tuple[str, str, str, str]) -> str:
    _, sun, glow, sea = palette
    x, y = chance.randint(140, 260), chance.randint(140, 175)
    bands = "".join(
        f'<rect x="0" y="{238 + step * 27}" width="400" height="{6 + step * 3}" fill="{sea}"/>' for step in range(6)
    )
    glint = "".join(
        f'<rect x="{x - 64 + step * 9}" y="{244 + step * 27}" width="{128 - step * 18}" height="5" fill="{sun}"/>'
        for step in range(6)
    )
    rings = f'<circle cx="{x}" cy="{y + 20}" r="118" fill="{glow}" opacity=".35"/>'
    return f'{rings}<circle cx="{x}" cy="{y + 20}" r="86" fill="{sun}"/>{bands}{glint}'


def _arcs(chance: Random, palette: tuple[str, str, str, str]) -> str:
    colours = palette[1:]
    corners = [(0, 400), (400, 400), (400, 0), (0, 0)]
    first = chance.randrange(4)
    drawn = []
    for place, (x, y) in enumerate((corners[first], corners[(first + 2) % 4])):
        reach = 300 if place == 0 else 160
        for step in range(reach // 40):
            radius = reach - step * 40
            colour = colours[(step + place) % 3]
            drawn.append(f'<circle cx="{x}" cy="{y}" r="{radius}" fill="none" stroke="{colour}" stroke-width="22"/>')
    return "".join(drawn)


def _stripes(chance: Random, palette: tuple[str, str, str, str]) -> str:
    colours = palette[1:]
    x, drawn = -160, []
    while x < 420:
        width = chance.choice((10, 18, 30, 46))
        drawn.append(f'<rect x="{x}" y="-120" width="{width}" height="660" fill="{chance.choice(colours)}"/>')
        x += width + chance.choice((12, 20, 34))
    return f'<g transform="rotate({chance.choice((24, -24, 36))} 200 200)">{"".join(drawn)}</g>'


def _waves(chance: Random, palette: tuple[str, str, str, str]) -> str:
    drawn = []
    for step in range(7):
        y, lift = 90 + step * 46, chance.randint(22, 44) * (-1) ** step
        path = f"M-20 {y} C 60 {y - lift} 140 {y - lift} 200 {y} S 340 {y + lift} 420 {y} V 420 H -20 Z"
        drawn.append(f'<path d="{path}" fill="{palette[1 + step % 3]}"/>')
    moon = f'<circle cx="{chance.randint(90, 310)}" cy="62" r="26" fill="{palette[3]}"/>'
    return moon + "".join(drawn)


def _dots(chance: Random, palette: tuple[str, str, str, str]) -> str:
    colours = palette[1:]
    return "".join(
        f'<circle cx="{50 + column * 60}" cy="{50 + row * 60}" r="{chance.choice((8, 14, 20, 26))}" '
        f'fill="{chance.choice(colours)}"/>'
        for row in range(6)
        for column in range(6)
    )


def _peaks(chance: Random, palette: tuple[str, str, str, str]) -> str:
    drawn = [f'<circle cx="{chance.randint(80, 320)}" cy="92" r="42" fill="{palette[1]}"/>']
    for step, colour in enumerate((palette[1], palette[2], palette[3])):
        base = 190 + step * 70
        ridge = [(x, base - chance.randint(10, 92 - step * 14)) for x in range(-20, 461, 60)]
        points = " ".join(f"{x},{y}" for x, y in [(-20, 420), *ridge, (460, 420)])
        drawn.append(f'<polygon points="{points}" fill="{colour}" opacity="{0.55 if step == 0 else 1}"/>')
    return "".join(drawn)


_ART: dict[Motif, Draw] = {
    Motif.SUN: _sun,
    Motif.ARCS: _arcs,
    Motif.STRIPES: _stripes,
    Motif.WAVES: _waves,
    Motif.DOTS: _dots,
    Motif.PEAKS: _peaks,
}
