"""How long ago something was, in words."""


def age(milliseconds: int) -> str:
    """In the largest fitting unit: "5 min", "8 h", "3 d", "7 wk", "2 y"."""
    minutes = max(0, milliseconds) // 60_000
    for size, unit in ((525_600, "y"), (100_800, "wk"), (1440, "d"), (60, "h")):
        if minutes >= size:
            return f"{minutes // (10_080 if unit == 'wk' else size)} {unit}"
    return f"{minutes} min"


def ago(milliseconds: int) -> str:
    """ "just now", "5 min ago"."""
    return "just now" if milliseconds < 60_000 else f"{age(milliseconds)} ago"
