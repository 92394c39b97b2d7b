"""A Binary's answer → a Blob: raw bytes as they are, a FHIR wrapper unpacked."""

from base64 import b64decode
from binascii import Error as Base64Error

from smartapp.gateway import decode
from smartapp.gateway.answer import Answer
from smartapp.gateway.errors import Malformed
from smartapp.gateway.target import Blob


def blob_of(answer: Answer, connection: str) -> Blob:
    """Raises Malformed for a wrapper that holds no Binary."""
    stated = answer.headers.get("content-type", "").strip()
    if "fhir" not in answer.content_type or "json" not in answer.content_type:
        return Blob(stated, answer.body, answer.fetched_at, answer.url)
    try:
        wrapper = decode.resource(answer)
        if wrapper.get("resourceType") != "Binary":
            raise decode.Unreadable("the answer is no Binary")
        stated, data = wrapper.get("contentType"), wrapper.get("data", "")
        if not isinstance(stated, str) or not isinstance(data, str):
            raise decode.Unreadable("the Binary lacks its type")
        return Blob(stated, b64decode(data, validate=True), answer.fetched_at, answer.url)
    except (decode.Unreadable, Base64Error) as error:
        raise Malformed(
            f"The document cannot be shown safely: {error}.",
            connection=connection,
            status=answer.status,
            request_id=answer.request_id,
        ) from error
