"""The outside world: signed webhooks out."""
