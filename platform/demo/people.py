"""Made-up people for the data's customer numbers: always the same ones."""

from __future__ import annotations

from typing import TypedDict

FIRST = (
    "Ada", "Amara", "Anton", "Beatriz", "Benno", "Carla", "Chen", "Clara", "Dana", "Diego", "Edith", "Elif",
    "Emil", "Farah", "Felix", "Grace", "Hanna", "Hugo", "Ines", "Ivan", "Jana", "Jonas", "Kofi", "Lea", "Leon",
    "Lina", "Luca", "Maja", "Marco", "Mei", "Milan", "Nadia", "Noah", "Olga", "Omar", "Paula", "Priya",
    "Rafael", "Rosa", "Samir", "Sara", "Sofia", "Tariq", "Thea", "Tomás", "Uma", "Vera", "Viktor", "Wanda",
    "Yara", "Yusuf", "Zoe",
)  # fmt: skip
LAST = (
    "Abbott", "Alvarez", "Baker", "Bauer", "Berg", "Castro", "Chandra", "Costa", "Dahl", "Diaz", "Egan",
    "Ellis", "Farkas", "Fischer", "Garcia", "Grant", "Haas", "Hayes", "Ito", "Jansen", "Kaya", "Keller", "Khan",
    "Kim", "Lang", "Lopez", "Marsh", "Meyer", "Moreau", "Nakamura", "Nilsson", "Novak", "Okafor", "Olsen",
    "Park", "Patel", "Quinn", "Rossi", "Sato", "Schmidt", "Silva", "Sousa", "Tanaka", "Turner", "Vargas",
    "Vogel", "Walsh", "Weber", "Yilmaz", "Young", "Zhou",
)  # fmt: skip


class Person(TypedDict):
    """What a member's profile takes."""

    name: str
    email: str


def person(customer: str) -> Person:
    """The person behind a customer number."""
    number = int(customer)
    first, last = FIRST[number * 7 % len(FIRST)], LAST[number * 31 % len(LAST)]
    return {"name": f"{first} {last}", "email": f"customer{number}@cdnow.example"}
