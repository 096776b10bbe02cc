"""Exports: an edition as a file that another system reads, with nothing in it that the edition does not show."""

from impact_metrics.publication.exports.dhis2 import Dhis2Values, LeftOut, dhis2_values
from impact_metrics.publication.exports.dhis2_mapping import Dhis2Mapping, ValueFor, load_dhis2_mapping
from impact_metrics.publication.exports.iati import Framework, iati_results
from impact_metrics.publication.exports.iati_activity import Activity, Organisation, Reported
from impact_metrics.publication.exports.registry import EXPORTS, Export
from impact_metrics.publication.exports.sdmx import sdmx_csv
from impact_metrics.publication.exports.xlsx import write_xlsx

__all__ = [
    "EXPORTS",
    "Activity",
    "Dhis2Mapping",
    "Dhis2Values",
    "Export",
    "Framework",
    "LeftOut",
    "Organisation",
    "Reported",
    "ValueFor",
    "dhis2_values",
    "iati_results",
    "load_dhis2_mapping",
    "sdmx_csv",
    "write_xlsx",
]
