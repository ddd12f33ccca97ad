"""Types of the admin schema, one file per noun; a field with arguments is the only kind that has a resolver."""
