"""A page: a template of ours around Folium's shell, and the policy that goes with it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from geo.profile import Profile
from maps import notation
from maps.assets import page_modules, script_map, static_url
from maps.policy import security_policy
from maps.shell import Extent, Shell
from maps.style import SHARE_CLASSES
from maps.words import LANGUAGES, TAGS, title_of, words

CARRIED = ("on", "release")
"""Parameters of an address that go along from page to page."""


@dataclass(frozen=True)
class Page:
    """A finished page.

    Parameters
    ----------
    html : str
        The page; the same bytes for the same arguments.
    csp : str
        The value of its Content-Security-Policy header.
    """

    html: str
    csp: str


@dataclass(frozen=True)
class Context:
    """What every page knows.

    Parameters
    ----------
    language : str
        ``zh`` or ``en``.
    profile : Profile
        The zone's configuration.
    stamp : mapping
        ``release`` (number or None) and ``on`` (ISO day) that the page speaks of.
    extent : tuple of float or None
        West, south, east, north of the zone's boundaries in degrees; None where there are none.
    path : str
        The request's path with its query, for the switch of language.
    """

    language: str
    profile: Profile
    stamp: Mapping[str, Any]
    extent: Extent | None
    path: str

    def title(self, titles: Mapping[str, str] | None, otherwise: str = "") -> str:
        """Return one of the profile's titles in the page's language."""
        return title_of(titles, self.language, otherwise)

    def facility(self, kind: str) -> str:
        """Return what the zone calls a kind of facility, as a legend writes it."""
        called = self.title(self.profile.kind_titles.get(kind), words(self.language)(f"legend.{kind}"))
        return called[:1].upper() + called[1:]

    @property
    def asked(self) -> dict[str, str]:
        """The day and the release that the address asks for; links to other pages carry them along."""
        pairs = parse_qsl(urlsplit(self.path).query)
        return {name: value for name, value in pairs if name in CARRIED}

    def address(self, path: str, **query: Any) -> str:
        """Return an address with its parameters, at the page's own day and release; None is left out."""
        given = {k: v for k, v in query.items() if v is not None}
        text = urlencode(given | {k: v for k, v in self.asked.items() if k not in given}, doseq=True)
        return path + (f"?{text}" if text else "")

    def grid_address(self, code: str, **level: str) -> str:
        """Return the address of a grid's page; a code may hold any character.

        Parameters
        ----------
        code : str
            The grid's code.
        **level
            ``basis`` and ``level``, where it is not the counted one.
        """
        return self.address(f"/grids/{quote(code, safe='')}", **level)

    def list_address(self, name: str, **filters: Any) -> str:
        """Return the address of a list with its filters; a filter that is None is left out."""
        return self.address(f"/lists/{name}", **filters)


_ALWAYS = ("error", "fault", "system", "format", "library")
"""The sections of the catalogue that the scripts of every page need: whatever is asked for may go wrong."""


def render(
    template: str,
    context: Context,
    *,
    shell: Shell | None = None,
    sections: Sequence[str] = (),
    data: Mapping[str, Any] | None = None,
    values: Mapping[str, Any] | None = None,
) -> Page:
    """Render one template of ours.

    Parameters
    ----------
    template : str
        Its name below maps/templates; the page's script module has the same name in static/js.
    shell : Shell, optional
        The map to place in it.
    sections : sequence of str
        The sections of the catalogue that the page's scripts need.
    data : mapping, optional
        What the scripts read, as JSON.
    values : mapping, optional
        What the template reads.
    """
    catalogue = words(context.language)
    imports = Markup('<script type="importmap">{}</script>').format(data_block(script_map()))
    html = (
        _environment()
        .get_template(template)
        .render(
            context=context,
            lang=TAGS[catalogue.language],
            t=catalogue,
            switches=_switches(context),
            kept=_kept(context),
            today=_today(context),
            import_map=imports,
            modules=page_modules(template.removesuffix(".html")),
            shell=shell and {k: Markup(v) for k, v in vars(shell).items()},  # noqa: S704 - no user data
            words_block=data_block(catalogue.sections((*sections, *_ALWAYS))),
            data_block=data_block(data or {}),
            share_classes=SHARE_CLASSES,
            **_formats(catalogue.language),
            **(values or {}),
        )
    )
    drawn = f"{shell.head}{shell.body}<script>{shell.script}</script>" if shell else ""
    return Page(html, security_policy(str(imports) + drawn))


def data_block(value: Any) -> Markup:
    """Return a value as JSON that may stand inside a ``<script>`` element, whatever it holds."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - what could end the element is escaped above


def _switches(context: Context) -> list[tuple[str, str]]:
    parts = urlsplit(context.path)
    query = [pair for pair in parse_qsl(parts.query) if pair[0] != "lang"]
    return [(language, f"{parts.path}?{urlencode([*query, ('lang', language)])}") for language in LANGUAGES]


def _kept(context: Context) -> list[tuple[str, str]]:
    """Return the parameters that stay when another day or release is chosen."""
    gone = (*CARRIED, "lang", "page")
    return [pair for pair in parse_qsl(urlsplit(context.path).query) if pair[0] not in gone]


def _today(context: Context) -> str:
    """Return the address of the same page as things stand now."""
    query = urlencode(_kept(context))
    return urlsplit(context.path).path + (f"?{query}" if query else "")


def _formats(language: str) -> dict[str, Any]:
    names = ("number", "percent", "length", "area", "minutes", "day")
    return {name: partial(getattr(notation, name), language=language) for name in names}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("maps", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(static_url=static_url)
    return environment
