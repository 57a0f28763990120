"""Both kinds of bucket, each the real thing."""

from tests.shared.conftest import bucket, cloud, fake, folder, no_tracing

__all__ = ["bucket", "cloud", "fake", "folder", "no_tracing"]
