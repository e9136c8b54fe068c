"""The one place where functions become machine code, compiled once and kept on disk."""

from collections.abc import Callable
from typing import TypeVar

import numba

Function = TypeVar("Function", bound=Callable[..., object])


def jit(function: Function) -> Function:
    """Compile at first call and keep the result beside the source (or in NUMBA_CACHE_DIR)."""
    compiled: Function = numba.njit(cache=True, error_model="numpy")(function)
    return compiled


def small(function: Function) -> Function:
    """Compile a function that is written into its callers: passing many arrays would cost more than it does."""
    compiled: Function = numba.njit(cache=True, error_model="numpy", forceinline=True)(function)
    return compiled
