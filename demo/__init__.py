"""A made-up newsletter, and a faithful local stand-in for Buttondown's API that would tell about it."""

from demo.api import Api, serve
from demo.exports import write_export
from demo.faults import Accident, Faults
from demo.ids import dashed, type_id
from demo.messages import Request
from demo.newsletter import Newsletter
from demo.publication import account, analytics, email, newsletter_row
from demo.wire import Row, event, stamp, subscriber, tag
from demo.world import make_newsletter

__all__ = [
    "Accident",
    "Api",
    "Faults",
    "Newsletter",
    "Request",
    "Row",
    "account",
    "analytics",
    "dashed",
    "email",
    "event",
    "make_newsletter",
    "newsletter_row",
    "serve",
    "stamp",
    "subscriber",
    "tag",
    "type_id",
    "write_export",
]
