"""Names that people outside know, for what the database calls otherwise."""

PROVIDERS = {
    "Gmail": ("gmail.com", "googlemail.com"),
    "Outlook and Hotmail": (
        "outlook.com", "hotmail.com", "live.com", "msn.com", "outlook.de", "hotmail.de", "hotmail.co.uk", "live.de",
    ),
    "Apple": ("icloud.com", "me.com", "mac.com"),
    "Yahoo": ("yahoo.com", "yahoo.de", "yahoo.co.uk", "yahoo.fr", "ymail.com", "aol.com"),
    "Proton": ("proton.me", "protonmail.com", "pm.me"),
    "Fastmail": ("fastmail.com", "fastmail.fm"),
    "GMX and Web.de": ("gmx.de", "gmx.net", "gmx.com", "gmx.at", "gmx.ch", "web.de"),
    "T-Online": ("t-online.de",),
}  # fmt: skip
PROVIDER_OF = {domain: provider for provider, domains in PROVIDERS.items() for domain in domains}

COUNTRIES = {
    "AR": "Argentina", "AT": "Austria", "AU": "Australia", "BE": "Belgium", "BR": "Brazil", "CA": "Canada",
    "CH": "Switzerland", "CL": "Chile", "CN": "China", "CO": "Colombia", "CZ": "Czechia", "DE": "Germany",
    "DK": "Denmark", "ES": "Spain", "FI": "Finland", "FR": "France", "GB": "United Kingdom", "GR": "Greece",
    "HU": "Hungary", "ID": "Indonesia", "IE": "Ireland", "IL": "Israel", "IN": "India", "IT": "Italy", "JP": "Japan",
    "KE": "Kenya", "KR": "South Korea", "LU": "Luxembourg", "MX": "Mexico", "MY": "Malaysia", "NG": "Nigeria",
    "NL": "Netherlands", "NO": "Norway", "NZ": "New Zealand", "PH": "Philippines", "PK": "Pakistan", "PL": "Poland",
    "PT": "Portugal", "RO": "Romania", "RS": "Serbia", "SE": "Sweden", "SG": "Singapore", "SK": "Slovakia",
    "TH": "Thailand", "TR": "Türkiye", "TW": "Taiwan", "UA": "Ukraine", "US": "United States", "VN": "Vietnam",
    "ZA": "South Africa",
}  # fmt: skip


def country_name(country: str) -> str:
    """Of a code of two letters; anything else is a name already."""
    return COUNTRIES.get(country.strip().upper(), country.strip())
