"""What each query gives: one NamedTuple per query file, with its columns in their order."""

from report_builder.rows.email import Clicker, CurveHour, EmailLink, EmailResult, Filtered, Loss
from report_builder.rows.growth import (
    AgeCount,
    CohortMonth,
    MonthMoves,
    ReasonCount,
    SourceCounts,
    Undated,
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

__all__ = [
    "AgeCount",
    "AudienceStep",
    "Clicker",
    "CohortMonth",
    "CurveHour",
    "EarlierEmail",
    "EmailLink",
    "EmailResult",
    "EventTypeCount",
    "FeedCount",
    "Filtered",
    "FilteredTotal",
    "HourActions",
    "LinkUrl",
    "Loss",
    "MonthMoves",
    "Person",
    "PersonAddress",
    "PersonChange",
    "PersonFacts",
    "PersonTag",
    "ReasonCount",
    "SiteFacts",
    "SourceCounts",
    "StatusCount",
    "Step",
    "SyncRun",
    "TimelineEvent",
    "TopLink",
    "TopStep",
    "Totals",
    "Unassigned",
    "Undated",
]
