"""Coalition: one currency, many partner brands, cleared in money and settled to zero (DESIGN §6)."""
