"""Translates the errors of obstore, the library of cloud buckets, into this project's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from footnote.errors import Misconfigured, Unavailable, UnusableKey

CERTIFICATE = re.compile(r"\bInvalidCertificate\(\s*(\w+)")
"""Of obstore's debug output: why TLS failed."""
CONNECTION = re.compile(r'\bConnectError\(.*?\b(?:message|error): "([^"]*)"', re.DOTALL)
"""Of obstore's debug output: why no connection was opened."""


@contextmanager
def translated_errors(uri: str, key: str = "") -> Iterator[None]:
    """For a request to the bucket `uri`, about the object `key` if it is about one.

    Raises Misconfigured, Unavailable, and UnusableKey for a key that obstore cannot express.
    """
    from obstore import exceptions

    if key.strip("/") != key:
        raise _unusable(key)
    try:
        yield
    except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError):
        raise Misconfigured(f"{uri} denies access; check the credentials.") from None
    except FileNotFoundError:
        raise _missing(uri) from None
    except ValueError:
        raise _unusable(key) from None
    except exceptions.InvalidPathError as error:  # one such key makes every listing fail
        raise _unusable(_key_in(error), f"{uri} cannot be listed. ") from None
    except exceptions.BaseError as error:
        if "404 Not Found" in str(error):
            raise _missing(uri) from None
        raise Unavailable(f"{uri} cannot be reached: {reason(error)}.") from None


def reason(error: Exception) -> str:
    """The first line of an error of obstore, and the cause that only its debug output names."""
    first, _, debug = str(error).partition("\n")
    certificate, connection = CERTIFICATE.search(debug), CONNECTION.search(debug)
    if certificate:
        return f"{first}: invalid certificate: {certificate[1]}"
    return f"{first}: {connection[1]}" if connection else first.rstrip(".")


def _missing(uri: str) -> Misconfigured:
    return Misconfigured(f"{uri} does not exist; create the bucket first.")


def _unusable(key: str, consequence: str = "") -> UnusableKey:
    return UnusableKey(
        f"{consequence}The key {key!r} begins or ends with a slash, or has an empty, `.` or `..` "
        "segment or a control character; rename it."
    )


def _key_in(error: Exception) -> str:
    """The key that the error names, or else its message."""
    found = re.search(r'Path "(.*?)"(?: contained|:)', str(error), re.DOTALL)
    return found.group(1) if found else reason(error)
