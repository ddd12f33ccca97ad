"""What programs decide: pure functions from an activity and a member's standing to a decision (DESIGN §5)."""

from kit.errors import GuerdonError


class ProgramsError(GuerdonError):
    """Anything that `programs` raises on purpose."""
