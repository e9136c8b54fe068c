"""Files kept by content: type found by looking, size bounded, opened only through a door that checks scope."""

import base64
import binascii
from datetime import datetime

from yijia.base.crypto import sm3
from yijia.base.errors import Invalid
from yijia.base.models import StoredFile
from yijia.base.words import say
from yijia.core.permissions import Actor

MAX_BYTES = 5 * 1024 * 1024
_KINDS = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


def media_type(content: bytes) -> str | None:
    """What the bytes are, by their first bytes; only PNG and JPEG pictures are taken."""
    return next((kind for start, kind in _KINDS if content.startswith(start)), None)


def keep(content: bytes, *, field: str, by: Actor, at: datetime, organisation_id: int | None) -> StoredFile:
    """Store a picture.

    Raises      Invalid: empty, larger than 5 MiB, or not a PNG or JPEG, named by the form's field
    """
    if not content:
        raise Invalid({field: [say("文件是空的")]})
    if len(content) > MAX_BYTES:
        raise Invalid({field: [say("文件超过 5 MB，请压缩后再传")]})
    kind = media_type(content)
    if kind is None:
        raise Invalid({field: [say("只收 PNG 或 JPEG 图片")]})
    return StoredFile.objects.create(
        sm3=sm3(content),
        media_type=kind,
        size=len(content),
        content=content,
        organisation_id=organisation_id,
        created_at=at,
        created_by_id=by.user_id,
    )


def keep_data_url(text: str, *, field: str, by: Actor, at: datetime, organisation_id: int | None) -> StoredFile:
    """Store a picture written as `data:image/png;base64,…`: a signature pad's, or a scan's."""
    head, _, body = text.partition(",")
    if head not in {"data:image/png;base64", "data:image/jpeg;base64"}:  # the bytes themselves are looked at below
        raise Invalid({field: [say("请在框内签名")]})
    try:
        content = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid({field: [say("签名图片不完整，请重签")]}) from error
    return keep(content, field=field, by=by, at=at, organisation_id=organisation_id)
