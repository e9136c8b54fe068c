"""The one place where functions become machine code, compiled once and kept on disk.

The kept code of a function is renewed when its own file changes, not when a file it calls into does: after editing a
kernel, remove `__pycache__/*.nb?` of the packages that import it.
"""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])


def jit(function: Function) -> Function:
    """Compile at first call and keep the result beside the source (or in NUMBA_CACHE_DIR)."""
    return cast(Function, numba.njit(cache=True, error_model="numpy")(function))


def small(function: Function) -> Function:
    """Compile a function that is written into its callers: passing many arrays would cost more than it does."""
    return cast(Function, numba.njit(cache=True, error_model="numpy", forceinline=True)(function))
