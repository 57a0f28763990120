"""What each query gives: one NamedTuple per query file, with its columns in their order."""

from report_builder.rows.email import Clicker, CurveHour, EmailLink, EmailResult, Filtered, Loss
from report_builder.rows.engagement import GridCell, Migration, Mover, StageCount, StarCount, ToWriteTo
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
    Favourites,
    LinkUrl,
    Person,
    PersonAddress,
    PersonChange,
    PersonFacts,
    PersonTag,
    ScoredEmail,
    TimelineEvent,
)

__all__ = [
    "AudienceStep",
    "Clicker",
    "CurveHour",
    "EarlierEmail",
    "EmailLink",
    "EmailResult",
    "EventTypeCount",
    "Favourites",
    "FeedCount",
    "Filtered",
    "FilteredTotal",
    "GridCell",
    "HourActions",
    "LinkUrl",
    "Loss",
    "Migration",
    "Mover",
    "Person",
    "PersonAddress",
    "PersonChange",
    "PersonFacts",
    "PersonTag",
    "ScoredEmail",
    "SiteFacts",
    "StageCount",
    "StarCount",
    "StatusCount",
    "Step",
    "SyncRun",
    "TimelineEvent",
    "ToWriteTo",
    "TopLink",
    "TopStep",
    "Totals",
    "Unassigned",
]
