"""The operations on the server: health, OpenAPI document and vendor operations."""

from time import monotonic

from starlette.responses import JSONResponse, Response

from emulator.control.health import health
from emulator.control.models import server as models
from emulator.control.models.base import VendorQuery
from emulator.control.models.documents import UploadRequest
from emulator.control.operation import Content, ControlContext, operation
from emulator.core import programs
from emulator.core.sandbox import DEFAULT
from emulator.core.vendor import Vendor


@operation("GET", "/health", "Get the health of the server, and how full its store is.")
async def get_health(context: ControlContext) -> models.Health:
    return models.Health(**health(context.registry, context.vendors))


@operation(
    "GET",
    "/openapi.json",
    "Get the OpenAPI document.",
    content=Content("application/json", "An OpenAPI 3.1 document."),
)
async def get_openapi(context: ControlContext) -> Response:
    from emulator.control.openapi import openapi_document

    return JSONResponse(openapi_document(context.operations, context.vendors))


@operation("GET", "/sandboxes/{sandbox}/vendors", "Get how clients reach the vendors in a sandbox.")
async def list_vendors(context: ControlContext) -> models.VendorAccessList:
    """Base URLs, and a first request as programs, with the host that this request was sent to."""
    sandbox = context.sandbox.name
    root = context.public_url + ("" if sandbox == DEFAULT else f"/sandbox/{sandbox}")
    return models.VendorAccessList(vendors=[_render_access(vendor, root) for vendor in context.vendors.values()])


def _render_access(vendor: Vendor, root: str) -> models.VendorAccess:
    mount_url = f"{root}/{vendor.name}"
    request = programs.sample_request(vendor, mount_url)
    return models.VendorAccess(
        name=vendor.name,
        title=vendor.title,
        base_url=mount_url + vendor.base_path,
        credential_states=list(vendor.credential_faults),
        upload=UploadRequest.of(vendor.name, vendor.sample),
        programs=models.Programs(
            curl=programs.as_curl(request),
            python=programs.as_python(request),
            javascript=programs.as_javascript(request),
        ),
    )


@operation("GET", "/operations", "List the operations of the vendors' APIs.")
async def list_operations(context: ControlContext, query: VendorQuery) -> models.VendorOperationList:
    return models.VendorOperationList(
        operations=[
            models.VendorOperation(
                vendor=vendor.name,
                id=vendor_operation.id,
                method=vendor_operation.method,
                path=f"/{vendor.name}{vendor_operation.path}",
                backing=vendor_operation.backing,
            )
            for vendor in context.select_vendors(query.vendor)
            for vendor_operation in vendor.operations
        ]
    )


@operation("GET", "/proxy", "Get what the server did as a proxy, by host.")
async def get_proxy(context: ControlContext) -> models.Proxy:
    counts = context.registry.proxy_counts
    return models.Proxy(
        hosts=list(counts.hosts),
        refused=dict(counts.refused),
        failed_handshakes=dict(counts.failed_handshakes),
        passed_through=dict(counts.passed_through),
    )


@operation("GET", "/unrouted", "List the last requests that reached no vendor, and so are in no journal.")
async def list_unrouted(context: ControlContext, query: models.UnroutedQuery) -> models.UnroutedRequests:
    now, registry = monotonic(), context.registry
    requests = registry.unrouted if query.sandbox is None else registry.unrouted_beside(query.sandbox)
    return models.UnroutedRequests(
        requests=[
            models.UnroutedRequest(
                method=request.method,
                target=request.target,
                status=request.status,
                detail=request.detail,
                seconds_ago=now - request.at,
            )
            for request in requests
        ]
    )
