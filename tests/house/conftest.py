"""These tests need Django, and some of them a town with people in it."""

from tests.apps.conftest import _speaks_chinese_first, _whole_system, assembled, cast, enter, see_all, sql, travel

__all__ = ["_speaks_chinese_first", "_whole_system", "assembled", "cast", "enter", "see_all", "sql", "travel"]
