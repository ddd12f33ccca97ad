"""Program rules in the schema: types and inputs made from the kinds' own dataclasses, one file of words per kind."""
