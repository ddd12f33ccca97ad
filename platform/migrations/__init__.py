"""The schema's history: SQL for both databases, run in order by Tortoise's migration runner (`guerdon migrate`)."""
