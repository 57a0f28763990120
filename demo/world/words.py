"""The vocabulary of the made-up world. Every domain is reserved, every person invented."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES = _words(
    "Ada Amara Andrzej Anouk Aylin Beatriz Ben Bruno Carla Chloé Clara Dario David Eilidh Elena Elif Emil "
    "Emma Farid Femke Fiona Frida Gabriel Greta Hanna Hugo Ida Imran Ines Ingrid Iris Jakob Jana Joana Jonas "
    "Jörg Kaito Karim Katrin Kofi Lars Lea Leon Lina Linus Louise Lucía Luka Magda Maia Malik Marek Maren "
    "Maria Mateo Max Mei Mila Miriam Moritz Nadia Nele Nils Nina Noor Nora Olga Oskar Paul Petra Pia Priya "
    "Rafael Rosa Ruth Samir Sara Selma Signe Sina Sofia Stefan Susanne Sven Tariq Theo Thomas Tilda Tom Ulla "
    "Vera Viktor Wanda Yara Yusuf Zoe"
)

LAST_NAMES = _words(
    "Adeyemi Albrecht Andersson Arnold Bakker Barros Becker Bergmann Bianchi Blum Bosch Brandt Byrne "
    "Castro Conti Costa Demir Dietrich Dubois Ekström Engel Falk Ferrari Fischer Fontaine Fraser Fuchs "
    "García Graf Haas Hansen Hartmann Herrmann Hoffmann Horn Huber Ivanova Jansen Jensen Kaiser Kaya "
    "Keller Khan Klein Koch Kowalski Krüger Lang Larsen Lehmann Lindqvist Lopes Maier Marino Martens "
    "Mensah Meyer Moreau Möller Nakamura Neumann Novak Nowak Okafor Olsen Ortega Otto Patel Peeters "
    "Petrov Pohl Richter Romano Rossi Roth Sato Sauer Schmitt Schulz Seidel Silva Simon Sommer Stein "
    "Svensson Tanaka Vogel Voss Wagner Weber Werner Winkler Wolf Yilmaz Zimmermann"
)

MAILBOXES = _words("mail.example post.example inbox.example letterbox.example example.com example.org")
OWN_DOMAINS = ("example.net", "studio.example", "atelier.example", "home.example")
EMPLOYERS = {  # whose mail filter follows links; "" is everybody else
    "": 972,
    "acme.example": 13,
    "halden.example": 8,
    "kestrel-labs.example": 7,
}
QUIET_COMPANIES = _words("brightworks.example muehle-verlag.example northpier.example")

COUNTRIES = {  # with their hours ahead of UTC, near enough for a habit
    "DE": (38, 1),
    "AT": (6, 1),
    "CH": (5, 1),
    "GB": (11, 0),
    "US": (14, -6),
    "FR": (6, 1),
    "NL": (6, 1),
    "SE": (3, 1),
    "ES": (3, 1),
    "PL": (3, 1),
    "IN": (2, 5),
    "AU": (1, 10),
    "BR": (2, -3),
}

SOURCES = {"form": 34, "organic": 26, "embedded_form": 24, "api": 8, "user": 3, "zapier": 3, "comment": 2}
CAMPAIGNS = (  # source, medium, campaign, referring page
    ("", "", "", ""),
    ("", "", "", "https://quietmetric.example/"),
    ("", "", "", "https://search.example/"),
    ("fieldnotes", "newsletter", "swap-spring", "https://fieldnotes.example/issues/31"),
    ("podcast", "audio", "episode-12", "https://podcast.example/episodes/12"),
    ("conference", "event", "talk-2025", "https://conference.example/talks/quiet-metrics"),
    ("forum", "social", "", "https://forum.example/t/what-do-you-read"),
)

TAGS = (  # name, description, public description, may readers choose it themselves
    ("founding readers", "Imported from the old list, and still here.", None, False),
    ("data people", "Work with data; said so when signing up.", "Data and statistics", True),
    ("editors", "Run a newsletter themselves.", "Writing and editing", True),
    ("designers", None, "Design", True),
    ("conference 2025", "Met at the talk.", None, False),
    ("survey panel", "Agreed to be asked now and then.", None, False),
    ("press", None, None, False),
    ("vip", "Answer these first.", None, False),
)
TAG_COLORS = ("#1B7F79", "#B5541C", "#6B4FA0", "#2F6DB5", "#A03A5B", "#557A2B", "#8A6D1D", "#444B54")

REASONS = (
    "",
    "",
    "",
    "Too many emails",
    "I changed jobs and this is no longer my field.",
    "Never signed up, I think",
    "Reading it in my feed reader now",
)
NOTES = ("Wrote a kind letter in spring.", "Met at the book fair.", "Asked for an invoice once.")
CITIES = ("Leipzig", "Utrecht", "Lyon", "Graz", "Leeds", "Porto", "Malmö", "Basel")
