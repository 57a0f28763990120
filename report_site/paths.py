"""From the target of a request to the name of an object, past every trick."""

from urllib.parse import unquote_to_bytes

from shared.bucket.naming import is_name

LONGEST = 900  # bytes; a store takes 1,024 with the prefix


def clean_path(target: str) -> str | None:
    """The object's path for a request's target; a folder means its index.html. None for tricks.

    Decoded exactly once: whatever is still encoded then is the name of nothing.
    """
    encoded = target.partition("?")[0].partition("#")[0]
    try:
        path = unquote_to_bytes(encoded).decode("utf-8")
    except ValueError:
        return None
    if not path.startswith("/"):
        return None
    inner = (f"{path}index.html" if path.endswith("/") else path)[1:]
    is_ours = is_name(inner) and not any(part.startswith(".") for part in inner.split("/"))
    return inner if is_ours and len(inner.encode()) < LONGEST else None


def page_of(path: str) -> str | None:
    """The page that an address without an ending means: "emails" is emails.html. None where there is an ending."""
    return None if "." in path.rpartition("/")[2] else f"{path}.html"
