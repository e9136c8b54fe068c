"""The one router of this context's operations."""

from ninja import Router

router = Router()
