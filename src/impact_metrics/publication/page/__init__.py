"""The page: an edition as one HTML file for readers and for print, without scripts and without the network."""

from impact_metrics.publication.page.document import html_report, write_html
from impact_metrics.publication.page.manifest import manifest_rows

__all__ = ["html_report", "manifest_rows", "write_html"]
