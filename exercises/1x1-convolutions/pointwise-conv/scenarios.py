import torch

from grader.kit import Draw, Subject, claim, close, scenario


@scenario(points=2, title="Two small images of three channels, by the definition", visibility="public")
def definition(subject: Subject, draw: Draw):
    layer = subject.PointwiseConv2d(3, 4).load(draw)
    return layer(draw.normal(2, 3, 3, 4))  # (2, 4, 3, 4)


@scenario(points=1, title="Parameters have the lesson's shapes: 16,384 weights", visibility="public")
def parameters(subject: Subject, draw: Draw):
    layer = subject.PointwiseConv2d(256, 64)
    without = subject.PointwiseConv2d(256, 64, bias=False)
    return {
        "shape of weight": tuple(layer.parameter("weight").shape),
        "shape of bias": tuple(layer.parameter("bias").shape),
        "number of weights": without.parameter("weight").numel(),
        "parameters without bias": len(without.parameters()),
    }


@scenario(points=2, title="The lesson's sizes: 28×28, from 256 to 64 channels")
def lesson_sizes(subject: Subject, draw: Draw):
    layer = subject.PointwiseConv2d(256, 64, bias=False).load(draw)
    return layer(draw.normal(1, 256, 28, 28))  # (1, 64, 28, 28)


@scenario(points=2, title="Odd sizes, higher than wide")
def odd_sizes(subject: Subject, draw: Draw):
    layer = subject.PointwiseConv2d(5, 7).load(draw).eval()
    return layer(draw.normal(3, 5, 7, 5))  # (3, 7, 7, 5)


@scenario(points=1, title="A single image of a single pixel")
def one_pixel(subject: Subject, draw: Draw):
    layer = subject.PointwiseConv2d(6, 24, bias=False).load(draw)
    return layer(draw.normal(1, 6, 1, 1))  # (1, 24, 1, 1)


@scenario(points=1, title="A black image shows the bias at every pixel")
def bias_of_black(subject: Subject, draw: Draw):
    layer = subject.PointwiseConv2d(4, 24).load(draw)
    return layer(torch.zeros(2, 4, 3, 3))  # (2, 24, 3, 3)


@scenario(points=1, title="Without a bias, a black image stays black")
def no_bias(subject: Subject, draw: Draw):
    layer = subject.PointwiseConv2d(4, 3, bias=False).load(draw)
    return layer(torch.zeros(2, 4, 3, 3))  # (2, 3, 3, 3)


@scenario(points=1, title="Gradient for the input")
def input_gradient(subject: Subject, draw: Draw):
    layer = subject.PointwiseConv2d(4, 3, bias=False).load(draw).eval()
    return layer.gradients(draw.normal(2, 4, 3, 5), upstream=draw.normal(2, 3, 3, 5)).inputs[0]  # (2, 4, 3, 5)


@scenario(points=2, title="Gradient for the weights", terms=30)  # each sums over N·H·W = 30 pixels
def weight_gradient(subject: Subject, draw: Draw):
    layer = subject.PointwiseConv2d(4, 3).load(draw)
    return layer.gradients(draw.normal(2, 4, 3, 5), upstream=draw.normal(2, 3, 3, 5)).parameters["weight"]  # (3, 4)


@scenario(points=1, title="Gradient for the bias", terms=30)
def bias_gradient(subject: Subject, draw: Draw):
    layer = subject.PointwiseConv2d(4, 3).load(draw)
    return layer.gradients(draw.normal(2, 4, 3, 5), upstream=draw.normal(2, 3, 3, 5)).parameters["bias"]  # (3,)


@scenario(points=1, title="Double precision stays double")
def double_precision(subject: Subject, draw: Draw):
    layer = subject.PointwiseConv2d(6, 4).load(draw).to(torch.float64)
    return layer(draw.normal(2, 6, 3, 4, dtype=torch.float64))  # (2, 4, 3, 4)


@scenario(points=1, title="Any memory layout: transposed and channels-last")
def memory_layouts(subject: Subject, draw: Draw):
    layer = subject.PointwiseConv2d(4, 5, bias=False).load(draw)
    transposed = draw.normal(2, 4, 5, 3).transpose(2, 3)  # (2, 4, 3, 5), columns first in memory
    channels_last = draw.normal(2, 4, 3, 5).to(memory_format=torch.channels_last)
    return {"transposed": layer(transposed), "channels_last": layer(channels_last)}  # (2, 5, 3, 5) each


@scenario(points=1, title="The input is left as it was")
def input_unchanged(subject: Subject, draw: Draw):
    layer = subject.PointwiseConv2d(4, 4, bias=False).load(draw)
    output, after = layer.call_and_inputs(draw.normal(2, 4, 3, 3))
    return {"output": output, "input afterwards": after}  # (2, 4, 3, 3) each


@claim(
    points=1,
    title="Moving pixels around moves the output the same way",
    otherwise="We shuffled the input's pixels, and the output was not the old one shuffled in the same way.",
)
def mixes_no_space(subject: Subject, draw: Draw) -> bool:
    layer = subject.PointwiseConv2d(4, 3).load(draw)
    image = draw.normal(2, 4, 3, 5)
    order = draw.uniform(15).argsort()  # of the 15 pixels
    before, after = layer(image), layer(image.flatten(2)[:, :, order].reshape(2, 4, 3, 5))
    shuffled = before.flatten(2)[:, :, order].reshape(2, 3, 3, 5)
    return close(after, shuffled) and not close(after, before)


@scenario(points=1, title="New weights count from the next call on, in training and in evaluation")
def follows_its_weights(subject: Subject, draw: Draw):
    layer = subject.PointwiseConv2d(4, 3, bias=False)
    image = draw.normal(2, 4, 3, 3)
    first = layer.load(draw).train()(image)  # (2, 3, 3, 3)
    second = layer.load(draw).eval()(image)  # other weights, as after a step of training
    return {"first weights": first, "new weights": second}


@scenario(points=1, title="A new layer's weights are random, small and different")
def starts_at_random(subject: Subject, draw: Draw):
    weight = subject.PointwiseConv2d(100, 40).parameter("weight")
    spread = float(weight.std()) * (3 * 100) ** 0.5  # 1 for nn.Linear's own: 1/√(3·C_in)
    return {
        "weights differ": bool((weight.std(dim=0) > 0).all()),
        "weights are all zero": bool((weight == 0).all()),
        "standard deviation is near 1/√(3·C_in)": 0.1 < spread < 6,
    }
