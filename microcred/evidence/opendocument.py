"""OpenDocument text packed anew: the text, its styles and its pictures, with nobody's name in them."""

import zipfile
from functools import partial
from pathlib import PurePosixPath
from typing import BinaryIO

from flask_babel import lazy_gettext as _l

from microcred.evidence import packages
from microcred.evidence.blank_xml import blank
from microcred.evidence.listings import Attributes, rewrite_listing
from microcred.evidence.packages import LOCKED, UNCLEANABLE, Writer
from microcred.evidence.refusals import refused, refusing_what_breaks

MIMETYPE = "mimetype"
MANIFEST = "META-INF/manifest.xml"
TELLING_FILES = {"meta.xml", "manifest.rdf", "VersionList.xml", "layout-cache", "current.xml"}
TELLING_FOLDERS = {"Thumbnails", "Configurations2", "ObjectReplacements", "Versions", "META-INF"}
ADDRESSES = ("http:", "https:", "mailto:", "tel:", "#")
BROKEN_TEXT = _l("This OpenDocument text is broken and cannot be cleaned. Please save it again, or as PDF.")


def clean_opendocument(source: BinaryIO, target: BinaryIO) -> None:
    """Write a new package without properties, thumbnails, versions, signatures and settings of programs."""
    with refusing_what_breaks(BROKEN_TEXT), zipfile.ZipFile(source) as package:
        packages.refuse_a_dangerous_package(package, packages.size_of(source), packages.Allowance())
        names = _new_names(package)
        with zipfile.ZipFile(target, "w") as clean:
            for name, new_name in names.items():
                packages.rewrite_member(package, name, clean, new_name, _writer(name, names))


def _new_names(package: zipfile.ZipFile) -> dict[str, str]:
    """Map the members that stay to their new names; the type comes first, as the format demands."""
    staying = [name for name in package.namelist() if name not in (MIMETYPE, MANIFEST) and _stays(name)]
    numbered = {name: _numbered(name, number) for number, name in enumerate(staying, start=1)}
    return {MIMETYPE: MIMETYPE, MANIFEST: MANIFEST} | numbered


def _stays(name: str) -> bool:
    path = PurePosixPath(name)
    return not name.endswith("/") and path.name not in TELLING_FILES and not TELLING_FOLDERS & set(path.parts[:-1])


def _numbered(name: str, number: int) -> str:
    path = PurePosixPath(name)
    return str(path.with_name(f"file{number}{path.suffix.lower()}")) if path.parent.name == "Pictures" else name


def _writer(name: str, names: dict[str, str]) -> Writer:
    ending = PurePosixPath(name.lower()).suffix
    if name == MIMETYPE:
        return packages.copy
    if name == MANIFEST:
        return partial(rewrite_listing, entry=partial(_manifest_entry, names))
    if ending == ".xml":
        return partial(blank, attribute=partial(_renamed_link, names=names))
    if ending in packages.PICTURES:
        return packages.redraw
    raise refused(UNCLEANABLE)


def _renamed_link(element: str, name: str, value: str, *, names: dict[str, str]) -> str | None:
    """Point links at the new names of pictures; drop what leads to a folder of the author's computer."""
    if name != "xlink:href" or value.startswith("#"):
        return value
    inside = value.removeprefix("./")
    if inside in names:
        return names[inside]
    if any(known.startswith(f"{inside}/") for known in names):
        return value
    return value if element == "a" and value.lower().startswith(ADDRESSES) else "#"


def _manifest_entry(names: dict[str, str], element: str, attributes: Attributes) -> Attributes | None:
    if element != "file-entry":
        raise refused(LOCKED)
    path = attributes.get("manifest:full-path", "")
    if path == "/":
        return attributes
    return {**attributes, "manifest:full-path": names[path]} if path in names else None
