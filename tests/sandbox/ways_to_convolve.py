"""Ways to a convolution, as a student's code may try them where an exercise forbids it."""

from __future__ import annotations

import textwrap

SIZES = """
x, w = torch.randn(2, 4, 5, 5), torch.randn(3, 4, 1, 1)
depthwise = torch.randn(4, 1, 3, 3)
quantized, weight = (torch.quantize_per_tensor(t, 0.1, 0, k) for t, k in ((x, torch.quint8), (w, torch.qint8)))
"""

REFUSED = {
    "nn.Conv1d": "torch.nn.Conv1d(4, 3, 1)(x[:, :, 0])",
    "nn.Conv2d": "torch.nn.Conv2d(4, 3, 1)(x)",
    "nn.Conv3d": "torch.nn.Conv3d(4, 3, 1)(x[..., None])",
    "nn.ConvTranspose1d": "torch.nn.ConvTranspose1d(4, 3, 1)(x[:, :, 0])",
    "nn.ConvTranspose2d": "torch.nn.ConvTranspose2d(4, 3, 1)(x)",
    "nn.ConvTranspose3d": "torch.nn.ConvTranspose3d(4, 3, 1)(x[..., None])",
    "nn.LazyConv1d": "torch.nn.LazyConv1d(3, 1)(x[:, :, 0])",
    "nn.LazyConv2d": "torch.nn.LazyConv2d(3, 1)(x)",
    "nn.LazyConv3d": "torch.nn.LazyConv3d(3, 1)(x[..., None])",
    "nn.LazyConvTranspose1d": "torch.nn.LazyConvTranspose1d(3, 1)(x[:, :, 0])",
    "nn.LazyConvTranspose2d": "torch.nn.LazyConvTranspose2d(3, 1)(x)",
    "nn.LazyConvTranspose3d": "torch.nn.LazyConvTranspose3d(3, 1)(x[..., None])",
    "a class's method": "torch.nn.Conv2d.forward(torch.nn.Conv2d(4, 3, 1), x)",
    "a module's own function": "torch.nn.Conv2d(4, 3, 1)._conv_forward(x, w, None)",
    "parametrized": "torch.nn.utils.parametrizations.weight_norm(torch.nn.Conv2d(4, 3, 1))(x)",
    "averaged": "torch.optim.swa_utils.AveragedModel(torch.nn.Conv2d(4, 3, 1))(x)",
    "per sample": """
        from torch.nn.utils._per_sample_grad import call_for_per_sample_grads
        call_for_per_sample_grads(torch.nn.Conv2d(4, 3, 1))(x)
    """,
    "fused with a ReLU": "torch.ao.nn.intrinsic.ConvReLU2d(torch.nn.Conv2d(4, 3, 1), torch.nn.ReLU())(x)",
    "trained for quantization": """
        from torch.ao.quantization import get_default_qat_qconfig
        torch.ao.nn.qat.Conv2d(4, 3, 1, qconfig=get_default_qat_qconfig())(x)
    """,
    "the same, with its norm": """
        from torch.ao.quantization import get_default_qat_qconfig
        torch.ao.nn.intrinsic.qat.ConvBn2d(4, 3, 1, qconfig=get_default_qat_qconfig())(x)
    """,
    "quantized modules": "torch.ao.nn.quantized.Conv2d(4, 3, 1)(quantized)",
    "dynamically quantized modules": "torch.ao.nn.quantized.dynamic.Conv2d(4, 3, 1)(x)",
    "reference quantized modules": "torch.ao.nn.quantized.reference.Conv2d(4, 3, 1)(x)",
    "quantized functional": "torch.ao.nn.quantized.functional.conv2d(quantized, weight, torch.zeros(3))",
    "in float64": "torch.conv2d(x.double(), w.double())",
    "in bfloat16": "torch.conv2d(x.bfloat16(), w.bfloat16())",
    "on meta": "torch.conv2d(x.to('meta'), w.to('meta'))",
    "sparse weights": "torch.conv2d(x, w.to_sparse())",
    "in float16": "torch.conv2d(x.half(), w.half())",
    "in float8": "torch.conv2d(x.to(torch.float8_e4m3fn), w.to(torch.float8_e4m3fn))",
    "in integers": "torch.conv2d(x.int(), w.int())",
    "complex": "torch.conv2d(x + 0j, w + 0j)",
    "complex128": "torch.conv2d(x.to(torch.complex128), w.to(torch.complex128))",
    "channels last": "torch.conv2d(x.to(memory_format=torch.channels_last), w)",
    "no image": "torch.conv2d(x[:0], w)",
    "one image": "torch.conv2d(x[0], w)",
    "nested": "torch.conv2d(torch.nested.nested_tensor([x[0], x[1]]), w)",
    "masked": "torch.conv2d(torch.masked.as_masked_tensor(x, x > 0), w)",
    "parameters": "torch.conv2d(torch.nn.Parameter(x), torch.nn.Parameter(w))",
    "fake tensors": """
        from torch._subclasses import FakeTensorMode
        with FakeTensorMode() as mode:
            torch.conv2d(mode.from_tensor(x), mode.from_tensor(w))
    """,
    "lazy tensors": """
        from torch._lazy import ts_backend
        ts_backend.init()
        torch.conv2d(x.to('lazy'), w.to('lazy')).cpu()
    """,
    "functional": "torch.nn.functional.conv2d(x, w)",
    "functional of one axis": "torch.nn.functional.conv1d(x[:, :, 0], w[..., 0])",
    "functional of three axes": "torch.nn.functional.conv3d(x[..., None], w[..., None])",
    "functional, transposed": "torch.nn.functional.conv_transpose2d(x, w.transpose(0, 1))",
    "functional, time first": "torch.nn.functional.conv_tbc(x[:, :, 0], w[..., 0].transpose(1, 2), torch.zeros(3))",
    "torch.convolution": "torch.convolution(x, w, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1)",
    "torch._convolution": (
        "torch._convolution(x, w, None, [1]*2, [0]*2, [1]*2, False, [0]*2, 1, False, False, True, True)"
    ),
    "torch.conv_tbc": "torch.conv_tbc(torch.randn(5, 2, 4), torch.randn(1, 4, 3), torch.zeros(3))",
    "torch.mkldnn_convolution": "torch.mkldnn_convolution(x, w, None, [0, 0], [1, 1], [1, 1], 1)",
    "torch._C._nn": "torch._C._nn.thnn_conv2d(x, w, [1, 1])",
    "torch._VF": "torch._VF.conv2d(x, w)",
    "torch._C._VariableFunctions": "torch._C._VariableFunctions.conv2d(x, w)",
    "its class": "torch._C._VariableFunctionsClass.conv2d(x, w)",
    "an overload of torch._C": "torch._C._get_operation_overload('aten::conv2d', '')[0](x, w)",
    "a dispatch key of an overload": "torch.ops.aten.conv2d.default._op_dk(torch._C.DispatchKey.CPU, x, w)",
    "a decomposition": "torch.ops.aten.conv2d.default.decompose(x, w)",
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
    "a script's own function": """
        torch.jit.CompilationUnit('def f(x, w):\\n return torch.conv2d(x, w)\\n').f(x, w)
    """,
    "a script on another thread": """
        script = torch.jit.CompilationUnit('def f(x, w):\\n return torch.conv2d(x, w)\\n')
        torch.jit.wait(torch.jit.fork(script.f, x, w))
    """,
    "a script, saved and loaded": """
        torch.jit.save(torch.jit.script(torch.nn.Conv2d(4, 3, 1)), '/tmp/saved')
        torch.jit.load('/tmp/saved')(x)
    """,
    "for the interpreter of telephones": """
        from torch.jit.mobile import _load_for_lite_interpreter
        torch.jit.script(torch.nn.Conv2d(4, 3, 1))._save_for_lite_interpreter('/tmp/saved')
        _load_for_lite_interpreter('/tmp/saved')(x)
    """,
    "a graph, interpreted": """
        graph = torch.jit.CompilationUnit('def f(x, w):\\n return torch.conv2d(x, w)\\n').f.graph
        torch._C._jit_interpret_graph(graph, (x, w))
    """,
    "compiled": "torch.compile(torch.nn.Conv2d(4, 3, 1), backend='eager')(x)",
    "compiled ahead of time": "torch.compile(torch.nn.Conv2d(4, 3, 1), backend='aot_eager')(x)",
    "exported": "torch.export.export(torch.nn.Conv2d(4, 3, 1), (x,)).module()(x)",
    "exported for others": "torch.onnx.export(torch.nn.Conv2d(4, 3, 1), (x,), '/tmp/exported', dynamo=False)",
    "static runtime": """
        graph = torch.jit.CompilationUnit('def f(x, w):\\n return torch.conv2d(x, w)\\n').f.graph
        torch._C._jit_to_static_module(graph)(x, w)
    """,
    "by its TorchScript name": "torch._C._jit_get_operation('aten::conv2d')[0](x, w)",
    "vmap": "torch.vmap(lambda one: torch.conv2d(one[None], w))(x)",
    "func.grad": "torch.func.grad(lambda one: torch.conv2d(one, w).sum())(x)",
    "func.vjp": "torch.func.vjp(lambda one: torch.conv2d(one, w), x)",
    "func.jvp": "torch.func.jvp(lambda one: torch.conv2d(one, w), (x,), (x,))",
    "func.jacrev": "torch.func.jacrev(lambda one: torch.conv2d(one, w).sum())(x)",
    "func.jacfwd": "torch.func.jacfwd(lambda one: torch.conv2d(one, w).sum())(x)",
    "func.hessian": "torch.func.hessian(lambda one: torch.conv2d(one, w).sum())(x)",
    "func.linearize": "torch.func.linearize(lambda one: torch.conv2d(one, w), x)",
    "func.functionalize": "torch.func.functionalize(lambda one: torch.conv2d(one, w))(x)",
    "autograd.functional": "torch.autograd.functional.jvp(lambda one: torch.conv2d(one, w), x, x)",
    "forward differentiation": """
        from torch.autograd import forward_ad
        with forward_ad.dual_level():
            torch.conv2d(forward_ad.make_dual(x, x), w)
    """,
    "functional_call": """
        layer = torch.nn.Conv2d(4, 3, 1)
        torch.func.functional_call(layer, dict(layer.named_parameters()), (x,))
    """,
    "make_fx": "from torch.fx.experimental.proxy_tensor import make_fx; make_fx(torch.conv2d)(x, w)",
    "a graph of fx by hand": """
        graph = torch.fx.Graph()
        inputs = graph.placeholder('x'), graph.placeholder('w')
        graph.output(graph.call_function(torch.ops.aten.conv2d.default, inputs))
        torch.fx.GraphModule(torch.nn.Module(), graph)(x, w)
    """,
    "fx, interpreted": "torch.fx.Interpreter(torch.fx.symbolic_trace(torch.nn.Conv2d(4, 3, 1))).run(x)",
    "aot_function": """
        from functorch.compile import aot_function, nop
        aot_function(lambda one: torch.conv2d(one, w), fw_compiler=nop)(x)
    """,
    "fx": "torch.fx.symbolic_trace(torch.nn.Conv2d(4, 3, 1))(x)",
    "checkpointed": """
        from torch.utils.checkpoint import checkpoint
        checkpoint(torch.conv2d, x.requires_grad_(), w, use_reentrant=True)
    """,
    "in forward of a Function": """
        class Cheat(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x): return torch.conv2d(x, w)
            @staticmethod
            def backward(ctx, grad): return grad
        Cheat.apply(x)
    """,
    "in a tensor's hook": """
        doubled = 2 * x.requires_grad_()
        doubled.register_hook(lambda grad: torch.conv2d(grad, depthwise, groups=4, padding=1))
        doubled.sum().backward()
    """,
    "in a module's hook": """
        module = torch.nn.Identity()
        module.register_forward_hook(lambda module, inputs, output: torch.conv2d(output, w))
        module(x)
    """,
    "in a thread": """
        from concurrent.futures import ThreadPoolExecutor
        ThreadPoolExecutor(1).submit(torch.conv2d, x, w).result()
    """,
    "in an operator of one's own": """
        @torch.library.custom_op('mine::convolve', mutates_args=())
        def convolve(x: torch.Tensor, w: torch.Tensor) -> torch.Tensor:
            return torch.conv2d(x, w)
        convolve(x, w)
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
    "automatic precision": "torch.autocast('cpu', dtype=torch.bfloat16)(torch.conv2d)(x, w)",
    "no gradients": "torch.no_grad()(torch.conv2d)(x, w)",
    "without oneDNN": """
        with torch.backends.mkldnn.flags(enabled=False):
            torch.conv2d(x, w)
    """,
    "deterministic": "torch.use_deterministic_algorithms(True); torch.conv2d(x, w)",
    "keys forced": """
        cpu, python = (torch._C.DispatchKeySet(getattr(torch._C.DispatchKey, name)) for name in ('CPU', 'Python'))
        with torch._C._ForceDispatchKeyGuard(cpu, python):
            torch.conv2d(x, w)
    """,
    "below autograd": """
        with torch._C._AutoDispatchBelowAutograd():
            torch.conv2d(x, w)
    """,
    "a function mode": """
        from torch.overrides import TorchFunctionMode
        class Mode(TorchFunctionMode):
            def __torch_function__(self, function, types, arguments=(), keywords=None):
                return function(*arguments, **(keywords or {}))
        with Mode():
            torch.conv2d(x, w)
    """,
    "a dispatch mode": """
        from torch.utils._python_dispatch import TorchDispatchMode
        class Mode(TorchDispatchMode):
            def __torch_dispatch__(self, function, types, arguments=(), keywords=None):
                return function(*arguments, **(keywords or {}))
        with Mode():
            torch.conv2d(x, w)
    """,
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
            if key.startswith(('StartOf', 'EndOf')):  # marks between keys; torch crashes on one
                continue
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


def dedented(lines: str) -> str:
    """Return *lines*, or one expression's value, after the tensors that they use."""
    is_expression = "\n" not in lines and ";" not in lines
    return SIZES + (f"return {lines}" if is_expression else textwrap.dedent(lines))
