"""What can go wrong in such a way that the work cannot go on.

::

    GeoError
    ├── InputError          the file or the request is at fault            (exit 2, 4xx)
    │   ├── FileRefused     not a file that this service reads              (exit 1)
    │   ├── MissingColumn   a required column has no header that is known   (exit 1)
    │   ├── CrsUnknown      the coordinate system is missing or refused     (exit 1)
    │   ├── NotFound        nothing has this code, id or release
    │   └── ProfileError    the profile contradicts itself
    ├── ConflictError       somebody published in between                  (exit 3, 409)
    ├── Cancelled           a person stopped the work                      (exit 130, 409)
    └── SystemFailure       the machine is at fault                        (exit 3, 503)
        ├── SetupMissing    a program or a right is missing
        └── DatabaseDown    PostGIS does not answer

Faults in single rows are never exceptions: they are `geo.frames.Refusal` rows beside the frame.
"""

from typing import Any


class GeoError(Exception):
    """Base of all errors of this service.

    Parameters
    ----------
    message : str
        What went wrong, where, and what to do, as a sentence for a person in an office.
    **details
        The values in the sentence, for translation and for programs.
    """

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    @property
    def code(self) -> str:
        """The stable name of the error: its class in kebab case, such as ``file-refused``."""
        name = type(self).__name__
        return "".join(f"-{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


class InputError(GeoError):
    """The file or the request is at fault."""


class FileRefused(InputError):
    """The file is not one that this service reads."""


class MissingColumn(InputError):
    """A required column is missing under every header that is known for it."""


class CrsUnknown(InputError):
    """The coordinate system is missing, or one that cannot be converted without parameters."""


class NotFound(InputError):
    """Nothing has this code, id or release number."""


class ProfileError(InputError):
    """The profile contradicts itself or names something that it does not define."""


class ConflictError(GeoError):
    """Somebody else published in between."""


class Cancelled(GeoError):
    """A person stopped the work; nothing of it was kept."""


class SystemFailure(GeoError):
    """The machine, not the user, is at fault."""


class SetupMissing(SystemFailure):
    """A program, a package or a right that the service needs is missing."""


class DatabaseDown(SystemFailure):
    """PostGIS does not answer."""
