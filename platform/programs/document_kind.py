"""What kinds do alike: read and write their rules as the JSON document of a dataclass, and leave the others alone."""

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, ClassVar, Generic, TypeVar

from programs import documents
from programs.activity import Activity
from programs.findings import Finding, RulesInvalid
from programs.kind import Modifier, Standing
from programs.named import Named

Rules = TypeVar("Rules")


class DocumentKind(Generic[Rules]):
    """The part of a kind that needs nothing but the shape of its rules, a dataclass that `documents` can read."""

    shape: ClassVar[type[Any]]

    def parse(self, document: object) -> Rules:
        """Read a rules document; raises `RulesInvalid` with every bad path."""
        rules: Rules = documents.load(self.shape, document)
        return rules

    def dump(self, rules: Rules) -> dict[str, Any]:
        """Give the document that `parse` reads back as equal rules."""
        document: dict[str, Any] = documents.dump(rules)
        return document

    def advise(self, rules: Rules) -> tuple[Finding, ...]:
        """Doubt nothing."""
        return ()

    def named(self, rules: Rules) -> tuple[Named, ...]:
        """Count on nobody."""
        return ()

    def without(self, document: object, findings: tuple[Finding, ...]) -> Rules | None:
        """Give what is left without the fields that the findings name; None if one of them is needed."""
        if not isinstance(document, Mapping):
            return None
        bad = {re.split(r"[.\[]", finding.path, maxsplit=1)[0] for finding in findings}
        names = [field.name for field in fields(self.shape)]
        try:
            return self.parse(self.sound({name: document[name] for name in names if name in document}, bad, findings))
        except RulesInvalid:
            return None

    def sound(self, document: dict[str, Any], bad: set[str], findings: tuple[Finding, ...]) -> dict[str, Any]:
        """Give the document without its `bad` fields; a kind may save a part of one."""
        return {name: value for name, value in document.items() if name not in bad}

    def modifiers(self, compiled: Any, activity: Activity, standing: Standing) -> tuple[Modifier, ...]:
        """Multiply nothing of the others', as most kinds do."""
        return ()
