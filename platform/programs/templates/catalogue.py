"""The templates there are, by slug: the only list. A new one is one file and one line here."""

from collections.abc import Mapping

from programs.templates.amazon_prime import AMAZON_PRIME
from programs.templates.didi import DIDI
from programs.templates.huawei import HUAWEI
from programs.templates.hyatt import HYATT
from programs.templates.odacite import ODACITE
from programs.templates.petsmart import PETSMART
from programs.templates.rei import REI
from programs.templates.sephora import SEPHORA
from programs.templates.starbucks import STARBUCKS
from programs.templates.swarm import SWARM
from programs.templates.sweetgreen import SWEETGREEN
from programs.templates.template import Template
from programs.templates.toms import TOMS
from programs.templates.united import UNITED
from programs.templates.virgin_atlantic import VIRGIN_ATLANTIC

TEMPLATES: Mapping[str, Template] = {
    template.slug: template
    for template in (
        SEPHORA, VIRGIN_ATLANTIC, AMAZON_PRIME, TOMS, HYATT, SWARM, REI, UNITED, ODACITE, STARBUCKS, PETSMART,
        SWEETGREEN, DIDI, HUAWEI,
    )
}  # fmt: skip
