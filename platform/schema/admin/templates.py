"""The named programs that a merchant can begin with."""

from __future__ import annotations

import strawberry

from programs.templates.catalogue import TEMPLATES
from programs.templates.template import Origin, Template
from schema.cost import sized
from schema.shared.declare import asked, enum, field, output
from schema.shared.enums import ProgramKind
from tenants.roles import Action

enum(Origin, {
    "DESCRIBED": "A description of the program gives it.",
    "TERMS": "The program's public terms gave it on the date.",
    "OURS": "We chose it, where no description gives one.",
}, name="FigureOrigin", description="Where a figure of a template comes from.")  # fmt: skip


@output
class TemplateFigure:
    """A figure of a template."""

    text: str = field(description="The figure, in words.")
    origin: Origin = field(description="Where it comes from.")
    as_of: str | None = field(description="The year, or day, of the terms that it is taken from.")


@output
class ProgramTemplate:
    """A named program, made by `programCreate(template:)`: an example in its style."""

    slug: str = field(description="The name that `programCreate` takes.")
    name: str = field(description="Its name, as members read it.")
    kinds: list[ProgramKind] = field(description="The kinds of the programs that it makes.", metadata=sized(2))
    description: str = field(description="What it does, in a sentence.")
    source: str = field(description="What it was taken from.")
    figures: list[TemplateFigure] = field(description="Its figures, each with where it comes from.", metadata=sized(10))


@strawberry.type
class TemplateQueries:
    """Questions about templates."""

    @asked("The named programs that one can begin with.", Action.READ_PROGRAMS, metadata=sized(14))
    async def program_templates(self) -> list[ProgramTemplate]:
        return [_template(template) for template in TEMPLATES.values()]


def _template(template: Template) -> ProgramTemplate:
    return ProgramTemplate(
        slug=template.slug, name=template.name, kinds=[ProgramKind(kind) for kind in template.kinds],
        description=template.description, source=template.source,
        figures=[TemplateFigure(text=each.text, origin=each.origin, as_of=each.as_of) for each in template.figures],
    )  # fmt: skip
