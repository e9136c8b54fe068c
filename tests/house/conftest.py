"""These tests need Django."""

from tests.support import use_django

use_django()
