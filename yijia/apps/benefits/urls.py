"""Doors of this context."""

app_name = "benefits"
urlpatterns: list = []
