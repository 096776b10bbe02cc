"""The page: an edition as one HTML file for readers and for print, without scripts and without the network."""

from impact_metrics.publication.page.document import html_report, write_html

__all__ = ["html_report", "write_html"]
