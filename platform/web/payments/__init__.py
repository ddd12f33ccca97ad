"""The sandbox provider's page, and where payment providers send their webhooks."""
