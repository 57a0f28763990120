"""The section [site]: how the report is written.

[site]
locale = "de-DE"   # 1.204,5 and 17. Nov. 2026
"""

from shared.locales import LocaleUnknown, locale_tag
from shared.project.faults import Faults
from shared.project.lines import Path

LOCALE = "locale"
EXAMPLES = 'such as "de-DE", "fr-CH" or "en-GB"'


def read_locale(given: object, path: Path, faults: Faults) -> str:
    """The tidy tag of `locale`; empty where none is given. What is wrong is added to `faults`."""
    if not isinstance(given, dict):
        faults.add(path, 'site is a section: [site] on a line of its own, and locale = "..." below')
        return ""
    for key in given.keys() - {LOCALE}:
        faults.add_unknown((*path, key), f"site.{key} is not a setting", [LOCALE])
    if LOCALE not in given:
        return ""
    tag = given[LOCALE]
    if not isinstance(tag, str) or not tag:
        faults.add((*path, LOCALE), "site.locale must be text in quotes")
        return ""
    try:
        return locale_tag(tag)
    except LocaleUnknown as unknown:
        close = f'did you mean "{unknown.meant}"?'
        advice = close if unknown.meant else f"name a language and a country, {EXAMPLES}"
        faults.add((*path, LOCALE), f"site.locale names no known locale; {advice}")
        return ""
