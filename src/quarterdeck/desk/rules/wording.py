"""What a ticket may be called."""


def title_fault(title: str, longest: int) -> str:
    """Return why a ticket cannot be called so, or nothing where it can."""
    if not title.strip():
        return "Say in a few words what it is about."
    if len(title) > longest:
        return f"At most {longest} characters; the rest is for the description."
    return ""
