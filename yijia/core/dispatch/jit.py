"""The one place where functions become machine code, compiled once and kept on disk.

The kept code of a function is renewed when its own file changes, not when a file it calls into does: after editing a
kernel, remove `__pycache__/*.nb?` of the packages that import it.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])

# Kernels get every array from their caller and make none, so nobody need count who holds which: counting, with atomic
# steps at every call, took two thirds of the time.
_OPTIONS: dict[str, Any] = {"cache": True, "error_model": "numpy", "_nrt": False}


def jit(function: Function) -> Function:
    """Compile at first call and keep the result beside the source (or in NUMBA_CACHE_DIR). It may make no array."""
    return cast(Function, numba.njit(**_OPTIONS)(function))


def small(function: Function) -> Function:
    """Compile a function that is written into its callers: passing many arrays would cost more than it does."""
    return cast(Function, numba.njit(**_OPTIONS, forceinline=True)(function))
