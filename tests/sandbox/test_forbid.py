"""No way to a convolution where an exercise forbids it, and nothing else harmed."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import torch

from grader.domain.errors import StudentFault
from grader.domain.report import Outcome
from grader.sandbox import forbid
from tests.sandbox.inmate import SHORT, inside
from tests.sandbox.ways_to_convolve import OUT_OF_REACH, REFUSED, dedented

if TYPE_CHECKING:
    from grader.sandbox.host import BwrapSandbox

FORBIDDEN = ["convolution"]
AMPLE = replace(SHORT, scenario_seconds=60.0, total_seconds=100.0, memory_mib=1024)
"""Compilers of graphs import for seconds."""

ALLOWED = {
    "matmul": "(w[:, :, 0, 0] @ x.flatten(2)).shape",
    "mm, addmm, mv": "torch.addmm(x[0, 0], x[0, 0] @ x[0, 1], torch.mm(x[0, 2], x[0, 3])).mv(x[0, 0, 0]).shape",
    "linear": "torch.nn.Linear(4, 3)(x.movedim(1, -1)).shape",
    "bilinear": "torch.nn.Bilinear(5, 5, 3)(x, x).shape",
    "einsum": "torch.einsum('kc,nchw->nkhw', w[:, :, 0, 0], x).shape",
    "tensordot": "torch.tensordot(w[:, :, 0, 0], x, dims=([1], [1])).shape",
    "bmm": "torch.bmm(w[:, :, 0, 0].expand(2, 3, 4), x.flatten(2)).shape",
    "baddbmm": "torch.baddbmm(torch.zeros(2, 3, 25), w[:, :, 0, 0].expand(2, 3, 4), x.flatten(2)).shape",
    "inner, outer, kron": "torch.kron(torch.inner(x, x), torch.outer(x[0, 0, 0], x[0, 0, 1])).shape",
    "products and sums": "(x[:, None] * w).sum(2).shape",
    "unfold": "torch.nn.functional.unfold(x, 3).shape",
    "fold": "torch.nn.functional.fold(torch.nn.functional.unfold(x, 3), (5, 5), 3).shape",
    "windows": "(x.unfold(2, 3, 1).shape, x.as_strided((2, 4, 3, 3), (100, 25, 5, 1)).shape)",
    "fft": "(torch.fft.rfft2(x).shape, torch.fft.irfft2(torch.fft.rfft2(x) * torch.fft.rfft2(x)).shape)",
    "stft": "torch.stft(x.flatten(), 8, window=torch.ones(8), return_complex=True).shape",
    "padding": "torch.nn.functional.pad(x, (1, 1, 1, 1), mode='reflect').shape",
    "pooling": """
        functional = torch.nn.functional
        values, places = functional.max_pool2d(x, 2, return_indices=True)
        unpooled = functional.max_unpool2d(values, places, 2, output_size=(5, 5))
        pooled = functional.avg_pool2d(x, 2), functional.lp_pool2d(x, 2, 2), functional.adaptive_avg_pool2d(x, 1)
        return unpooled.shape, [each.shape for each in pooled]
    """,
    "norms": """
        norms = torch.nn.BatchNorm2d(4), torch.nn.GroupNorm(2, 4), torch.nn.InstanceNorm2d(4), torch.nn.LayerNorm(5)
        return [norm(x).shape for norm in (*norms, torch.nn.LocalResponseNorm(2), torch.nn.RMSNorm(5))]
    """,
    "resizing": """
        functional = torch.nn.functional
        grid = functional.affine_grid(torch.eye(2, 3).expand(2, 2, 3), x.shape)
        modes = 'nearest', 'bilinear', 'bicubic'
        larger = [functional.interpolate(x, scale_factor=2, mode=mode) for mode in modes]
        return [each.shape for each in (*larger, functional.grid_sample(x, grid), functional.pixel_shuffle(x, 2))]
    """,
    "activations and losses": """
        loss = torch.nn.functional.cross_entropy(torch.nn.functional.gelu(x).softmax(1), torch.zeros(2, 5, 5).long())
        return loss.dim(), torch.nn.Dropout2d()(x).shape
    """,
    "recurrence and attention": """
        steps = x[:, :, 0]
        attended = torch.nn.MultiheadAttention(5, 1, batch_first=True)(steps, steps, steps)[0]
        return torch.nn.LSTM(5, 3)(steps)[0].shape, torch.nn.GRU(5, 3)(steps)[0].shape, attended.shape
    """,
    "embeddings, sorting, indices": """
        rows = torch.nn.Embedding(9, 4)(torch.arange(5))
        return rows.shape, x.sort(1).values.gather(1, x.argsort(1)).shape, x[:, [0, 2]].cumsum(1).shape
    """,
    "linear algebra": "(torch.linalg.svd(x[0, 0]).S.shape, torch.linalg.solve(x[0, 0], x[0, 1]).shape)",
    "sparse products": "torch.sparse.mm(w[:, :, 0, 0].to_sparse(), x[0, :, 0]).shape",
    "quantized products": """
        weight = torch.quantize_per_tensor(w[:, :, 0, 0], 0.1, 0, torch.qint8)
        packed = torch.ops.quantized.linear_prepack(weight, torch.zeros(3))
        return torch.ops.quantized.linear(quantized.movedim(1, -1).contiguous(), packed, 0.1, 0).shape
    """,
    "torch.ops.aten.mm": "torch.ops.aten.mm(w[:, :, 0, 0], x[0].flatten(1)).shape",
    "gradients": "torch.autograd.grad((w.requires_grad_()[:, :, 0, 0] @ x.flatten(2)).sum(), w)[0].shape",
    "an optimizer's step": """
        layer = torch.nn.Linear(4, 3)
        layer(x.movedim(1, -1)).square().mean().backward()
        torch.optim.Adam(layer.parameters()).step()
        return layer.weight.shape
    """,
    "vmap": "torch.vmap(lambda one: w[:, :, 0, 0] @ one.flatten(1))(x).shape",
    "jvp": "torch.func.jvp(lambda one: w[:, :, 0, 0] @ one.flatten(2), (x,), (x,))[1].shape",
    "scripted": """
        f = torch.jit.script(torch.nn.Sequential(torch.nn.Linear(5, 6), torch.nn.ReLU(), torch.nn.Linear(6, 3)))
        for _ in range(4):
            y = f(x)
        return y.shape
    """,
    "traced": "torch.jit.trace(torch.nn.Linear(5, 3), x)(x).shape",
    "compiled": "torch.compile(torch.nn.Linear(5, 3), backend='aot_eager')(x).shape",
    "exported": "torch.export.export(torch.nn.Linear(5, 3), (x,)).module()(x).shape",
    "fx": "torch.fx.symbolic_trace(torch.nn.Linear(5, 3))(x).shape",
    "meta": "torch.nn.Linear(5, 3, device='meta')(x.to('meta')).shape",
    "conversions": "x.double().half().bfloat16().to_mkldnn().to_dense().shape",
    "automatic precision": "str(torch.autocast('cpu', dtype=torch.bfloat16)(torch.matmul)(x, x).dtype)",
    "a convolution layer that is only built": "torch.nn.Conv2d(4, 3, 1).weight.shape",
}


@pytest.mark.jail
@pytest.mark.parametrize("lines", REFUSED.values(), ids=REFUSED)
def test_a_convolution_is_refused(sandbox: BwrapSandbox, lines: str) -> None:
    with pytest.raises(StudentFault) as caught:
        inside(sandbox, dedented(lines), limits=AMPLE, forbidden=FORBIDDEN)
    assert caught.value.outcome is Outcome.REFUSED, caught.value
    assert "forbids convolution operations" in caught.value.message


@pytest.mark.jail
@pytest.mark.parametrize("lines", OUT_OF_REACH.values(), ids=OUT_OF_REACH)
def test_a_way_past_the_dispatcher_is_gone(sandbox: BwrapSandbox, lines: str) -> None:
    with pytest.raises(StudentFault) as caught:
        inside(sandbox, dedented(lines), forbidden=FORBIDDEN)
    assert caught.value.outcome in {Outcome.CRASHED, Outcome.REFUSED}


@pytest.mark.jail
@pytest.mark.parametrize("lines", ALLOWED.values(), ids=ALLOWED)
def test_what_is_no_convolution_still_works(sandbox: BwrapSandbox, lines: str) -> None:
    assert inside(sandbox, dedented(lines), limits=AMPLE, forbidden=FORBIDDEN)


@pytest.mark.jail
@pytest.mark.parametrize(
    "lines",
    [
        *(REFUSED[name] for name in ("nn.Conv2d", "static runtime", "exported", "quantized modules")),
        *OUT_OF_REACH.values(),
    ],
)
def test_where_nothing_is_forbidden_it_works(sandbox: BwrapSandbox, lines: str) -> None:
    inside(sandbox, dedented(lines), limits=AMPLE)


OPERATORS = """
names = [n for n in torch._C._dispatch_get_all_op_names() if 'conv' in n and 'convert' not in n]
"""


class Packed(torch.nn.Module):
    """Convolutions that were packed where nobody forbids it: libraries' objects, which can be put into a file."""

    def __init__(self) -> None:
        super().__init__()
        ops, one, zero = torch.ops, [1], [0]
        two, three = (torch.quantize_per_tensor(torch.randn(3, 4, *[1] * n), 0.1, 0, torch.qint8) for n in (2, 3))
        self.two = ops.quantized.conv2d_prepack(two, None, one * 2, zero * 2, one * 2, 1)
        self.three = ops.quantized.conv3d_prepack(three, None, one * 3, zero * 3, one * 3, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.ops.quantized.conv2d(x, self.two, 0.1, 0)  # type: ignore[no-any-return]


CALL_EACH = """
import base64, io
packed = torch.jit.load(io.BytesIO(base64.b64decode(FILE)))

def argument(kind):
    if kind.startswith("Optional"):
        return None
    if kind.startswith("List["):
        return [argument(kind[5:-1])] * 2
    if "torch.classes" in kind:
        return packed.three if "Conv3d" in kind else packed.two
    return {"Tensor": INPUT, "float": 1.0, "bool": False, "str": "none", "number": 1}.get(kind, 1)

answers = {}
for name in names:
    qualified, _, overload = name.partition(".")
    namespace, operator = qualified.split("::")
    call = getattr(getattr(getattr(torch.ops, namespace), operator), overload or "default")
    wanted = [(given, argument(str(given.type))) for given in call._schema.arguments]
    by_place = [value for given, value in wanted if not given.kwarg_only]
    by_name = {given.name: value for given, value in wanted if given.kwarg_only}
    try:
        call(*by_place, **by_name)
        answers[name] = "computed"
    except Exception as error:
        answers[name] = "refused" if "forbids convolution" in str(error) else str(error)[:100]
return len(answers), {name: answer for name, answer in answers.items() if answer != "refused"}
"""

OUT_OF_HAND = {"mkldnn_prepacked::conv2d_run"}
"""What it runs can't be read from a file, by a fault of torch's, and making it is refused."""


@pytest.mark.jail
@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning", "ignore:torch.quantize:UserWarning")
@pytest.mark.parametrize("tensor", ["x", "x.requires_grad_()", "x.to('meta')", "x.bfloat16()", "x + 0j", "quantized"])
def test_every_convolution_that_torch_registers_is_refused_when_called(sandbox: BwrapSandbox, tensor: str) -> None:
    file = io.BytesIO()
    torch.jit.save(torch.jit.script(Packed()), file)
    lines = f"INPUT = {tensor}\nFILE = {base64.b64encode(file.getvalue()).decode()!r}\n{CALL_EACH}"
    found = inside(sandbox, dedented(OPERATORS + lines), limits=AMPLE, forbidden=FORBIDDEN)
    assert isinstance(found, tuple)
    assert isinstance(found[1], dict)
    assert (found[0], {*found[1]} - OUT_OF_HAND) == (len(forbid.names("convolution")), set())


LEFT = """
tables = [(n, torch._C._dispatch_dump_table(n).splitlines()) for n in names]
kernels = [n + ' ' + line for n, lines in tables for line in lines]
left = [line for line in kernels if 'forbid.py' not in line and 'fallthrough' not in line]
return len(names), len(kernels), tuple(left[:9])
"""


@pytest.mark.jail
@pytest.mark.parametrize(
    "more", ["", "_dynamo", "_inductor.lowering", "ao.quantization.fx", "onnx", "distributed.tensor"]
)
def test_no_kernel_of_any_convolution_is_left_under_any_key(sandbox: BwrapSandbox, more: str) -> None:
    """Neither when torch is as it is after its import, nor when more of it has been imported."""
    lines = f"from importlib import import_module; import_module({f'torch.{more}'.rstrip('.')!r})\n{OPERATORS}\n{LEFT}"
    found = inside(sandbox, dedented(lines), limits=AMPLE, forbidden=FORBIDDEN)
    assert isinstance(found, tuple)
    names, kernels, left = found
    assert isinstance(names, int)
    assert isinstance(kernels, int)
    assert (names > 120, kernels > 120 * 100, left) == (True, True, ())


@pytest.mark.jail
def test_no_kernel_of_anything_else_is_covered(sandbox: BwrapSandbox) -> None:
    lines = """
        names = [n for n in torch._C._dispatch_get_all_op_names() if 'conv' not in n or 'convert' in n]
        return len(names), [n for n in names if 'forbid.py' in torch._C._dispatch_dump_table(n)]
    """
    found = inside(sandbox, dedented(lines), limits=AMPLE, forbidden=FORBIDDEN)
    assert isinstance(found, tuple)
    assert isinstance(found[0], int)
    assert found[0] > 3000
    assert found[1] == ()


EVERY = set(torch._C._dispatch_get_all_op_names())
CONVERSIONS = re.compile(r"::_?convert_(indices|weight|element_type)")
WINDOWS = re.compile(r"pool|unpool|im2col|col2im|channel_shuffle")


def test_a_family_names_operators_of_every_library() -> None:
    names = forbid.names("convolution")
    assert {name.split("::")[0] for name in names} >= {"aten", "quantized", "mkldnn"}
    assert {"aten::conv2d", "aten::_convolution.deprecated", "aten::_nnpack_spatial_convolution"} <= set(names)


def test_a_family_names_all_that_says_convolution_and_converts_nothing() -> None:
    says = {name for name in EVERY if "conv" in name.lower() and not CONVERSIONS.search(name)}
    assert set(forbid.names("convolution")) == says


def test_whatever_takes_strides_groups_and_dilations_is_a_convolution_or_only_moves_a_window() -> None:
    """Another look at the same: by what an operator takes, not by what it is called."""
    found = set()
    for schema in torch._C._jit_get_all_schemas():
        takes = {argument.name for argument in schema.arguments}
        if takes & {"dilation", "groups", "output_padding"} or takes >= {"stride", "padding"}:
            found.add(f"{schema.name}.{schema.overload_name}" if schema.overload_name else schema.name)
    others = found & EVERY - set(forbid.names("convolution"))
    assert len(found) > 100
    assert [name for name in others if not WINDOWS.search(name)] == []


def test_torchscript_has_operators_of_its_own() -> None:
    names = {schema.name for schema in forbid.interpreted("convolution")}
    assert {"prim::mkldnn_convolution", "prim::oneDNNFusionGroup", "prim::TensorExprGroup"} <= names
