import torch

from grader.kit import Draw, Subject, claim, close, scenario

# In evaluation, secret statistics may silence a channel for good; eight of them are never silent together.


@scenario(points=1, title="In evaluation, two small square images", visibility="public")
def evaluation(subject: Subject, draw: Draw):
    block = subject.Bottleneck(16, 8).load(draw).eval()
    return block(draw.normal(2, 16, 6, 6))  # (2, 16, 6, 6)


@scenario(points=1, title="The lesson's count: 69,632 convolution weights", visibility="public")
def weights(subject: Subject, draw: Draw):
    parameters = subject.Bottleneck(256, 64).parameters().values()
    return {
        "weights in kernels": sum(p.numel() for p in parameters if p.dim() > 1),
        "all parameters": sum(p.numel() for p in parameters),  # BN has two for each of its channels
    }


@scenario(points=2, title="The lesson's widths: 256 channels over 64")
def lesson_widths(subject: Subject, draw: Draw):
    block = subject.Bottleneck(256, 64).load(draw).eval()
    return block(draw.normal(1, 256, 14, 14))  # (1, 256, 14, 14)


@scenario(points=2, title="In training, normalised by the batch's own statistics")
def training(subject: Subject, draw: Draw):
    block = subject.Bottleneck(8, 4).load(draw).train()
    return block(draw.normal(4, 8, 4, 6))  # (4, 8, 4, 6)


@scenario(points=2, title="Running statistics after three batches of training")
def running_statistics(subject: Subject, draw: Draw):
    block = subject.Bottleneck(8, 4).load(draw).train()
    for size in (2, 3, 4):
        block(1 + 2 * draw.normal(size, 8, 5, 5))
    return block.buffers()  # mean (B,) and variance (B,), twice; mean (C,) and variance (C,)


@scenario(points=1, title="In evaluation, after two batches of training, and with other weights")
def evaluation_after_training(subject: Subject, draw: Draw):
    block = subject.Bottleneck(16, 8).load(draw).train()
    for _ in range(2):
        block(1 + 2 * draw.normal(3, 16, 5, 5))
    first = block.eval()(draw.normal(2, 16, 5, 5))
    return {"first": first, "other weights": block.load(draw)(draw.normal(2, 16, 5, 5))}  # (2, 16, 5, 5) each


@scenario(points=2, title="Gradients in evaluation, for the input and all parameters")
def input_gradient(subject: Subject, draw: Draw):
    block = subject.Bottleneck(16, 8).load(draw).eval()
    found = block.gradients(draw.normal(2, 16, 4, 4), upstream=draw.normal(2, 16, 4, 4))
    return {"input": found.inputs[0], "parameters": tuple(gradient.flatten() for gradient in found.parameters.values())}


@scenario(points=1, title="Gradients in training, for the input and all parameters", terms=400)
def parameter_gradients(subject: Subject, draw: Draw):
    block = subject.Bottleneck(6, 3).load(draw).train()
    found = block.gradients(draw.normal(3, 6, 4, 5), upstream=draw.normal(3, 6, 4, 5))
    return {"input": found.inputs[0], "parameters": tuple(gradient.flatten() for gradient in found.parameters.values())}


@scenario(points=1, title="With the last BN at zero, only ReLU(x) is left")
def silent_block(subject: Subject, draw: Draw):
    block = subject.Bottleneck(8, 4).load(draw, overrides={-2: 0.0, -1: 0.0}).train()
    return block(draw.normal(2, 8, 5, 5))  # (2, 8, 5, 5)


@scenario(points=1, title="Pixels at the border")
def border(subject: Subject, draw: Draw):
    block = subject.Bottleneck(16, 8).load(draw).eval()
    image = draw.normal(2, 16, 5, 6)
    image[:, :, 1:-1, 1:-1] *= 0.1  # what stands at the border decides
    y = block(image)  # (2, 16, 5, 6)
    return {"top": y[:, :, 0], "bottom": y[:, :, -1], "left": y[:, :, :, 0], "right": y[:, :, :, -1]}


@scenario(points=1, title="Odd sizes, higher than wide, and a block that adds only a little")
def odd_sizes(subject: Subject, draw: Draw):
    block = subject.Bottleneck(7, 3).load(draw, overrides={-2: 0.02, -1: 0.0}).train()
    return block(draw.normal(3, 7, 7, 5))  # (3, 7, 7, 5)


@scenario(points=1, title="A single image of a single pixel")
def one_pixel(subject: Subject, draw: Draw):
    block = subject.Bottleneck(48, 32).load(draw).eval()
    return block(draw.normal(1, 48, 1, 1))  # (1, 48, 1, 1)


@scenario(points=1, title="Double precision stays double")
def double_precision(subject: Subject, draw: Draw):
    block = subject.Bottleneck(16, 8).load(draw).eval().to(torch.float64)
    return block(draw.normal(2, 16, 4, 5, dtype=torch.float64))  # (2, 16, 4, 5)


@scenario(points=1, title="Any memory layout: transposed and channels-last")
def memory_layouts(subject: Subject, draw: Draw):
    block = subject.Bottleneck(16, 8).load(draw).eval()
    transposed = draw.normal(2, 16, 5, 3).transpose(2, 3)  # (2, 16, 3, 5), columns first in memory
    channels_last = draw.normal(2, 16, 3, 5).to(memory_format=torch.channels_last)
    return {"transposed": block(transposed), "channels_last": block(channels_last)}  # (2, 16, 3, 5) each


@scenario(points=1, title="The input is left as it was")
def input_unchanged(subject: Subject, draw: Draw):
    block = subject.Bottleneck(16, 8).load(draw).eval()
    output, after = block.call_and_inputs(draw.normal(2, 16, 4, 4))
    return {"output": output, "input afterwards": after}  # (2, 16, 4, 4) each


@claim(
    points=1,
    title="In evaluation, an image's output does not depend on its batch",
    otherwise="We gave one image alone, then together with others, and its output was not the same.",
)
def images_are_independent(subject: Subject, draw: Draw) -> bool:
    block = subject.Bottleneck(16, 8).load(draw).eval()
    images = draw.normal(3, 16, 4, 4)
    together, alone = block(images), block(images[:1])
    return close(together[:1], alone) and not close(together[1:2], alone)
