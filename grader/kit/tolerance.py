"""How far honest arithmetic may differ: honest reorderings of a sum pass, a lower precision in disguise does not.

A sum of n rounded products with random signs is off by about eps·√n of its own size (Higham, Accuracy and Stability
of Numerical Algorithms, §4.2 and §2.8); we allow FACTOR times that, measured against the element and the
tensor's root mean square, because cancellation makes single elements arbitrarily small. bfloat16 (eps 2⁻⁸) and
TF32 (2⁻¹⁰) are 30 to 100 times further off than float32 may be.
"""

from __future__ import annotations

import math

import torch

FACTOR = 16
LEAST_TERMS = 16
DEFAULT_TERMS = 256


def relative(dtype: torch.dtype, terms: int) -> float:
    """Return the error allowed relative to an answer's size: FACTOR · eps · √terms; 0 for integers and truth values.

    >>> f"{relative(torch.float32, 256):.1e}"
    '3.1e-05'
    """
    if not (dtype.is_floating_point or dtype.is_complex):
        return 0.0
    return FACTOR * torch.finfo(dtype).eps * math.sqrt(max(terms, LEAST_TERMS))


def allowed(expected: torch.Tensor, dtype: torch.dtype, terms: int) -> torch.Tensor:
    """Return the error allowed at each element of *expected* (any shape, float64) in arithmetic of *dtype*."""
    size = expected.abs()
    typical = size.square().mean().sqrt() if size.numel() else size.sum()
    return relative(dtype, terms) * (size + typical)


def close(left: torch.Tensor, right: torch.Tensor, *, terms: int = DEFAULT_TERMS) -> bool:
    """Whether two tensors are equal in shape, and in value up to their own arithmetic; for claims.

    Infinities, and numbers so large that no tolerance can be computed, are close to nothing.

    >>> close(torch.ones(3), torch.ones(3) + 1e-7), close(torch.ones(3), torch.ones(3).bfloat16() * 1.01)
    (True, False)
    """
    if left.shape != right.shape:
        return False
    exact = torch.promote_types(left.dtype, right.dtype).is_floating_point is False
    both_wide = left.dtype == right.dtype == torch.float64
    arithmetic = left.dtype if exact or both_wide else torch.float32  # half precision is held to single, too
    wide, other = widen(left), widen(right)
    bound = allowed(other, arithmetic, terms)
    return bool((torch.isfinite(bound) & ((wide - other).abs() <= bound)).all())


def widen(tensor: torch.Tensor) -> torch.Tensor:
    """Return *tensor* in float64, or complex128."""
    return tensor.to(torch.complex128 if tensor.dtype.is_complex else torch.float64)
