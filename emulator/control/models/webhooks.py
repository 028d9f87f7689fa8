"""The models of webhook endpoints and deliveries."""

from typing import Any

from pydantic import Field

from emulator.control.models.base import AnswerModel
from emulator.control.models.sandboxes import NOW
from emulator.core.validation import Boolean, Integer, RequestModel, Text, VendorName
from emulator.webhooks.models import DeliveryState, EndpointStatus

URL = "http://127.0.0.1:3000/hooks"
ID = "0b8e6a3e-5a0f-4c40-9d0e-0b4f6c1b2a11"
TIME: dict[str, Any] = {"format": "date-time"}


class WebhookRegistration(RequestModel):
    """An endpoint to register."""

    vendor: VendorName = Field(description="Whose events it receives.", examples=["codat"])
    url: Text = Field(
        description="Where events are sent: a loopback address, or a host that the setting `webhook_hosts` allows.",
        examples=[URL],
    )
    event_types: list[Text] = Field(
        default=[], description="Only events of these types; none for all.", examples=[["bills.write.successful"]]
    )
    tags: list[Text] = Field(
        default=[],
        description="Only events with any of these tags, such as those of a company; none for all.",
        examples=[["region:us"]],
    )
    disabled: Boolean = Field(default=False, description="Whether it receives nothing.", examples=[False])
    check: Boolean = Field(
        default=True,
        description="Whether the vendor checks the new endpoint, as Xero does with its intent to receive.",
        examples=[True],
    )


class WebhookEndpoint(AnswerModel):
    """A URL that receives a vendor's events."""

    id: str = Field(description="Its id.", examples=[ID])
    vendor: str = Field(description="Whose events it receives.", examples=["codat"])
    url: str = Field(description="Where events are sent.", examples=[URL])
    event_types: list[str] = Field(
        description="Only events of these types; empty for all.", examples=[["bills.write.successful"]]
    )
    tags: list[str] = Field(description="Only events with any of these tags; empty for all.", examples=[["region:us"]])
    disabled: bool = Field(
        description="Whether it receives nothing, by its own choice or after failures for as long as the vendor says.",
        examples=[False],
    )
    status: EndpointStatus = Field(
        description="Whether it has passed the vendor's check of a new endpoint; always `ok` where there is none.",
        examples=["ok"],
    )
    secret: str = Field(
        description="What its events are signed with.", examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]
    )


class WebhookEndpointList(AnswerModel):
    """The endpoints of a sandbox."""

    webhooks: list[WebhookEndpoint] = Field(description="In the order of their registration.")


class WebhookDeliveryQuery(RequestModel):
    """Which deliveries to list."""

    limit: Integer | None = Field(None, description="Only the last ones, this many.")


class WebhookAttempt(AnswerModel):
    """One request to an endpoint."""

    at: str = Field(description="When, in the sandbox's time.", examples=[NOW], json_schema_extra=TIME)
    headers: dict[str, str] = Field(
        description="The request's headers, its signature among them.",
        examples=[{"content-type": "application/json", "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek"}],
    )
    status: int | None = Field(description="The answer's status; null without an answer.", examples=[200])
    error: str | None = Field(description="Why there was no answer.", examples=[None])


class WebhookDelivery(AnswerModel):
    """One event on its way to one endpoint."""

    id: str = Field(description="Its id.", examples=[ID])
    webhook: str = Field(description="The endpoint's id.", examples=[ID])
    vendor: str = Field(description="Whose event it is.", examples=["codat"])
    url: str = Field(description="Where it is sent.", examples=[URL])
    event_id: str = Field(
        description="The event's id, the same in every attempt.", examples=["msg_p5jXN8AQM9LWM0D4loKWxJek"]
    )
    event_type: str = Field(description="The event's type.", examples=["bills.write.successful"])
    body: str = Field(description="The request's body.", examples=['{"eventType":"bills.write.successful"}'])
    state: DeliveryState = Field(
        description="`pending` before its last attempt, `delivered` after a 2xx answer, `failed` after the last "
        "attempt, `cancelled` with its endpoint, `discarded` if too many were waiting, `dropped` by a fault.",
        examples=["delivered"],
    )
    fault: str | None = Field(description="The kind of fault that it triggered.", examples=[None])
    exchange: int | None = Field(
        description="The number of the exchange in the journal that caused it; null for a vendor's check.", examples=[1]
    )
    created: str = Field(
        description="When the event happened, in the sandbox's time.", examples=[NOW], json_schema_extra=TIME
    )
    next_attempt: str | None = Field(
        description="When it is sent next, in the sandbox's time; null if not again.",
        examples=[None],
        json_schema_extra=TIME,
    )
    attempts: list[WebhookAttempt] = Field(description="What was sent so far.")


class WebhookDeliveryList(AnswerModel):
    """The deliveries of a sandbox."""

    deliveries: list[WebhookDelivery] = Field(description="The oldest first.")
