"""What each query gives: one NamedTuple per query file, with its columns in their order."""

from report_builder.rows.deliverability import DomainDelivery, EmailDelivery, FailureReason, LostAddress
from report_builder.rows.email import Clicker, CurveHour, EmailLink, EmailResult, Filtered, Loss
from report_builder.rows.links import ClickedHost, ClickedLink, ClickTotals
from report_builder.rows.overview import AudienceStep, HourActions, Step, TopLink, TopStep, Totals
from report_builder.rows.site import SiteFacts
from report_builder.rows.status import (
    EventTypeCount,
    FeedCount,
    FilteredTotal,
    StatusCount,
    SyncRun,
    Unassigned,
    UnlinkedEvents,
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
    "AudienceStep",
    "ClickTotals",
    "ClickedHost",
    "ClickedLink",
    "Clicker",
    "CurveHour",
    "DomainDelivery",
    "EarlierEmail",
    "EmailDelivery",
    "EmailLink",
    "EmailResult",
    "EventTypeCount",
    "FailureReason",
    "FeedCount",
    "Filtered",
    "FilteredTotal",
    "HourActions",
    "LinkUrl",
    "Loss",
    "LostAddress",
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
    "UnlinkedEvents",
]
