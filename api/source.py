"""Where a request comes from on the network, as far as that can be believed."""

from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request

from mobile_passport.services.world import World

_ONE_CUSTOMER = 64
"""Bits of an IPv6 address that a provider gives to one customer, who has all the rest (RFC 6177)."""

_BROWSERS = (
    ("Edg", "edge"),
    ("OPR/", "opera"),
    ("SamsungBrowser/", "samsung"),
    ("Firefox/", "firefox"),
    ("FxiOS/", "firefox"),
    ("Chrome/", "chrome"),
    ("CriOS/", "chrome"),
    ("Safari/", "safari"),
)
"""What tells browsers apart, in this order: most of them also name those whose pages they want to be shown."""


def source_of(request: Request, world: World) -> str:
    """Return the sender's address, of IPv6 its network.

    What ``X-Forwarded-For`` says is believed only as far as it was written by the proxies that the settings name.
    """
    address = request.client.host if request.client else ""
    hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    while address in world.trusted_proxies and hops:
        address = hops.pop()
    return _network(address)


def device_of(request: Request) -> str:
    """Return browser and kind of device, such as ``chrome phone``, to be recognised in a list of sessions."""
    agent = request.headers.get("user-agent", "")
    if "Mozilla" not in agent:
        return "program"
    kind = "phone" if "Mobi" in agent else "computer"
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    return f"{browser} {kind}".strip()


def _network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, _ONE_CUSTOMER), strict=False))
