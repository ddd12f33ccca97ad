"""In the style of Odacité Rewards: a point a dollar and points for what friends do; money off at the checkout."""

from programs.templates import pieces
from programs.templates.template import GUIDE, ProgramOf, Template, UnitOf, described, ours

UNIT = "odacite-points"
SHARE_FACEBOOK, FOLLOW_INSTAGRAM = "share", "follow"
_EARLY = pieces.perk("early-access", "Early access to new products")
_SAMPLES = pieces.perk("samples", "Samples with every order")
_CONSULTATION = pieces.perk("consultation", "A skin consultation", limit=1, period="year")

ODACITE = Template(
    slug="odacite-rewards",
    name="Odacité Rewards",
    description="A point per dollar, points for sharing, inviting, following, the birthday and an account; money off.",
    source=f"{GUIDE}, on Odacité Rewards",
    figures=(
        *described(
            "1 point per $1", "three levels by spend", "points for sharing on Facebook", "for inviting a friend",
            "for following on Instagram", "for giving the birthday", "for creating an account",
            "points are money off at the checkout",
        ),
        *ours(
            "25 points for sharing, once a month",
            "100 for a friend's first order once it was kept for 14 days, 10 a year",
            "50 for following, once", "100 for the birthday on file, once", "200 for an account, once",
            "levels from $250 and $750 a year", "100 points are $5", "points go after 12 months without activity",
        ),
    ),
    units=(UnitOf(UNIT, "point", "points"),),
    programs=(
        ProgramOf("points", "Odacité Rewards", "points", {
            "unit": UNIT,
            "rules": [
                pieces.per_amount("dollar", "1 point per $1", 1, 100),
                pieces.fixed("account", "An account", 200, "signup"),
                pieces.fixed("facebook", "Shared on Facebook", 25, SHARE_FACEBOOK, caps=pieces.once_a("month")),
                pieces.fixed("instagram", "Follows on Instagram", 50, FOLLOW_INSTAGRAM),
                pieces.fixed("birthday", "Birthday given", 100, "profile_field"),
            ],
            "expiry": {"policies": [{"type": "months_inactive", "months": 12}], "warn_days": [30]},
            "payment": {"points": 100, "worth": 500, "currency": "USD", "minimum": 100, "multiple": 100},
        }),
        ProgramOf("friends", "Friends", "referral", {
            "unit": UNIT, "currency": "USD", "caps": [{"friends": 10, "period": "year"}], "return_days": 14,
            "referrer": [{"type": "points", "unit": UNIT, "points": 100, "expires_after_months": 12}],
        }),
        ProgramOf("levels", "Odacité levels", "tiered", {
            "unit": UNIT,
            "window": {"type": "rolling_months", "months": 12},
            "tiers": [
                {"id": "glow", "name": "Glow", "perks": [_SAMPLES]},
                {"id": "radiance", "name": "Radiance", "reach": [pieces.spend(250_00)], "perks": [_SAMPLES, _EARLY],
                 "multipliers": [{"factor": "1.25", "unit": UNIT}]},
                {"id": "luminous", "name": "Luminous", "reach": [pieces.spend(750_00)],
                 "perks": [_SAMPLES, _EARLY, _CONSULTATION], "multipliers": [{"factor": "1.5", "unit": UNIT}]},
            ],
        }),
    ),
)  # fmt: skip
