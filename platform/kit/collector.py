"""How often Python looks for cycles: seldom, and never among what the program itself is made of.

The schema, the models and the modules are about a million objects that stay. By default each full collection walks all
of them, which stops every request for a tenth of a second, and the young ones come after 700 new objects: less than one
request makes.
"""

from __future__ import annotations

import gc

YOUNG_OBJECTS = 50_000
"""New objects that outnumber the freed ones by so many start a collection of the young: some dozen requests' worth."""


def settle() -> None:
    """Leave all that there is now out of later collections; to be called when the process is ready to work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)
