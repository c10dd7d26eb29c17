"""Write a web address as chats take it."""

from __future__ import annotations

import httpx


def web_address(url: str, longest: int) -> str:
    """Write an address in ASCII, Thai percent-encoded; "" when it is none or longer than `longest`."""
    if len(url) > longest:  # encoding only lengthens it
        return ""
    try:
        address = httpx.URL(url.strip())
        written = str(address)
    except (httpx.InvalidURL, ValueError):  # a Thai host that is no domain name, a lone surrogate
        return ""
    is_web = address.scheme in ("http", "https") and address.host and "%" not in written.split("/")[2] and not address.userinfo
    return written if is_web and len(written) <= longest else ""
