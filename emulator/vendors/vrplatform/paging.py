"""Pages of lists, in the envelope that all of VRPlatform's lists have."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from emulator.core.json_reader import JsonObject
from emulator.core.request import VendorRequest
from emulator.vendors.vrplatform import rules
from emulator.vendors.vrplatform.query_models import PageQuery

T = TypeVar("T")


def page_of(
    request: VendorRequest, query: PageQuery, items: Sequence[T], render: Callable[[T], JsonObject]
) -> JsonObject:
    """Return the page that a query asks for. Only its items are rendered."""
    limit, page = query.limit or request.value(rules.PAGE_SIZE), query.page or 1
    pages = -(-len(items) // limit)
    pagination = {
        "limit": limit,
        "page": page,
        "total": len(items),
        "totalPage": pages,
        "nextPage": page + 1 if page < pages else None,
    }
    return {"data": [render(item) for item in items[(page - 1) * limit : page * limit]], "pagination": pagination}
