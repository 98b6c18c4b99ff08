"""What verbs and doors say when they decline."""


class Refused(Exception):
    """A verb declines an act; the text is meant for the person who asked."""
