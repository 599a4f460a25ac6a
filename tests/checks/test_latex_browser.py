"""Pages and pictures of ``gradproof latex`` in a real browser, headless Chromium.

Each page is opened in frames as wide as a phone and as a desk's screen. A script around the frames
measures what is in them; the pages have none. Chromium logs what it asks the network for.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from itertools import cycle
from pathlib import Path

import pytest

from checks.pages import html as page_html
from checks.pages.render import picture_page
from symbolic.expand import gradient
from symbolic.expand.result import ANY_TAU, NAMES
from symbolic.model import Model, Role
from symbolic.model_parser import read_model_file
from symbolic.models import load, names
from symbolic.notation import names as notations

pytestmark = pytest.mark.slow

MODELS = Path(__file__).parents[1] / "models"
OTHERS = ("gru", "lstm", "two_layer")
#: The width of a phone, and of a window on a desk, in CSS pixels.
WIDTHS = (360, 1280)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
#: The browser itself is to ask for nothing either; what it asks for all the same reaches nobody.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--window-size=1400,1000",
)

MEASURE = r"""
const italic = (c) => {
  // A letter alone is drawn from the alphabet of slanted mathematical letters.
  const code = c.codePointAt(0);
  if (c === "h") return "\u210e";
  if (c >= "a" && c <= "z") return String.fromCodePoint(0x1d44e + code - 97);
  if (c >= "A" && c <= "Z") return String.fromCodePoint(0x1d434 + code - 65);
  if (c >= "α" && c <= "ω") return String.fromCodePoint(0x1d6fc + code - 0x3b1);
  return c;
};
const canvas = document.createElement("canvas");
[canvas.width, canvas.height] = [48, 48];
const pen = canvas.getContext("2d", { willReadFrequently: true });
const drawn = (c) => {
  pen.clearRect(0, 0, 48, 48);
  pen.font = "24px serif";
  pen.fillText(c, 8, 32);
  return pen.getImageData(0, 0, 48, 48).data.join();
};
// What no font has, in planes of different sizes: the signs of a glyph that is missing.
const missing = ["\uf8ff", "\ue000", "\u{10fffd}"].map(drawn);
const isMissing = (c) => c.trim() && !/\p{M}|\u2061|\u200b/u.test(c) && missing.includes(drawn(c));
const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
  && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
const measured = (frame) => {
  const view = frame.contentWindow, page = view.document, root = page.documentElement;
  const found = { name: frame.title, wide: root.scrollWidth - root.clientWidth, outside: [] };
  const rects = (css) => [...page.querySelectorAll(css)].map((e) => [e, e.getBoundingClientRect()]);
  for (const [e, r] of rects("h1, h2, p, math, svg, svg text")) {
    if (r.right > view.innerWidth + 0.5 || r.left < -0.5) found.outside.push(e.textContent);
  }
  for (const e of page.querySelectorAll(".equation")) {
    if (e.scrollWidth > e.clientWidth) found.outside.push(e.textContent);
  }
  found.empty = rects("math, svg text").filter(([, r]) => !r.width || !r.height).length;
  found.formulas = page.querySelectorAll("math, svg text").length;
  const text = new Set(page.body.textContent);
  for (const e of page.querySelectorAll("mi")) {
    if ([...e.textContent].length === 1) text.add(italic(e.textContent));
  }
  found.missing = [...text].filter(isMissing);
  found.requests = view.performance.getEntriesByType("resource").map((entry) => entry.name);
  const labels = rects("svg text");
  found.overlaps = [];
  labels.forEach(([e, r], k) => labels.slice(0, k).forEach(([f, s]) => {
    if (over(r, s)) found.overlaps.push(`${f.textContent} and ${e.textContent}`);
  }));
  for (const [e, r] of rects("rect.box")) {
    const name = e.nextElementSibling.getBoundingClientRect();
    if (name.left < r.left || name.right > r.right) found.overlaps.push(e.nextSibling.textContent);
  }
  return found;
};
window.onload = () => {
  const found = [...document.querySelectorAll("iframe")].map(measured);
  document.getElementById("found").textContent = JSON.stringify(found);
};
"""


def browser() -> str:
    """Return the browser that is installed; skip the test, and say so, where there is none."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium is installed, so that no page is opened")
    return found


def opened(pages: dict[str, str], width: int, directory: Path) -> list[dict]:
    """Open pages in frames of a width; return what was measured of each."""
    program = browser()
    frames = "".join(
        f'<iframe title="{html.escape(name)}" srcdoc="{html.escape(page)}"'
        f' style="border: 0; width: {width}px; height: 900px"></iframe>'
        for name, page in pages.items()
    )
    around = f'<!DOCTYPE html><meta charset="utf-8"><script>{MEASURE}</script>{frames}'
    file, log = directory / "frames.html", directory / "net.json"
    file.write_text(f'{around}<pre id="found"></pre>', encoding="utf-8")
    command = [program, *FLAGS, f"--user-data-dir={directory / 'profile'}", f"--log-net-log={log}"]
    command += ["--dump-dom", file.as_uri()]
    done = subprocess.run(command, capture_output=True, timeout=300, check=False)
    text = done.stdout.decode("utf-8")
    result = re.search(r'<pre id="found">(.*?)</pre>', text, re.DOTALL)
    assert result is not None, done.stderr[-2000:]
    assert asked_for(log) == set()
    return json.loads(html.unescape(result[1]))


def asked_for(log: Path) -> set[str]:
    """Return the addresses that pages asked for; not what the browser does by itself."""
    events = json.loads(log.read_text(encoding="utf-8"))["events"]
    asked = [e["params"] for e in events if "initiator" in e.get("params", {})]
    return {p["url"] for p in asked if p["initiator"] != "not an origin"}


def check(pages: dict[str, str], directory: Path) -> None:
    """Open pages at each width, and see that nothing is wrong with any."""
    for width in WIDTHS:
        room = directory / str(width)
        room.mkdir()
        found = opened(pages, width, room)
        assert [one["name"] for one in found] == list(pages)
        for one in found:
            assert one.pop("formulas") > 0, one["name"]
            name = one.pop("name")
            faults = {kind: what for kind, what in one.items() if what}
            assert not faults, f"{name} at {width}px: {faults}"


def models() -> list[str]:
    return [*names(), *OTHERS]


def loaded(model: str) -> Model:
    return load(model) if model in names() else read_model_file(MODELS / f"{model}.model")


@pytest.mark.parametrize("model", models())
def test_every_page_fits_a_phone_and_a_screen(model, tmp_path):
    read, turns, pages = loaded(model), cycle(notations()), {}
    for declared in read.named(Role.PARAMETER):
        for form in NAMES if model in names() else ("closed", "derivation", "paths", "matrix"):
            tau = None if form in ANY_TAU else 1 if form == "full" else 2
            asked = {"wrt": declared.name, "form": form, "tau": tau}
            found = gradient(read, **asked, notation=next(turns))
            pages[f"{declared.name} {form} {found.question.notation.name}"] = page_html.render(
                found
            )
    check(pages, tmp_path)


@pytest.mark.parametrize("model", models())
def test_every_picture_fits_and_no_two_labels_overlap(model, tmp_path):
    read, turns, pages = loaded(model), cycle(notations()), {}
    for by in (None, *(d.name for d in read.named(Role.PARAMETER))):
        for tau in (1, 2, 3, 4) if model in names() else (1, 2):
            name = next(turns)
            svg = picture_page(read, by, None, tau, name, format_="svg", fragment=False)
            page = f'<!DOCTYPE html><body style="margin: 0">{svg}'
            pages[f"{by} {tau} {name}"] = page
    check(pages, tmp_path)


def test_what_is_wrong_is_noticed(tmp_path):
    wide = '<p class="equation"><math><mi>x</mi></math><span style="margin-left: 2000px">y</span>'
    found = opened(
        {
            "wide": f"<!DOCTYPE html>{wide}",
            "glyph": "<!DOCTYPE html><p>\ue123 <math><mi>x</mi></math>",
            "request": '<!DOCTYPE html><math><mi>x</mi></math><img src="data:,x">',
            "labels": "<!DOCTYPE html><svg><text y='20'>one</text><text y='22'>two</text></svg>",
        },
        360,
        tmp_path,
    )
    wide, glyph, _, labels = found
    assert wide["wide"] > 0
    assert wide["outside"]
    assert glyph["missing"] == ["\ue123"]
    assert labels["overlaps"] == ["one and two"]


def test_a_request_is_noticed(tmp_path):
    page = '<!DOCTYPE html><link rel="stylesheet" href="http://127.0.0.1:9/x.css">'
    with pytest.raises(AssertionError, match=r"127\.0\.0\.1:9/x\.css"):
        opened({"page": page}, 360, tmp_path)
