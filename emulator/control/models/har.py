"""The models of an HTTP Archive (HAR 1.2), with the members that the journal can fill in."""

from typing import Literal

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from emulator.control.models.base import AnswerModel
from emulator.control.models.sandboxes import NOW

HTTP = "HTTP/1.1"


class HarModel(AnswerModel):
    """A part of an archive. HAR writes names in camel case."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class HarHeader(HarModel):
    """A name and a value."""

    name: str = Field(description="The name.", examples=["content-type"])
    value: str = Field(description="The value.", examples=["application/json"])


class HarEmpty(HarModel):
    """An object without members, where the journal has no data."""


class HarPostData(HarModel):
    """A request's body."""

    mime_type: str = Field(description="The media type.", examples=["application/json"])
    text: str = Field(description="The request's body, read as UTF-8.", examples=["{}"])


class HarRequest(HarModel):
    """What the client sent."""

    method: str = Field(description="The HTTP method.", examples=["PUT"])
    url: str = Field(description="The URL.", examples=["http://127.0.0.1:4600/xero/api.xro/2.0/Invoices"])
    headers: list[HarHeader] = Field(description="Names and values, with credentials redacted.")
    query_string: list[HarHeader] = Field(description="Names and values of the query, decoded.", examples=[[]])
    body_size: int = Field(description="Bytes.", examples=[5])
    cookies: list[HarHeader] = Field(
        description="Always empty; cookies are among the headers, redacted if secret.", examples=[[]]
    )
    headers_size: int = Field(description="-1: not known.", examples=[-1])
    http_version: str = Field(description="The version of HTTP.", examples=[HTTP])
    post_data: HarPostData | None = Field(None, description="The body, if it is available.")


class HarContent(HarModel):
    """An answer's body."""

    size: int = Field(description="Bytes.", examples=[5])
    mime_type: str = Field(description="The media type.", examples=["application/json"])
    text: str | None = Field(None, description="The answer's body in Base64, if it is available.")
    encoding: Literal["base64"] | None = Field(None, description="Of `text`.")


class HarResponse(HarModel):
    """What the server sent."""

    status: int = Field(description="0 where there was no answer.", examples=[200])
    status_text: str = Field(description="Always empty.", examples=[""])
    headers: list[HarHeader] = Field(description="Names and values, with credentials redacted.")
    content: HarContent = Field(description="The body.")
    redirect_url: str = Field(description="Always empty.", alias="redirectURL", examples=[""])
    body_size: int = Field(description="Bytes.", examples=[5])
    cookies: list[HarHeader] = Field(
        description="Always empty; cookies are among the headers, redacted if secret.", examples=[[]]
    )
    headers_size: int = Field(description="-1: not known.", examples=[-1])
    http_version: str = Field(description="The version of HTTP.", examples=[HTTP])


class HarTimings(HarModel):
    """How long it took."""

    send: float = Field(description="Not measured by itself.", examples=[0])
    wait: float = Field(description="The milliseconds of the whole exchange.", examples=[4.2])
    receive: float = Field(description="Not measured by itself.", examples=[0])


class HarEntry(HarModel):
    """One exchange."""

    started_date_time: str = Field(
        description="When the request came, by the sandbox's clock.",
        examples=[NOW],
        json_schema_extra={"format": "date-time"},
    )
    time: float = Field(
        description="Milliseconds of real time from the head of the request to the end of the answer; 0 while the "
        "exchange is open.",
        examples=[4.2],
    )
    request: HarRequest = Field(description="What the client sent.")
    response: HarResponse = Field(description="What the server sent.")
    cache: HarEmpty = Field(description="Always empty.")
    timings: HarTimings = Field(description="How long it took.")
    comment: str = Field(
        description="The rules that refused the request; else the operation, or how the exchange ended.",
        examples=["getInvoices"],
    )


class HarCreator(HarModel):
    """What wrote an archive."""

    name: str = Field(description="What wrote the archive.", examples=["attachment-emulator"])
    version: str = Field(description="The emulator's version.", examples=["1.0.0"])


class HarLog(HarModel):
    """The exchanges of an archive."""

    version: Literal["1.2"] = Field(description="The version of HAR.")
    creator: HarCreator = Field(description="What wrote the archive.")
    entries: list[HarEntry] = Field(description="The exchanges, oldest first.")


class HttpArchive(HarModel):
    """The journal as an HTTP Archive (HAR 1.2)."""

    log: HarLog = Field(description="The archive.")
