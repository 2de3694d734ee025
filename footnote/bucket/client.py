"""The client of a bucket on S3, Google Cloud Storage or Azure Blob Storage."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from footnote.bucket.cloud_errors import reason
from footnote.calls.backoff import CONNECT_BACKOFF
from footnote.errors import Misconfigured

if TYPE_CHECKING:
    from obstore.store import ObjectStore, RetryConfig, S3Credential

    from footnote.settings import Settings

SECRETS = {
    "s3": ("s3-access-key-id", "s3-secret-access-key", "s3-session-token"),
    "gs": ("gcs-service-account",),
    "az": ("azure-account-name", "azure-account-key"),
}

# The broker delivers the event again, so it is better to fail early than late.
RETRY_CONFIG: RetryConfig = {
    "max_retries": len(CONNECT_BACKOFF),
    "backoff": {
        # The second wait may be as short as this, and so may all others.
        "init_backoff": timedelta(seconds=0.25),
        "max_backoff": timedelta(seconds=max(CONNECT_BACKOFF)),
        "base": 2,
    },
    "retry_timeout": timedelta(seconds=10),
}

Secrets = tuple[str | None, ...]
"""The present contents of the files in SECRETS."""


class ObjectStoreClient:
    """The client of the bucket `name`, of the kind `scheme`, which is made anew when its secrets change.

    So a key that is added or replaced is used from the next request on, with every provider.
    """

    def __init__(self, scheme: str, name: str, settings: Settings) -> None:
        self._scheme = scheme
        self._name = name
        self._settings = settings
        self._made: tuple[Secrets, ObjectStore] | None = None

    def __call__(self) -> ObjectStore:
        """The client to use now. Raises Misconfigured when none can be made."""
        secrets = tuple(self._settings.secret(file) for file in SECRETS[self._scheme])
        if self._made is None or self._made[0] != secrets:
            self._made = secrets, self._make(secrets)
        return self._made[1]

    def _make(self, secrets: Secrets) -> ObjectStore:
        from obstore import exceptions, store

        stores: dict[str, Any] = {"s3": store.S3Store, "gs": store.GCSStore, "az": store.AzureStore}
        options = self._options() | CREDENTIAL_OPTIONS[self._scheme](*secrets)
        try:
            made: ObjectStore = stores[self._scheme](self._name, **options)
        except exceptions.BaseError as error:
            message = f"{self._settings.bucket} cannot be opened: {reason(error)}."
            raise Misconfigured(message) from None
        return made

    def _options(self) -> dict[str, Any]:
        endpoint = self._settings.bucket_endpoint
        options: dict[str, Any] = {
            "client_options": {"allow_http": endpoint.startswith("http:"), "timeout": "120s"},
            "retry_config": RETRY_CONFIG,
        }
        if endpoint:
            options["base_url" if self._scheme == "gs" else "endpoint"] = endpoint
        if self._scheme == "s3":
            options["region"] = region(self._settings, os.environ)
        return options


def region(settings: Settings, environ: Mapping[str, str]) -> str:
    """The region of an S3 bucket, from Footnote's setting, or else from AWS's own variables."""
    if "bucket_region" in settings.model_fields_set:
        return settings.bucket_region
    return environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or settings.bucket_region


def _s3(key_id: str | None, key: str | None, token: str | None) -> dict[str, Any]:
    if not key_id:
        return {}
    # A provider is used because plain keys would be mixed with those of the environment.
    credential: S3Credential = {
        "access_key_id": key_id,
        "secret_access_key": key or "",
        "token": token,
        "expires_at": None,
    }
    return {"credential_provider": lambda: credential}


def _gcs(account: str | None) -> dict[str, Any]:
    return {"service_account_key": account} if account else {}


def _azure(name: str | None, key: str | None) -> dict[str, Any]:
    given = {"account_name": name, "account_key": key}
    return {option: value for option, value in given.items() if value}


CREDENTIAL_OPTIONS: dict[str, Callable[..., dict[str, Any]]] = {"s3": _s3, "gs": _gcs, "az": _azure}
"""By kind, the function that makes options from the secrets."""
