"""No way to a convolution where an exercise forbids it, and no matrix product harmed."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import StudentFault
from grader.domain.report import Outcome
from grader.sandbox import forbid
from tests.sandbox.inmate import inside

if TYPE_CHECKING:
    from grader.sandbox.host import BwrapSandbox

FORBIDDEN = ["convolution"]

SIZES = """
x, w = torch.randn(2, 4, 5, 5), torch.randn(3, 4, 1, 1)
depthwise = torch.randn(4, 1, 3, 3)
"""

REFUSED = {
    "nn.Conv1d": "torch.nn.Conv1d(4, 3, 1)(x[:, :, 0])",
    "nn.Conv2d": "torch.nn.Conv2d(4, 3, 1)(x)",
    "nn.Conv3d": "torch.nn.Conv3d(4, 3, 1)(x[..., None])",
    "nn.ConvTranspose2d": "torch.nn.ConvTranspose2d(4, 3, 1)(x)",
    "nn.LazyConv2d": "torch.nn.LazyConv2d(3, 1)(x)",
    "in float64": "torch.conv2d(x.double(), w.double())",
    "in bfloat16": "torch.conv2d(x.bfloat16(), w.bfloat16())",
    "on meta": "torch.conv2d(x.to('meta'), w.to('meta'))",
    "sparse weights": "torch.conv2d(x, w.to_sparse())",
    "complex": "torch.conv2d(x + 0j, w + 0j)",
    "functional": "torch.nn.functional.conv2d(x, w)",
    "torch.convolution": "torch.convolution(x, w, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)",
    "torch._convolution": (
        "torch._convolution(x, w, None, [1]*2, [0]*2, [1]*2, False, [0]*2, 1, False, False, True, True)"
    ),
    "torch.conv_tbc": "torch.conv_tbc(torch.randn(5, 2, 4), torch.randn(1, 4, 3), torch.zeros(3))",
    "torch.mkldnn_convolution": "torch.mkldnn_convolution(x, w, None, [0, 0], [1, 1], [1, 1], 1)",
    "torch._C._nn": "torch._C._nn.thnn_conv2d(x, w, [1, 1])",
    "torch._VF": "torch._VF.conv2d(x, w)",
    "slow_conv_dilated": "torch._C._nn.slow_conv_dilated2d(x, w, [1, 1])",
    "slow_conv_transpose": "torch._C._nn.slow_conv_transpose2d(x, w.transpose(0, 1), [1, 1])",
    "nnpack": "torch._nnpack_spatial_convolution(x, w, None, [0, 0])",
    "depthwise": "torch.conv2d(x, depthwise, groups=4, padding=1)",
    "padding by name": "torch.nn.functional.conv2d(x, w, padding='same')",
    "torch.ops": "torch.ops.aten.conv2d(x, w)",
    "an overload": "torch.ops.aten.convolution.default(x, w, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)",
    "an out variant": (
        "torch.ops.aten.convolution.out(x, w, None, [1]*2, [0]*2, [1]*2, False, [0]*2, 1, out=torch.empty(2, 3, 5, 5))"
    ),
    "a name put together": "getattr(torch, 'c' + 'onv' + str(2) + 'd')(x, w)",
    "a name decoded": "getattr(torch.nn.functional, bytes([99, 111, 110, 118, 50, 100]).decode())(x, w)",
    "eval": "eval('torch.con' + 'v2d')(x, w)",
    "found by gc": """
        import gc
        gc.unfreeze()
        functions = [thing for thing in gc.get_objects() if type(thing) is type(len)]
        [function for function in functions if function.__name__ == 'conv2d'][0](x, w)
    """,
    "scripted": "torch.jit.script(torch.nn.Conv2d(4, 3, 1))(x)",
    "traced": "torch.jit.trace(torch.nn.Conv2d(4, 3, 1), x, check_trace=False)",
    "frozen and optimized": "torch.jit.optimize_for_inference(torch.jit.script(torch.nn.Conv2d(4, 3, 1).eval()))(x)",
    "static runtime": """
        graph = torch.jit.CompilationUnit('def f(x, w):\\n return torch.conv2d(x, w)\\n').f.graph
        torch._C._jit_to_static_module(graph)(x, w)
    """,
    "by its TorchScript name": "torch._C._jit_get_operation('aten::conv2d')[0](x, w)",
    "vmap": "torch.vmap(lambda one: torch.conv2d(one[None], w))(x)",
    "func.grad": "torch.func.grad(lambda one: torch.conv2d(one, w).sum())(x)",
    "functional_call": """
        layer = torch.nn.Conv2d(4, 3, 1)
        torch.func.functional_call(layer, dict(layer.named_parameters()), (x,))
    """,
    "make_fx": "from torch.fx.experimental.proxy_tensor import make_fx; make_fx(torch.conv2d)(x, w)",
    "fx": "torch.fx.symbolic_trace(torch.nn.Conv2d(4, 3, 1))(x)",
    "checkpointed": """
        from torch.utils.checkpoint import checkpoint
        checkpoint(torch.conv2d, x.requires_grad_(), w, use_reentrant=True)
    """,
    "in backward": """
        class Cheat(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x): return x.sum()
            @staticmethod
            def backward(ctx, grad): return torch.conv2d(x, w)
        Cheat.apply(x.requires_grad_()).backward()
    """,
    "the backward operator": (
        "torch.ops.aten.convolution_backward(torch.randn(2, 3, 5, 5), x, w, None, [1]*2, [0]*2, [1]*2, False, [0]*2, 1,"
        " [True, True, False])"
    ),
    "nn.grad": "torch.nn.grad.conv2d_input(x.shape, w, torch.randn(2, 3, 5, 5))",
    "mkldnn tensors": "torch.conv2d(x.to_mkldnn(), w.to_mkldnn())",
    "mkldnn modules": """
        from torch.utils.mkldnn import to_mkldnn
        to_mkldnn(torch.nn.Conv2d(4, 3, 1).eval())(x.to_mkldnn())
    """,
    "mkldnn pointwise": "torch.ops.mkldnn._convolution_pointwise(x, w, None, [0]*2, [1]*2, [1]*2, 1, 'none', [], '')",
    "mkldnn prepacked": (
        "torch.ops.mkldnn_prepacked.conv2d_prepack(w, None, [1]*2, [0]*2, [1]*2, 1, [2, 4, 5, 5], 'none')"
    ),
    "quantized": "torch.ops.quantized.conv2d_prepack(w, None, [1, 1], [0, 0], [1, 1], 1)",
    "redispatch below autograd": """
        keys = torch._C.DispatchKeySet(torch._C.DispatchKey.CPU)
        torch.ops.aten.convolution.default.redispatch(keys, x, w, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)
    """,
    "autograd excluded": """
        with torch._C._ExcludeDispatchKeyGuard(torch._C.DispatchKeySet(torch._C.DispatchKey.AutogradCPU)):
            torch.conv2d(x, w)
    """,
    "CPU excluded": """
        with torch._C._ExcludeDispatchKeyGuard(torch._C.DispatchKeySet(torch._C.DispatchKey.CPU)):
            torch.conv2d(x, w)
    """,
    "autocast": "torch.autocast('cpu', dtype=torch.bfloat16)(torch.conv2d)(x, w)",
    "inference mode": "torch.inference_mode()(torch.conv2d)(x, w)",
    "a tensor subclass": """
        class Mine(torch.Tensor): pass
        torch.conv2d(x.as_subclass(Mine), w)
    """,
    "a fallthrough registered over it": """
        library = torch._C._dispatch_library('IMPL', 'aten', '', 'mine', 0)
        for operator in ('conv2d', 'convolution', 'mkldnn_convolution'):
            for key in ('CPU', 'AutogradCPU', 'CompositeImplicitAutograd', 'CompositeExplicitAutograd'):
                library.impl(operator, key, torch.library.fallthrough_kernel)
        torch.conv2d(x, w)
    """,
    "a registration taken off again": """
        library = torch._C._dispatch_library('IMPL', 'aten', '', 'mine', 0)
        for key in ('CPU', 'AutogradCPU', 'CompositeImplicitAutograd'):
            library.impl('conv2d', key, lambda *a, **k: torch.convolution(*a, **k))
        library.reset()
        del library
        torch.conv2d(x, w)
    """,
    "all handles reset": """
        import gc
        gc.unfreeze()
        for thing in gc.get_objects():
            if type(thing).__name__ in ('_DispatchModule', 'Library'):
                getattr(thing, 'reset', getattr(thing, '_destroy', None))()
        torch.conv2d(x, w)
    """,
    "torch.library's own finalizers": """
        import weakref
        for finalizer in list(weakref.finalize._registry):
            finalizer()
        torch.conv2d(x, w)
    """,
    "a kernel of another key": """
        for key in torch._C.DispatchKey.__members__:
            try:
                kernel = torch.library.get_kernel('aten::mkldnn_convolution', key)
            except RuntimeError:
                continue
            try:
                kernel.call_boxed(torch._C.DispatchKeySet(torch._C.DispatchKey.CPU), x, w, None, [0]*2, [1]*2, [1]*2, 1)
                return 'computed under ' + key
            except RuntimeError as error:
                last = error
        raise last
    """,
    "every key redispatched to": """
        call = x, w, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1
        for key in torch._C.DispatchKey.__members__.values():
            try:
                torch.ops.aten.convolution.default.redispatch(torch._C.DispatchKeySet(key), *call)
                return 'computed under ' + str(key)
            except RuntimeError as error:
                last = error if 'forbids' in str(error) else last
        raise last
    """,
}

OUT_OF_REACH = {
    "TorchScript's own operator": "torch.ops.prim.mkldnn_convolution(x, w, None, [1, 1], [0, 0], [1, 1], 1)",
    "the same through torch._C": (
        "torch._C._jit_get_operation('prim::mkldnn_convolution')[0](x, w, None, [1, 1], [0, 0], [1, 1], 1)"
    ),
    "the same as a graph": """
        graph = torch._C.parse_ir('''
        graph(%x : Tensor, %w : Tensor):
          %n : NoneType = prim::Constant()
          %one : int[] = prim::Constant[value=[1, 1]]()
          %zero : int[] = prim::Constant[value=[0, 0]]()
          %g : int = prim::Constant[value=1]()
          %y : Tensor = prim::mkldnn_convolution(%x, %w, %n, %one, %zero, %one, %g)
          return (%y)
        ''')
        torch._C._create_function_from_graph('f', graph)(x, w)
    """,
    "a graph that oneDNN compiles": """
        graph = torch._C.Graph()
        graph.addInput('x'), graph.addInput('w')
        node = graph.create('prim::oneDNNFusionGroup', list(graph.inputs()), 1)
        node.g_('Subgraph', torch.jit.CompilationUnit('def f(x, w):\\n return torch.conv2d(x, w)\\n').f.graph)
        node.is_('output_layouts', [0])
        graph.appendNode(node)
        graph.registerOutput(list(node.outputs())[0])
        torch._C._create_function_from_graph('f', graph)(x, w)
    """,
    "loops compiled for it": "torch._C._te.TensorExprKernel",
    "the compiler of loops by its base class": """
        graph = torch._C.parse_ir('''
        graph(%x : Float(2, 4, 5, 5, strides=[100, 25, 5, 1], device=cpu), %w : Float(4, 1, 3, 3, strides=[9, 9, 3, 1], device=cpu), %b : Float(4, strides=[1], device=cpu)):
          %one : int[] = prim::Constant[value=[1, 1]]()
          %g : int = prim::Constant[value=4]()
          %y : Float(2, 4, 5, 5, strides=[100, 25, 5, 1], device=cpu) = aten::conv2d(%x, %w, %b, %one, %one, %one, %g)
          return (%y)
        ''')
        kernels = [c for c in torch._C.Graph.__base__.__subclasses__() if c.__name__ == 'TensorExprKernel']
        torch._C._jit_set_te_must_use_llvm_cpu(False)
        kernels[0](graph).run((x, depthwise, torch.zeros(4)))
    """,  # noqa: E501 - TorchScript has no line breaks
}

ALLOWED = {
    "matmul": "(w[:, :, 0, 0] @ x.flatten(2)).shape",
    "linear": "torch.nn.Linear(4, 3)(x.movedim(1, -1)).shape",
    "einsum": "torch.einsum('kc,nchw->nkhw', w[:, :, 0, 0], x).shape",
    "tensordot": "torch.tensordot(w[:, :, 0, 0], x, dims=([1], [1])).shape",
    "bmm": "torch.bmm(w[:, :, 0, 0].expand(2, 3, 4), x.flatten(2)).shape",
    "unfold": "torch.nn.functional.unfold(x, 3).shape",
    "fft": "torch.fft.rfft2(x).shape",
    "torch.ops.aten.mm": "torch.ops.aten.mm(w[:, :, 0, 0], x[0].flatten(1)).shape",
    "gradients": "torch.autograd.grad((w.requires_grad_()[:, :, 0, 0] @ x.flatten(2)).sum(), w)[0].shape",
    "vmap": "torch.vmap(lambda one: w[:, :, 0, 0] @ one.flatten(1))(x).shape",
    "scripted": """
        f = torch.jit.script(torch.nn.Sequential(torch.nn.Linear(5, 6), torch.nn.ReLU(), torch.nn.Linear(6, 3)))
        for _ in range(4):
            y = f(x)
        return y.shape
    """,
    "conversions": "x.double().half().bfloat16().to_mkldnn().to_dense().shape",
    "pooling and norms": "torch.nn.BatchNorm2d(4)(torch.nn.functional.max_pool2d(x, 2)).shape",
    "a convolution layer that is only built": "torch.nn.Conv2d(4, 3, 1).weight.shape",
}


def dedented(lines: str) -> str:
    """Return *lines*, or one expression's value, after the tensors that they use."""
    is_expression = "\n" not in lines and ";" not in lines
    return SIZES + (f"return {lines}" if is_expression else textwrap.dedent(lines))


@pytest.mark.jail
@pytest.mark.parametrize("lines", REFUSED.values(), ids=REFUSED)
def test_a_convolution_is_refused(sandbox: BwrapSandbox, lines: str) -> None:
    with pytest.raises(StudentFault) as caught:
        inside(sandbox, dedented(lines), forbidden=FORBIDDEN)
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
    assert inside(sandbox, dedented(lines), forbidden=FORBIDDEN)


@pytest.mark.jail
@pytest.mark.parametrize("lines", [REFUSED["nn.Conv2d"], REFUSED["static runtime"], *OUT_OF_REACH.values()])
def test_where_nothing_is_forbidden_it_works(sandbox: BwrapSandbox, lines: str) -> None:
    inside(sandbox, dedented(lines))


@pytest.mark.jail
def test_no_kernel_of_any_convolution_is_left_under_any_key(sandbox: BwrapSandbox) -> None:
    lines = """
        import re
        names = [n for n in torch._C._dispatch_get_all_op_names() if 'conv' in n and 'convert' not in n]
        kernels = [(n, line) for n in names for line in torch._C._dispatch_dump_table(n).splitlines()]
        left = [n + ' ' + line for n, line in kernels if 'forbid.py' not in line and 'fallthrough' not in line]
        return len(names), len(kernels), tuple(left[:9])
    """
    found = inside(sandbox, dedented(lines), forbidden=FORBIDDEN)
    assert isinstance(found, tuple)
    names, kernels, left = found
    assert isinstance(names, int)
    assert isinstance(kernels, int)
    assert (names > 120, kernels > 120 * 100, left) == (True, True, ())


def test_a_family_names_operators_of_every_library() -> None:
    names = forbid.names("convolution")
    assert {name.split("::")[0] for name in names} >= {"aten", "quantized", "mkldnn"}
    assert {"aten::conv2d", "aten::_convolution.deprecated", "aten::_nnpack_spatial_convolution"} <= set(names)
    assert not [name for name in names if "convert" in name]


def test_torchscript_has_operators_of_its_own() -> None:
    names = {schema.name for schema in forbid.interpreted("convolution")}
    assert {"prim::mkldnn_convolution", "prim::oneDNNFusionGroup", "prim::TensorExprGroup"} <= names
