"""The Sphinx extension: somebody's own project, a catalogue of their own, and two lines in ``conf.py``."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs
import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from impact_metrics import at_most, count, distinct, exists, not_, rows, share, total
from impact_metrics.anti_trafficking import CATALOGUE as SHIPPED
from impact_metrics.anti_trafficking import TrainingSession
from impact_metrics.documents.diagram import boxes, to_svg
from impact_metrics.sphinx import directives
from impact_metrics.sphinx.certainty import certificate_page
from impact_metrics.sphinx.metric_page import metric_page
from tests.toys import Broken, Made, Sold

CATALOGUE = '''
from datetime import date
import attrs
from impact_metrics import *
from impact_metrics.rules import Metric

class Outcome(Code):
    """How a course ended.

    As the school records it.
    """
    PASSED = "passed", "Took the test and passed it."
    FAILED = "failed"

class Level(Code):
    """How hard it was."""
    EASY = "easy"

GOOD = CodeSet("good ends", (Outcome.PASSED,), source="the school")
PLAIN = CodeSet("any end", (Outcome.PASSED, Outcome.FAILED))

class CourseEnd(Event):
    """A person finishes a course."""
    learner: Field[PersonId] = role("the person who took the course")
    outcomes: Field[frozenset[Outcome] | None] = field("how the course ended", default=None)
    hours: Field[int | None] = field("how long it took", default=None)
    level: Field[Level | None] = field("how hard it was", default=None)

class Learner(Person):
    """Somebody who learns."""
    born_on: Field[date | None] = field("the date of birth", default=None)

PERSON = Unit("person", "persons", PersonId)
SOURCE = Source("A <school>", "Report")
learned = Metric(id="learned", version="1", title="People who learned", unit=PERSON, definition="who <learned>",
    source=SOURCE, measure=count(distinct(CourseEnd.learner)), effective_from=date(2024, 1, 1),
    limits=("Says nothing of how much.",))
qualified = Metric(id="qualified", version="1", title="People qualified", unit=PERSON, definition=None, source=SOURCE,
    measure=count(distinct(CourseEnd.learner).where(CourseEnd.outcomes.overlaps(GOOD))), assumptions=("Once each.",))
hours = Metric(id="hours", version="1", title="Hours", unit=Unit("hour", "hours"), definition=None, source=SOURCE,
    measure=total(CourseEnd.hours).where(any_of(CourseEnd.hours > 1, all_of(CourseEnd.hours < 9,
        CourseEnd.outcomes.overlaps(GOOD)))))
ends = Metric(id="ends", version="1", title="Ends", unit=Unit("end", "ends"), definition=None, source=SOURCE,
    measure=count(rows(CourseEnd)))
twice = attrs.evolve(learned, version="2", measure=count(distinct(CourseEnd.learner).at_least(2)), reason="practice",
    effective_from=date(2025, 1, 1))
MODEL = Model(name="courses", events=(CourseEnd,), person=Learner, constraints=(
    constraint("ended", CourseEnd, CourseEnd.outcomes.overlaps(PLAIN), when=not_(CourseEnd.hours.is_missing()),
        because="what took time has an end"),
    constraint("long", CourseEnd, CourseEnd.hours >= 1, CourseEnd.hours <= 1000, because="no course is longer"),
))
CATALOGUE = Catalogue(id="courses", version="1", title="Courses", model=MODEL,
    metrics=(learned, qualified, hours, ends), other_versions=(twice,), invariants=(
        subset(qualified, learned, because="one learns to pass"), at_most(ends, hours, because="each takes one"),
        disjoint(qualified, learned, because="it is wrong, for the test")))
'''

CONF = 'extensions = ["impact_metrics.sphinx"]\nimpact_metrics_catalogue = "own.py:CATALOGUE"\n'
PAGE = """
Courses
=======

.. metric:catalogue::

.. metric:invariants::

.. metric:constraints::

.. metric:metric:: learned

.. metric:metric:: qualified

.. metric:metric:: hours

.. metric:event:: CourseEnd

.. metric:event:: Learner

.. metric:codes:: Outcome

.. metric:codes:: Level

.. metric:codeset:: good ends

.. metric:codeset:: any end

See :metric:metric:`qualified`, :metric:metric:`others <learned>`, :metric:event:`CourseEnd`, :any:`Outcome`,
:metric:codeset:`good ends`.
"""


CERTAIN = """
Certain
=======

.. metric:certificate::

.. metric:metric:: qualified
   :examples:

.. metric:metric:: learned
   :examples:

.. metric:metric:: hours
   :examples:
"""


class Project:
    """A project of somebody's own."""

    def __init__(self, folder: Path) -> None:
        """Write its catalogue, its settings and a page."""
        self.folder = folder
        self.warnings = io.StringIO()
        (folder / "own.py").write_text(CATALOGUE, encoding="utf-8")
        self.write(
            "conf", 'extensions = ["impact_metrics.sphinx"]\nimpact_metrics_catalogue = "own.py:CATALOGUE"\n', "py"
        )
        self.write("index", PAGE)

    def write(self, name: str, text: str, suffix: str = "rst") -> None:
        """Write a file."""
        (self.folder / f"{name}.{suffix}").write_text(text, encoding="utf-8")

    def build(self, *, strict: bool = True, parallel: int = 0) -> str:
        """Build the project, and give its first page."""
        out = self.folder / "out"
        with patch_docutils(self.folder), docutils_namespace():
            app = Sphinx(
                self.folder, self.folder, out, self.folder / "trees", "html", status=None, warning=self.warnings,
                exception_on_warning=strict, parallel=parallel,
            )  # fmt: skip
            app.build()
        self.env = app.env
        return (out / "index.html").read_text(encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_a_project_documents_its_own_catalogue(project: Project) -> None:
    """Without a warning: metrics with all their parts, events, codes and lists, each linked to the others."""
    html = project.build()
    for text in (
        "Counts once each person who is the person who took the course in a course end",
        "who &lt;learned&gt;",
        "The source gives no definition.",
        "<strong>Version: </strong>1 (effective from 2024-01-01).",
        "Says nothing of how much.",
        "<strong>2</strong>, effective from 2025-01-01: practice. Compared with the version above:",
        "changed (who is counted): from: the person is the person who took the course in a course end",
        "it must be so that how the course ended include",
        "Because what took time has an end.",
        "it must be so that all of these hold:",
        "Everybody counted by ",
        " is at most that of ",
        "Nobody is counted both by ",
        "Took the test and passed it.",
        "as the code says",
        "As the school records it.",
        "Source: the school.",
        "<svg",
        "Constraints: ended, long.",
    ):
        assert text in html.replace("how the course ended includes", "how the course ended include"), text
    for anchor in (
        "metric-metric-qualified",
        "metric-event-CourseEnd",
        "metric-codes-Outcome",
        "metric-codeset-good-ends",
    ):
        assert f'id="{anchor}"' in html
        assert f'href="#{anchor}"' in html
    assert ">others<" in html
    index = (project.folder / "out" / "genindex.html").read_text(encoding="utf-8")
    assert "People qualified (metric)" in index


@pytest.mark.parametrize(
    ("page", "message"),
    [
        (".. metric:metric:: qualifed", "did you mean 'qualified'"),
        (".. metric:event:: CourseEnds", "did you mean 'CourseEnd'"),
        (".. metric:catalogue::\n   :catalogue: own.py:NOTHING", "has no catalogue 'NOTHING'"),
        (".. metric:codes:: Nothing", "there is no code list 'Nothing'"),
    ],
)
def test_what_is_not_there_is_an_error_of_the_page(project: Project, page: str, message: str) -> None:
    """With the line, and the nearest right name."""
    project.write("index", f"Title\n=====\n\n{page}\n")
    project.build(strict=False)
    assert message in project.warnings.getvalue()
    assert "index.rst:4" in project.warnings.getvalue()


def test_what_is_certain_is_documented(project: Project) -> None:
    """The certificate with the streams that refute, and on request worked examples for each clause, versions too."""
    project.write("index", CERTAIN)
    html = project.build()
    for text in (
        "qualified is within learned",
        "<strong>as at any date: </strong><strong>proved</strong>.",
        "The smallest stream that breaks it:",
        "person-1: qualified 1, learned 1 as at 2024-12-31",
        "Never falls when events are added",
        "ends is at most hours",
        "yes, with long",
        "<em>How the course ended includes one or more of &quot;good ends&quot;.</em>",
        '<th class="head"><p>person-1 is not counted</p></th>',
        "<strong>outcomes “failed”</strong>",
        "Version 1 counts person-1, and version 2 does not:",
        "Whatever version 2 counts, version 1 counts: proved for every stream.",
        "These clauses never decide alone",
    ):
        assert text in html.replace("“good ends”", "&quot;good ends&quot;"), text


WATCHED = """
passed = distinct(CourseEnd.learner).where(CourseEnd.outcomes.overlaps(GOOD))
again = Metric(id="again", version="1", title="Again", unit=PERSON, definition=None, source=SOURCE,
    measure=followed_up(passed, within_months=2, of=distinct(CourseEnd.learner)))
sooner = attrs.evolve(again, version="2", measure=followed_up(passed, within_months=1, of=distinct(CourseEnd.learner)),
    reason="sooner", effective_from=date(2025, 1, 1))
same = Metric(id="same", version="1", title="Same", unit=Unit("end", "ends"), definition=None, source=SOURCE,
    measure=count(rows(CourseEnd).where(CourseEnd.hours < 1)))
CATALOGUE = attrs.evolve(CATALOGUE, metrics=(*CATALOGUE.metrics, again, same), other_versions=(twice, sooner))
"""
EXAMPLES = """
Examples
========

.. metric:metric:: again
   :examples:

.. metric:metric:: same
   :examples:

.. metric:metric:: ends
   :examples:
"""


def test_examples_of_days_are_documented(project: Project) -> None:
    """The part and the date with each, what is not decided of versions, and what no example was found for."""
    (project.folder / "own.py").write_text(CATALOGUE + WATCHED, encoding="utf-8")
    project.write("index", EXAMPLES)
    html = project.build()
    for text in (
        "Where days or scores decide, the two streams are one day, or one step of the score, apart. Before a clause",
        "<em>The outcome: it happens within two months of the day of entry, the last day included.</em> As at 2024-",
        '<th class="head"><p>person-1 is in the denominator only</p></th>',
        "<strong>2024-04-16</strong>",
        "Whom its versions put elsewhere is not decided for every stream, since days or scores decide.",
        "For these no example was found.",
        "<li><p>The outcome: it happens after the day of entry.</p></li>",
        "No two streams were found between which one clause of the rule alone decides.",
        "<em>There is a course end.</em>",
    ):
        assert text in html, text


def test_what_cannot_be_shown_is_an_error_of_the_page(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra that brings the prover, the page names it."""
    monkeypatch.setitem(sys.modules, "z3", None)
    for name in [name for name in sys.modules if name.startswith("impact_metrics.proofs")]:
        monkeypatch.delitem(sys.modules, name)
    project.write("index", "Title\n=====\n\n.. metric:metric:: hours\n   :examples:\n")
    project.build(strict=False)
    assert 'pip install "impact-metrics[prove]"' in project.warnings.getvalue()


FIGURES = """
Figures
=======

.. metric:figure:: passed
   :stream: stream.jsonl
   :as-at: 2024-12-31
   :period: year

.. metric:figure:: way
   :stream: stream.jsonl

.. metric:figure:: levels
   :stream: stream.jsonl

.. metric:figure:: learned
   :stream: stream.jsonl
"""
MORE = """
passed = Metric(id="passed", version="1", title="Share who passed", unit=PERSON, definition=None, source=SOURCE,
    measure=share(distinct(CourseEnd.learner).where(CourseEnd.outcomes.overlaps(GOOD)), of=distinct(CourseEnd.learner)))
way = Metric(id="way", version="1", title="The way", unit=PERSON, definition=None, source=SOURCE, measure=funnel(
    Stage("Learned", distinct(CourseEnd.learner)), Stage("Passed <well>", distinct(CourseEnd.learner).where(
        CourseEnd.outcomes.overlaps(GOOD)))))
levels = Metric(id="levels", version="1", title="Levels", unit=PERSON, definition=None, source=SOURCE,
    measure=listing(distinct(CourseEnd.learner), show=[CourseEnd.level]))
CATALOGUE = attrs.evolve(CATALOGUE, metrics=(*CATALOGUE.metrics, passed, way, levels), sections=(
    Section("What came <of it>", ("passed", "way")),))
"""
LINES = (
    '{"type": "About", "title": "Made up", "note": "nobody learned anything"}\n'
    '{"type": "CourseEnd", "id": "E1", "occurred_on": "2023-05-01", "learner": "Ann", "outcomes": ["passed"]}\n'
    '{"type": "CourseEnd", "id": "E2", "occurred_on": "2024-05-01", "learner": "Ben", "level": "easy"}\n'
)


def test_figures_are_shown_on_a_page(project: Project) -> None:
    """With what they are made of: a share by year and with a case of each kind, stages, entries, and a plain count."""
    (project.folder / "own.py").write_text(CATALOGUE + MORE, encoding="utf-8")
    (project.folder / "stream.jsonl").write_text(LINES, encoding="utf-8")
    project.write("index", FIGURES)
    html = re.sub(r"[ \n]+", " ", project.build())
    for text in (
        "<strong>Share who passed: </strong>50.0 % (1 of 2 persons; 95 % interval",
        "Courses, as at 2024-12-31, from everything recorded.",
        "Made up: nobody learned anything.",
        "<td><p>numerator over denominator</p></td>",
        "By year of entry, with what has become of those who entered by the date of the report",
        "<td><p>100.0\N{NO-BREAK SPACE}%</p></td>",
        "One case of each kind",
        "Ann is in the numerator, of Share who passed",
        "Ben is in the denominator only, of Share who passed",
        "<td><p>Passed &lt;well&gt;</p></td>",
        "<td><p>50.0\N{NO-BREAK SPACE}%</p></td>",
        "<strong>Levels: </strong>2 persons. Courses, as at 2024-05-01",
        "<li><p>by level: easy 1, unknown 1</p></li>",
        "<li><p>Ben: level: easy; as at 2024-05-01 (E2)</p></li>",
        "<strong>People who learned: </strong>2 persons.",
    ):
        assert text in html, text
    project.write("index", "Title\n=====\n\n.. metric:catalogue::\n")
    listed = project.build()
    assert listed.index("What came &lt;of it&gt;") < listed.index("Share who passed") < listed.index("Other figures")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("", "name its file in the option :stream:"),
        ("   :stream: nothing.jsonl\n", "there is no such file"),
        ("   :stream: own.py\n   :as-at: soon\n", "invalid option value"),
        ("   :stream: own.py\n   :period: week\n", "invalid option value"),
    ],
)
def test_a_figure_without_its_stream_is_an_error_of_the_page(project: Project, options: str, message: str) -> None:
    """With the line, and what to write."""
    project.write("index", f"Title\n=====\n\n.. metric:figure:: learned\n{options}")
    project.build(strict=False)
    assert message in project.warnings.getvalue()
    assert "index.rst:4" in project.warnings.getvalue()


def test_a_figure_of_no_metric_names_the_nearest(project: Project) -> None:
    """As other directives do."""
    (project.folder / "stream.jsonl").write_text(LINES, encoding="utf-8")
    project.write("index", "Title\n=====\n\n.. metric:figure:: learnt\n   :stream: stream.jsonl\n")
    project.build(strict=False)
    assert "did you mean 'learned'" in project.warnings.getvalue()


def test_a_stream_that_says_nothing_of_itself_is_shown_without_a_note(project: Project) -> None:
    """The figure, and no empty paragraph."""
    (project.folder / "stream.jsonl").write_text(LINES.partition("\n")[2], encoding="utf-8")
    project.write("index", "Title\n=====\n\n.. metric:figure:: learned\n   :stream: stream.jsonl\n")
    html = project.build()
    assert "2 persons. Courses" in html
    assert "Made up" not in html


def test_everything_of_a_kind_is_described_at_once(project: Project) -> None:
    """Each event type, code list and named set as by its own directive, with nothing to be listed by hand."""
    project.build()
    one_by_one = {key for key in objects(project) if key[0] != "metric"}
    metrics = "".join(f".. metric:metric:: {name}\n\n" for name in ("learned", "qualified", "hours"))
    every = ".. metric:events::\n\n.. metric:codelists::\n\n.. metric:codesets::\n"
    project.write("index", f"Title\n=====\n\n{metrics}{every}")
    html = project.build()
    assert {key for key in objects(project) if key[0] != "metric"} == one_by_one
    assert "Took the test and passed it." in html
    assert len(one_by_one) == len({"CourseEnd", "Learner", "Outcome", "Level", "good ends", "any end"})


def test_everything_of_a_model_without_persons_is_its_events(project: Project) -> None:
    """Nothing stands for the person type that there is not."""
    (project.folder / "own.py").write_text(CATALOGUE.replace("person=Learner, ", ""), encoding="utf-8")
    project.write("index", "Title\n=====\n\n.. metric:events::\n")
    project.build(strict=False)
    assert set(objects(project)) == {("event", "CourseEnd")}


def test_everything_of_no_catalogue_is_an_error_of_the_page(project: Project) -> None:
    """With the line."""
    project.write("index", "Title\n=====\n\n.. metric:events::\n   :catalogue: none.yaml\n")
    project.build(strict=False)
    assert "index.rst:4" in project.warnings.getvalue()


def test_references_to_nothing_and_double_pages_are_warned_of(project: Project) -> None:
    """As for any other domain."""
    project.write(
        "index", "Title\n=====\n\n:metric:metric:`nothing`\n\n.. metric:metric:: hours\n\n.. metric:metric:: hours\n"
    )
    project.build(strict=False)
    assert "metric hours is documented in index already" in project.warnings.getvalue()
    assert "reference target not found: nothing" in project.warnings.getvalue()


def test_pages_that_change_are_read_again(project: Project) -> None:
    """What a page no longer documents is forgotten; other catalogues may be named by module; processes share."""
    project.write("other", "Other\n=====\n\n.. metric:metric:: ends\n")
    project.write("index", ".. toctree::\n\n   other\n\nTitle\n=====\n\n:metric:metric:`ends`\n")
    project.build(parallel=2)
    assert ("metric", "ends") in objects(project)
    named = ".. metric:metric:: arrests\n   :catalogue: impact_metrics.anti_trafficking:CATALOGUE\n"
    project.write("other", f"Other\n=====\n\n{named}")
    project.write("index", ".. toctree::\n\n   other\n\nTitle\n=====\n")
    project.build()
    assert set(objects(project)) == {("metric", "arrests")}


def test_a_page_is_read_again_once_its_catalogue_says_something_else(project: Project) -> None:
    """Though no file that the page names has changed: the catalogue is made from a module beside it."""
    (project.folder / "words.py").write_text('TITLE = "People who learned"\n', encoding="utf-8")
    apart = CATALOGUE.replace('title="People who learned"', 'title=runpy.run_path(BESIDE)["TITLE"]')
    beside = f"import runpy\nBESIDE = {str(project.folder / 'words.py')!r}\n"
    own = project.folder / "own.py"
    own.write_text(beside + apart, encoding="utf-8")
    project.write("index", "Title\n=====\n\n.. metric:metric:: learned\n")
    assert "People who learned" in project.build()
    as_it_was = own.stat()
    assert "People who learned" in project.build()
    (project.folder / "words.py").write_text('TITLE = "Those taught"\n', encoding="utf-8")
    directives._loaded.cache_clear()  # noqa: SLF001 - as in another process
    assert "Those taught" in project.build()
    own.write_text("COURSES = 1", encoding="utf-8")
    os.utime(own, ns=(as_it_was.st_atime_ns, as_it_was.st_mtime_ns))
    directives._loaded.cache_clear()  # noqa: SLF001 - as in another process
    project.build(strict=False)
    assert "own.py" in project.warnings.getvalue()


def objects(project: Project) -> Any:
    domain: Any = project.env.get_domain("metric")
    return domain.objects


def test_diagrams_draw_what_is_read() -> None:
    """Counted roles, ties, numbers and what must not be there; with a title for those who cannot see it."""
    sold_intact = exists(Sold, Sold.case == Made.case, not_(exists(Broken, Broken.case == Sold.case)))
    tree = boxes(count(distinct(Made.maker).where(sold_intact) - distinct(Sold.buyer)))
    assert [line for box in tree for line in box.lines()] == [
        "made: maker",
        "  sold (same case)",
        "    no broken (same case)",
        "no sold: buyer",
    ]
    svg = to_svg(tree, "A & B")
    assert "<title>A &amp; B: made: maker; sold (same case); no broken (same case); no sold: buyer</title>" in svg
    assert svg.count("stroke-dasharray") == 2
    assert [box.label for box in boxes(count(rows(Sold)))] == ["sold"]
    linked = total(Made.parts).where(exists(Broken, Broken.witnesses.contains(Made.maker), Broken.case == "C"))  # type: ignore[operator]
    assert [*boxes(linked)[0].lines()] == ["made: parts", "  broken (witnesses = maker)"]


def test_a_share_is_drawn_with_the_events_of_all_its_populations() -> None:
    """Each once, although numerator and denominator read some in common."""
    of_makers = share(distinct(Made.maker).where(Made.safe), of=distinct(Made.maker))
    assert [line for box in boxes(of_makers) for line in box.lines()] == ["made: maker"]


def said(nodes: Iterable[Any]) -> str:
    return " ".join(node.astext() for node in nodes)


def test_the_certificate_says_what_proofs_rely_on_and_what_is_not_known() -> None:
    """Constraints by name, metrics that can fall, and claims that nothing was found about."""
    shipped = said(certificate_page(SHIPPED, "page"))
    assert "as at any date: proved, relying on conviction_has_trial." in shipped
    assert "no, by 4 events" in shipped
    assert "it has no direction" in shipped
    head_count = SHIPPED["professionals_trained"]
    sessions = attrs.evolve(head_count, id="sessions", measure=count(rows(TrainingSession)))
    claimed = at_most(sessions, head_count, because="nobody trains nobody")
    odd = attrs.evolve(SHIPPED, metrics=(head_count, sessions), other_versions=(), invariants=(claimed,), sections=())
    reverse = attrs.evolve(odd, invariants=(at_most(head_count, sessions, because="for the test"),))
    assert "refuted" in said(certificate_page(odd, "page"))
    assert "no stream was found in which it is more" in said(certificate_page(reverse, "page"))


def test_a_metric_without_relations_has_no_heading_for_them() -> None:
    """Its page goes on with what there is."""
    alone = attrs.evolve(SHIPPED, invariants=())
    assert "Relations to other metrics" in said(metric_page(SHIPPED["arrests"], SHIPPED, "page"))
    assert "Relations to other metrics" not in said(metric_page(alone["arrests"], alone, "page"))


def test_the_scale_of_a_figure_is_on_its_page() -> None:
    """With what its scores mean and whose it is; a figure that reads no scores has none."""
    page = said(metric_page(SHIPPED["change_in_housing"], SHIPPED, "page"))
    assert "scores from 1 to 5, of which higher ones are better" in page
    assert "scores from" not in said(metric_page(SHIPPED["arrests"], SHIPPED, "page"))
