"""How conflicts and harmless rewrites are planted: one file a kind of edit.

Nothing here imports the library or its lexicons: a detector that is measured on
these pairs must not know them from the inside.
"""
