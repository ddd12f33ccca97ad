"""The templates there are, by slug: the only list. A new one is one file and one line here."""

from collections.abc import Mapping

from programs.templates.hyatt import HYATT
from programs.templates.odacite import ODACITE
from programs.templates.sephora import SEPHORA
from programs.templates.template import Template

TEMPLATES: Mapping[str, Template] = {
    template.slug: template
    for template in (
        SEPHORA,
        HYATT,
        ODACITE,
    )
}
