"""The section [site]: how the report is written.

[site]
locale = "de-DE"   # 1.204,5 and 17. Nov. 2026
"""

from shared.locales import LocaleUnknown, locale_tag
from shared.project.faults import Faults
from shared.project.lines import Path

EXAMPLES = 'such as "de-DE", "fr-CH" or "en-GB"'


def read_locale(table: object, path: Path, faults: Faults) -> str:
    """The tidy tag of `locale`; empty where none is given. What is no text is not our fault to tell."""
    given = table.get("locale") if isinstance(table, dict) else None
    if not isinstance(given, str) or not given:
        return ""
    try:
        return locale_tag(given)
    except LocaleUnknown as unknown:
        advice = (
            f'did you mean "{unknown.meant}"?'
            if unknown.meant
            else f"name a language and a country, {EXAMPLES}"
        )
        faults.add((*path, "locale"), f"site.locale names no known locale; {advice}")
        return ""
