"""Where pages find their style sheets, scripts and icons."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):
    """Names carry a digest once files have been collected; until then they are as they lie."""

    def stored_name(self, name: str) -> str:
        """Return the name with its digest, or the plain one where nothing has been collected."""
        stored: str = super().stored_name(name) if self.hashed_files else name
        return stored
