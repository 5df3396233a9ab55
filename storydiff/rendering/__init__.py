"""A comparison as a string: one file a format, all over one plain view."""
