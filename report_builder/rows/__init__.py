"""What each query gives: one NamedTuple per query file, with its columns in their order."""

from report_builder.rows.email import (
    Clicker,
    CurveHour,
    Depth,
    EmailLink,
    EmailResult,
    Filtered,
    HalfLife,
    Loss,
    OpenCounts,
    Pace,
)
from report_builder.rows.overview import AudienceStep, HourActions, Step, TopLink, TopStep, Totals
from report_builder.rows.site import SiteFacts
from report_builder.rows.status import (
    EventTypeCount,
    FeedCount,
    FilteredTotal,
    StatusCount,
    SyncRun,
    Unassigned,
)
from report_builder.rows.subscriber import (
    EarlierEmail,
    LinkUrl,
    Person,
    PersonAddress,
    PersonChange,
    PersonFacts,
    PersonTag,
    TimelineEvent,
)
from report_builder.rows.timing import HourIntensity, PaceOfAll

__all__ = [
    "AudienceStep",
    "Clicker",
    "CurveHour",
    "Depth",
    "EarlierEmail",
    "EmailLink",
    "EmailResult",
    "EventTypeCount",
    "FeedCount",
    "Filtered",
    "FilteredTotal",
    "HalfLife",
    "HourActions",
    "HourIntensity",
    "LinkUrl",
    "Loss",
    "OpenCounts",
    "Pace",
    "PaceOfAll",
    "Person",
    "PersonAddress",
    "PersonChange",
    "PersonFacts",
    "PersonTag",
    "SiteFacts",
    "StatusCount",
    "Step",
    "SyncRun",
    "TimelineEvent",
    "TopLink",
    "TopStep",
    "Totals",
    "Unassigned",
]
