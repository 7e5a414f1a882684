"""Archives: a dataset in a zip, taken out into a private folder under names of our own."""

import shutil
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import IO

from geo.errors import FileRefused
from geo.read.archives.contents import is_litter, singles
from geo.read.archives.glimpse import outlined
from geo.read.archives.manifest import DAMAGED, name_of, opened
from geo.read.survey import LayerFound

BESIDE: Mapping[str, tuple[str, ...]] = {
    ".shp": (".shx", ".dbf", ".prj", ".cpg"),
    ".tab": (".dat", ".map", ".id", ".ind"),
    ".mif": (".mid",),
}
"""Ending → the endings of what is read with it, under the same name."""

PARTS = (".shp", *BESIDE[".shp"])

_NESTED = (".zip", ".7z", ".rar", ".gz", ".tar", ".kmz")


def datasets(path: Path, endings: tuple[str, ...]) -> list[LayerFound]:
    """Return the datasets in a checked zip, however deep their folders, sorted by name.

    Parameters
    ----------
    path : Path
        A zip that was checked.
    endings : tuple of str
        Of the parts, the one that makes a dataset first: ``(".shp", ".shx", ".dbf", ".prj", ".cpg")``.

    Raises
    ------
    FileRefused
        Where there is none in it, or another archive.
    """
    with opened(path) as archive:
        entries = _entries(archive)
        _refuse_nested(entries)
        found = _of_ending(entries, endings[0])
        if not found:
            names = ", ".join(name.name for name in list(entries)[:5]) or "nothing"
            raise FileRefused(
                f"The zip holds no {endings[0]}, but {names}; pack the layer with its "
                f"{', '.join(endings[:4])}.",
                reason="zip-without-layer",
                ending=endings[0],
                entries=[name.name for name in list(entries)[:5]],
                parts=list(endings[:4]),
                layers=0,
            )
        several = len(found) > 1 and endings[0] == ".shp"
        return [
            outlined(title, archive, _parts_of(entries, name, endings)) if several else LayerFound(title)
            for title, name in sorted(found.items())
        ]


def unpack_dataset(path: Path, folder: Path, endings: tuple[str, ...], name: str) -> dict[str, Path]:
    """Unpack one of the `datasets` in a zip: the parts that share its name, by their ending.

    Parameters
    ----------
    path : Path
        A zip that was checked.
    folder : Path
        A private, empty folder.
    endings : tuple of str
        Of the parts, as for `datasets`.
    name : str
        Of the dataset.
    """
    with opened(path) as archive:
        entries = _entries(archive)
        parts = _parts_of(entries, _of_ending(entries, endings[0])[name], endings)
        for ending, info in parts.items():
            _extract(archive, info, folder / f"layer{ending}")
    return {ending: folder / f"layer{ending}" for ending in parts}


def _entries(archive: zipfile.ZipFile) -> dict[PurePosixPath, zipfile.ZipInfo]:
    return {PurePosixPath(name_of(i)): i for i in archive.infolist() if not i.is_dir()}


def _refuse_nested(entries: Iterable[PurePosixPath]) -> None:
    for name in entries:
        if name.suffix.lower() in _NESTED and not is_litter(name):
            raise nested(name)


def _of_ending(entries: Iterable[PurePosixPath], ending: str) -> dict[str, PurePosixPath]:
    """Return the entries with an ending by their stem, or with their folder where stems are the same."""
    found = [name for name in entries if name.suffix.lower() == ending and not is_litter(name)]
    stems = Counter(name.stem for name in found)
    return {name.stem if stems[name.stem] == 1 else str(name.with_suffix("")): name for name in found}


def _parts_of(
    entries: Mapping[PurePosixPath, zipfile.ZipInfo], whose: PurePosixPath, endings: tuple[str, ...]
) -> dict[str, zipfile.ZipInfo]:
    return {
        name.suffix.lower(): info
        for name, info in entries.items()
        if name.suffix.lower() in endings and _stem(name) == _stem(whose)
    }


def unpack_one(path: Path, target: Path) -> Path:
    """Unpack the one file with the ending of a target from a checked zip: of several, ``doc``.

    Raises
    ------
    FileRefused
        Where there is none, or it cannot be told which is meant.
    """
    with opened(path) as archive:
        found = [
            info
            for info in archive.infolist()
            if PurePosixPath(name_of(info)).suffix.lower() == target.suffix
            and not is_litter(PurePosixPath(name_of(info)))
        ]
        first = [
            info for info in found if PurePosixPath(name_of(info)).name.casefold() == f"doc{target.suffix}"
        ]
        if len(first or found) != 1:
            raise FileRefused(
                f"The archive holds {len(found)} files with the ending {target.suffix}; "
                "send the one that is meant.",
                reason="archive-several",
                count=len(found),
                ending=target.suffix,
            )
        _extract(archive, (first or found)[0], target)
    return target


def unpack_single(path: Path, folder: Path) -> tuple[Path, PurePosixPath]:
    """Unpack the one file of a checked zip that needs no other beside it; return it, and its name there.

    Raises
    ------
    FileRefused
        Where another archive is in the zip.
    """
    with opened(path) as archive:
        entries = _entries(archive)
        _refuse_nested(entries)
        name = singles(entries)[0]
        target = folder / f"layer{name.suffix.lower()}"
        _extract(archive, entries[name], target)
    return target, name


def nested(name: PurePosixPath) -> FileRefused:
    """Return the refusal of an archive in a zip."""
    return FileRefused(
        f"The zip holds another archive, “{name.name[:60]}”; unpack it first.",
        reason="zip-nested",
        entry=name.name[:60],
    )


def copy_shapefile(path: Path, folder: Path) -> tuple[str, dict[str, Path]]:
    """Copy a bare .shp and what belongs to it beside it, as `unpack_dataset` does from a zip."""
    parts: dict[str, Path] = {}
    for sibling in sorted(path.parent.iterdir()):
        ending = sibling.suffix.lower()
        if sibling.stem == path.stem and ending in PARTS and sibling.is_file():
            parts[ending] = folder / f"layer{ending}"
            shutil.copyfile(sibling, parts[ending])
    return path.stem, parts


def _stem(name: PurePosixPath) -> tuple[str, str]:
    return str(name.parent), name.stem.casefold()


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> None:
    try:
        with archive.open(info) as source, target.open("wb") as sink:
            _copy(source, sink, limit=info.file_size)
    except DAMAGED as error:
        raise FileRefused(
            f"“{info.filename[:60]}” in the zip is damaged; pack or send it again.",
            reason="zip-entry-damaged",
            entry=info.filename[:60],
        ) from error


def _copy(source: IO[bytes], sink: IO[bytes], *, limit: int) -> None:
    """Copy no more than the zip's directory states: what it states was checked."""
    left = limit
    while chunk := source.read(min(left + 1, 1 << 20)):
        left -= len(chunk)
        if left < 0:
            raise FileRefused(
                "The zip holds more than its directory states; pack it again.", reason="zip-lies"
            )
        sink.write(chunk)
