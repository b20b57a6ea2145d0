import re

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")
_SPACE = re.compile(r"\s")
_AT = re.compile("@")


def validate_email(email):
    if not isinstance(email, str) or not email:
        return _verdict(False, "the address is empty or not text")
    if _SPACE.search(email):
        return _verdict(False, "the address contains whitespace")
    if len(_AT.findall(email)) != 1:
        return _verdict(False, "the address must contain exactly one @ sign")
    local, _, domain = email.rpartition("@")
    if not local:
        return _verdict(False, "the part before the @ sign is empty")
    if not _DOMAIN.fullmatch(domain):
        return _verdict(False, "the domain is not valid")
    return _verdict(True, "the address is well formed")


def _verdict(valid, reason):
    return {"valid": valid, "reason": reason}
