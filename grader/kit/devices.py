"""What torch finds on this machine, for `grader doctor`."""

from __future__ import annotations

import torch


def torch_version() -> str:
    """Return torch's version, with its build."""
    return str(torch.__version__)


def gpu_names() -> list[str]:
    """Return the names of the CUDA devices that torch can reach."""
    return [torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count())]
