import torch

from grader.kit import Draw, Subject, claim, close, scenario

# In evaluation, secret statistics may silence a channel for good; eight of them are never silent together.


def by_size(gradients):
    """Order gradients by their number of elements, equal ones as created: kernels may well be created before all BN."""
    return tuple(gradient.flatten() for gradient in sorted(gradients, key=torch.numel))


@scenario(points=1, title="With stride 2, images of even sizes", visibility="public")
def half_size(subject: Subject, draw: Draw):
    block = subject.ProjectionBottleneck(12, 8, 20, stride=2).load(draw).eval()
    return block(draw.normal(2, 12, 6, 8))  # (2, 20, 3, 4)


@scenario(points=1, title="ResNet-50's first block, from 64 to 256 channels: 73,728 weights", visibility="public")
def weights(subject: Subject, draw: Draw):
    parameters = subject.ProjectionBottleneck(64, 64, 256).parameters().values()
    return {
        "weights in kernels": sum(p.numel() for p in parameters if p.dim() > 1),
        "all parameters": sum(p.numel() for p in parameters),  # BN has two for each of its channels
    }


@scenario(points=1, title="In evaluation, from 12 to 20 channels, at full size")
def evaluation(subject: Subject, draw: Draw):
    block = subject.ProjectionBottleneck(12, 8, 20).load(draw).eval()
    return block(draw.normal(2, 12, 5, 6))  # (2, 20, 5, 6)


@scenario(points=1, title="Wide: 128 channels over 64 to 256, at half the size")
def wide(subject: Subject, draw: Draw):
    block = subject.ProjectionBottleneck(128, 64, 256, stride=2).load(draw).eval()
    return block(draw.normal(1, 128, 8, 8))  # (1, 256, 4, 4)


@scenario(points=2, title="With stride 2, odd sizes, higher than wide, in training")
def odd_sizes(subject: Subject, draw: Draw):
    block = subject.ProjectionBottleneck(7, 4, 10, stride=2).load(draw).train()
    return block(draw.normal(3, 7, 7, 5))  # (3, 10, 4, 3)


@scenario(points=1, title="With stride 3")
def stride_three(subject: Subject, draw: Draw):
    block = subject.ProjectionBottleneck(10, 8, 12, stride=3).load(draw).eval()
    return block(draw.normal(2, 10, 4, 5))  # (2, 12, 2, 2)


@scenario(points=1, title="As many channels out as in, at full size")
def same_shape(subject: Subject, draw: Draw):
    block = subject.ProjectionBottleneck(16, 8, 16).load(draw).eval()
    return block(draw.normal(2, 16, 5, 4))  # (2, 16, 5, 4)


@scenario(points=1, title="In training, with a main path that adds only a little")
def training(subject: Subject, draw: Draw):
    block = subject.ProjectionBottleneck(8, 4, 12).load(draw, overrides={-5: 0.02, -4: 0.0}).train()
    return block(draw.normal(4, 8, 4, 6))  # (4, 12, 4, 6)


@scenario(points=1, title="Running statistics of both paths after two batches of training")
def running_statistics(subject: Subject, draw: Draw):
    block = subject.ProjectionBottleneck(8, 4, 12, stride=2).load(draw).train()
    for size in (2, 4):
        block(1 + 2 * draw.normal(size, 8, 5, 6))
    return block.buffers()  # mean (B,) and variance (B,), twice; mean (C_out,) and variance (C_out,), twice


@scenario(points=1, title="In evaluation, after two batches of training, and with other weights")
def evaluation_after_training(subject: Subject, draw: Draw):
    block = subject.ProjectionBottleneck(12, 8, 16).load(draw).train()
    for _ in range(2):
        block(1 + 2 * draw.normal(3, 12, 5, 5))
    first = block.eval()(draw.normal(2, 12, 4, 5))
    return {"first": first, "other weights": block.load(draw)(draw.normal(2, 12, 4, 5))}  # (2, 16, 4, 5) each


@scenario(points=1, title="Gradients in evaluation, for the input and all parameters")
def gradients_in_evaluation(subject: Subject, draw: Draw):
    block = subject.ProjectionBottleneck(10, 8, 12, stride=2).load(draw).eval()
    found = block.gradients(draw.normal(2, 10, 5, 4), upstream=draw.normal(2, 12, 3, 2))
    return {"input": found.inputs[0], "parameters": by_size(found.parameters.values())}


@scenario(points=1, title="Gradients in training, for the input and all parameters", terms=400)
def gradients_in_training(subject: Subject, draw: Draw):
    block = subject.ProjectionBottleneck(6, 3, 9, stride=2).load(draw).train()
    found = block.gradients(draw.normal(3, 6, 6, 7), upstream=draw.normal(3, 9, 3, 4))
    return {"input": found.inputs[0], "parameters": by_size(found.parameters.values())}


@scenario(points=1, title="With the main path's last BN at zero, only ReLU(shortcut) is left")
def silent_main_path(subject: Subject, draw: Draw):
    block = subject.ProjectionBottleneck(12, 8, 16, stride=2).load(draw, overrides={-5: 0.0, -4: 0.0}).eval()
    return block(draw.normal(2, 12, 6, 4))  # (2, 16, 3, 2)


@scenario(points=1, title="With the shortcut's BN at zero, only ReLU(main path) is left")
def silent_shortcut(subject: Subject, draw: Draw):
    block = subject.ProjectionBottleneck(12, 8, 16, stride=2).load(draw, overrides={-2: 0.0, -1: 0.0}).eval()
    return block(draw.normal(2, 12, 4, 6))  # (2, 16, 2, 3)


@scenario(points=1, title="A single image of a single pixel, with stride 2")
def one_pixel(subject: Subject, draw: Draw):
    block = subject.ProjectionBottleneck(32, 24, 40, stride=2).load(draw).eval()
    return block(draw.normal(1, 32, 1, 1))  # (1, 40, 1, 1)


@scenario(points=1, title="Double precision stays double")
def double_precision(subject: Subject, draw: Draw):
    block = subject.ProjectionBottleneck(12, 8, 16, stride=2).load(draw).eval().to(torch.float64)
    return block(draw.normal(2, 12, 4, 6, dtype=torch.float64))  # (2, 16, 2, 3)


@scenario(points=1, title="Any memory layout: transposed and channels-last")
def memory_layouts(subject: Subject, draw: Draw):
    block = subject.ProjectionBottleneck(12, 8, 16).load(draw).eval()
    transposed = draw.normal(2, 12, 5, 3).transpose(2, 3)  # (2, 12, 3, 5), columns first in memory
    channels_last = draw.normal(2, 12, 3, 5).to(memory_format=torch.channels_last)
    return {"transposed": block(transposed), "channels_last": block(channels_last)}  # (2, 16, 3, 5) each


@scenario(points=1, title="The input is left as it was")
def input_unchanged(subject: Subject, draw: Draw):
    block = subject.ProjectionBottleneck(12, 8, 16).load(draw).eval()
    output, after = block.call_and_inputs(draw.normal(2, 12, 4, 4))
    return {"output": output, "input afterwards": after}  # (2, 16, 4, 4) and (2, 12, 4, 4)


@claim(
    points=1,
    title="In evaluation, an image's output does not depend on its batch",
    otherwise="We gave one image alone, then together with others, and its output was not the same.",
)
def images_are_independent(subject: Subject, draw: Draw) -> bool:
    block = subject.ProjectionBottleneck(12, 8, 16, stride=2).load(draw).eval()
    images = draw.normal(3, 12, 5, 5)
    together, alone = block(images), block(images[:1])
    return close(together[:1], alone) and not close(together[1:2], alone)
