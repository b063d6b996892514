"""What people wrote stays text: the rules by which templates, drawings and scripts are written, so that none is markup.

`tests/e2e/pages/test_hostile_texts.py` shows the same on the pages themselves.
"""

import ast
import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

import api
import mobile_passport

_API, _PACKAGE = Path(api.__path__[0]), Path(mobile_passport.__path__[0])
_ROOT = _API.parent
_TEMPLATES = sorted((_API / "templates").rglob("*.html"))
_SCRIPTS = sorted(path for path in _API.rglob("*.js") if "vendor" not in path.parts)
_PROGRAMS = sorted((*_API.rglob("*.py"), *_PACKAGE.rglob("*.py")))

DRAW = {
    "api/account_pages.py",  # the code that a telephone photographs
    "mobile_passport/documents/marks.py",
    "mobile_passport/documents/place_map.py",
    "mobile_passport/documents/svg.py",
}
"""The only modules that call something markup: they draw, out of escaped parts."""
FILLS = {"api/rendering.py"}
"""The only module that knows the templates' engine, and turns its escaping on."""
READS_PAGES = {"api/static/staff.js"}
"""The only script that reads HTML: the page that the service answered to a form."""
OUR_ADDRESSES = {
    "address",
    "file",
    "here",
    "keep",
    "kept.path",
    "one.address",
    "onward",
    "path",
    "request.url.path",
    "sheet.way_to",
    "start",
}
"""Values with which a link may begin: the program made them, so that none is a ``javascript:``."""
BARE = {"ask", "attributes", "described", "level", "wrong"}
"""What may stand in a tag outside quotes: macros that write whole attributes, and the level of a heading."""

_GRAMMAR = Environment(extensions=["jinja2.ext.i18n"])
_CODE = re.compile(r"{#.*?#}|{%.*?%}|{{(.*?)}}", re.DOTALL)
_VALUE = re.compile("\ue000([0-9]+)\ue001")
_TAG = re.compile(r"""<[a-z](?:"[^"]*"|'[^']*'|[^<>"'])*>""", re.IGNORECASE)
_QUOTED = re.compile(r"""([\w:-]+)\s*=\s*("[^"]*"|'[^']*')""")
_ADDRESS = {"href", "src", "action", "formaction", "hx-get", "hx-post", "data-features", "poster"}
_ENDS = {"safe", "tojson", "xmlattr", "urlize"}
"""Filters that end the escaping of what they are given."""
_FORBIDDEN_IN_TEMPLATES = {
    r"{%-?\s*autoescape": "the escaping is turned off",
    r"<style\b": "a style sheet in a page",
    r"javascript:": "an address that is a program",
}
_FORBIDDEN_IN_SCRIPTS = {
    r"\b(inner|outer)HTML\b": "writes HTML",
    r"\b(insertAdjacentHTML|createContextualFragment|setHTML|setHTMLUnsafe|parseHTMLUnsafe|srcdoc)\b": "writes HTML",
    r"\bdocument\s*\.\s*write": "writes HTML",
    r"\beval\b|\bnew Function\b|[^.\w]Function\(": "runs text as a program",
    r"\bset(Timeout|Interval)\(\s*[\"'`]": "runs text as a program",
    r"setAttribute\(\s*[\"'`]on": "runs text as a program",
    r"javascript:": "runs text as a program",
    r"\bL\.(divIcon|popup|tooltip)\b|\bset(Popup|Tooltip)?Content\(": "Leaflet reads texts as HTML",
    r"\bbindPopup\((?!popupOf\()|\bbindTooltip\((?!document\.createTextNode\()": "Leaflet reads texts as HTML",
}


def faults_of_template(template: str) -> list[str]:
    """What could let a value of this template become markup."""
    faults = [why for pattern, why in _FORBIDDEN_IN_TEMPLATES.items() if re.search(pattern, template)]
    filters = _GRAMMAR.parse(template).find_all(nodes.Filter)
    faults += ["more than a literal is safe" for one in filters if one.name in _ENDS and not _is_literal(one.node)]
    values: list[str] = []

    def marked(code: re.Match[str]) -> str:
        if code[1] is None:
            return ""
        values.append(code[1].strip())
        return f"\ue000{len(values) - 1}\ue001"

    page = _CODE.sub(marked, template)
    for tag in _TAG.findall(page):
        faults += _faults_of_tag(tag, values)
    scripts = re.findall(r"<script\b[^>]*>(.*?)</script>", page, re.DOTALL)
    return faults + ["a script in a page" for script in scripts if script]


def _faults_of_tag(tag: str, values: list[str]) -> list[str]:
    bare = [values[int(number)] for number in _VALUE.findall(_QUOTED.sub("", tag))]
    faults = [f"outside quotes: {value}" for value in bare if value.partition("(")[0] not in BARE]
    for name, quoted in _QUOTED.findall(tag):
        if name.startswith(("style", "srcdoc", "on", "hx-on", "hx-vals")):
            faults.append(f"in {name}")
        first = _VALUE.match(quoted, 1)
        if name in _ADDRESS and first and not _is_ours(values[int(first[1])]):
            faults.append(f"an address that begins with {values[int(first[1])]}")
    return faults


def _is_literal(node: nodes.Node | None) -> bool:
    return isinstance(node, nodes.Const)


def _is_ours(value: str) -> bool:
    return value in OUR_ADDRESSES or value.startswith("asset(")


def faults_of_script(script: str) -> list[str]:
    """What could let a text of this script become markup or a program."""
    return [why for pattern, why in _FORBIDDEN_IN_SCRIPTS.items() if re.search(pattern, script)]


def calls_markup(program: str) -> bool:
    """Whether a program says of a text that it is markup."""
    called = (node.func for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Call))
    return any("Markup" in (getattr(one, "id", None), getattr(one, "attr", None)) for one in called)


def test_no_template_lets_a_value_become_markup() -> None:
    assert len(_TEMPLATES) > 60
    found = {_name(path): faults_of_template(path.read_text()) for path in _TEMPLATES}
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_no_script_writes_html_or_runs_text() -> None:
    assert len(_SCRIPTS) > 10
    found = {_name(path): faults_of_script(path.read_text()) for path in _SCRIPTS}
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert {
        _name(path) for path in _SCRIPTS if re.search(r'parseFromString\(.*"text/html"', path.read_text())
    } == READS_PAGES


def test_only_what_draws_calls_something_markup() -> None:
    programs = {_name(path): path.read_text() for path in _PROGRAMS}
    assert {name for name, program in programs.items() if "Markup" in program and calls_markup(program)} == DRAW
    assert {name for name, program in programs.items() if re.search("^from jinja2", program, re.MULTILINE)} == FILLS


@pytest.mark.parametrize(
    "template",
    [
        "<p>{{ name | safe }}</p>",
        "<p>{{ name|safe }}</p>",
        "<p>{% trans n=('<b>' ~ name) | safe %}{{ n }}{% endtrans %}</p>",
        "{% autoescape false %}{{ name }}{% endautoescape %}",
        "<script>let name = '{{ name }}'</script>",
        '<p onclick="show({{ name }})">',
        '<p style="color: {{ colour }}">',
        "<p title={{ name }}>",
        "<p {{ name }}>",
        '<a href="{{ request.own_venue }}">',
        '<a href="javascript:{{ name }}">',
    ],
)
def test_a_template_that_breaks_a_rule_is_found(template: str) -> None:
    assert faults_of_template(template)


@pytest.mark.parametrize(
    "script",
    [
        "box.innerHTML = label;",
        "box.insertAdjacentHTML('beforeend', label);",
        "document.write(label)",
        "eval(text)",
        "new Function(text)()",
        'box.setAttribute("onclick", text)',
        "setTimeout('go()', 1)",
        "shape.bindPopup(feature.properties.label)",
        "shape.bindTooltip(order, {})",
    ],
)
def test_a_script_that_breaks_a_rule_is_found(script: str) -> None:
    assert faults_of_script(script)


def _name(path: Path) -> str:
    return path.relative_to(_ROOT).as_posix()
