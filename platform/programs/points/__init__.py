"""The points kind: rules, expiry and what an activity earns. Pure; its state is the ledger."""
