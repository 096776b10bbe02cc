"""The page in a browser: it asks for nothing, complains of nothing, and fits a telephone."""

from __future__ import annotations

import html
import http.server
import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import attrs
import pytest

from impact_metrics.publication import Audience
from impact_metrics.publication.page import html_report
from tests.publication.crowd import edition, report

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="there is no Chromium")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-extensions"),
    *("--enable-logging=stderr", "--virtual-time-budget=4000"),
)
FRAME = """<!doctype html><title>frame</title>
<iframe src="/report.html" width="%d" height="800" style="border:0"></iframe>
<pre id="found"></pre><script>
document.querySelector("iframe").onload = event => {
  const inside = event.target.contentDocument, root = inside.documentElement;
  const links = [...inside.querySelectorAll("a[href^='#']")].map(link => link.getAttribute("href").slice(1));
  document.getElementById("found").textContent = JSON.stringify({
    title: inside.title,
    needs: root.scrollWidth,
    has: root.clientWidth,
    lost: links.filter(name => inside.getElementById(name) === null),
    links: links.length,
    pictures: [...inside.querySelectorAll("svg")].filter(picture => picture.getBoundingClientRect().width > 100).length,
    background: event.target.contentWindow.getComputedStyle(inside.querySelector(".card")).borderTopWidth,
  });
};
</script>"""


@attrs.frozen
class Seen:
    """What a browser made of a page, what it asked for, and what it said."""

    found: dict[str, object]
    asked: list[str]
    log: str


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, and keeps what was asked for."""

    def __init__(self, *given: Any, asked: list[str], **others: Any) -> None:
        """Take the list to keep it in."""
        self.asked = asked
        super().__init__(*given, **others)

    def log_message(self, text: str, *given: Any) -> None:
        """Keep the path of a request, and print nothing."""
        del text, given
        self.asked.append(self.path)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str, list[str]]]:
    asked: list[str] = []
    folder = tmp_path / "served"
    folder.mkdir()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, asked=asked, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    server.server_close()
    thread.join()


def page_for(audience: Audience) -> str:
    made = report()
    return html_report(edition(made, audience), report=made)


def look(served: tuple[Path, str, list[str]], tmp_path: Path, page: str, width: int) -> Seen:
    folder, address, asked = served
    (folder / "report.html").write_text(page, encoding="utf-8")
    (folder / "frame.html").write_text(FRAME % width, encoding="utf-8")
    assert BROWSER is not None
    done = subprocess.run(  # noqa: S603 - our own page, in a browser that was found
        [BROWSER, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", f"{address}/frame.html"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    told = re.search(r'<pre id="found">(.*?)</pre>', done.stdout)
    assert told is not None, done.stderr
    return Seen(json.loads(html.unescape(told.group(1))), asked, done.stderr)


@pytest.mark.parametrize("width", [320, 390, 1200])
@pytest.mark.parametrize("audience", list(Audience))
def test_a_page_in_a_browser(
    served: tuple[Path, str, list[str]], tmp_path: Path, audience: Audience, width: int
) -> None:
    """Nothing besides the page is asked for, nothing is wider than the screen, every link within it leads somewhere."""
    seen = look(served, tmp_path, page_for(audience), width)
    assert sorted(set(seen.asked) - {"/favicon.ico"}) == ["/frame.html", "/report.html"]
    assert "CONSOLE" not in seen.log.replace("favicon", "")
    assert seen.found["title"] == "Toy shop, as at 31 December 2024"
    assert seen.found["needs"] == seen.found["has"]
    assert seen.found["lost"] == []
    assert seen.found["background"] == "4px"
    assert isinstance(seen.found["links"], int)
    assert seen.found["links"] > 30
    assert seen.found["pictures"] == 10


def test_the_browser_would_tell(served: tuple[Path, str, list[str]], tmp_path: Path) -> None:
    """Of something too wide, of a link that leads nowhere, and of an image and a script, which are not let through."""
    worse = '<div class="running" style="width: 900px">x</div><a href="#nowhere">x</a><img src="/x.png">'
    page = page_for(Audience.PUBLISHABLE).replace("</main>", f"{worse}<script>document.title = 'x'</script></main>")
    seen = look(served, tmp_path, page, 390)
    assert seen.found["needs"] != seen.found["has"]
    assert seen.found["lost"] == ["nowhere"]
    assert seen.found["title"] == "Toy shop, as at 31 December 2024"
    assert "/x.png" not in seen.asked
    assert "Content Security Policy" in seen.log
    assert "CONSOLE" in seen.log
