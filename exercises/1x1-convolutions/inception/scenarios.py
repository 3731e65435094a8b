import torch

from grader.kit import Draw, Subject, claim, close, scenario

# A ReLU may silence a channel all over a small image; eight of them are never silent together.


@scenario(points=1, title="Two small images", visibility="public")
def small_images(subject: Subject, draw: Draw):
    module = subject.Inception(16, 7, 8, 6, 9, 5, 4).load(draw)
    return module(draw.normal(2, 16, 6, 5))  # (2, 22, 6, 5)


@scenario(points=1, title="GoogLeNet's first module: 163,328 weights, branch by branch", visibility="public")
def weights(subject: Subject, draw: Draw):
    parameters = subject.Inception(192, 64, 96, 128, 16, 32, 32).parameters().values()
    return {
        "weights of each convolution": tuple(p.numel() for p in parameters if p.dim() > 1),
        "all parameters": sum(p.numel() for p in parameters),
    }


@scenario(points=1, title="The 3×3 branch, in its place among the output's channels")
def branch_3x3(subject: Subject, draw: Draw):
    module = subject.Inception(16, 4, 9, 10, 8, 5, 6).load(draw)
    return module(draw.normal(2, 16, 4, 5))[:, 4:14]  # (2, 10, 4, 5)


@scenario(points=1, title="The 5×5 branch, in its place among the output's channels")
def branch_5x5(subject: Subject, draw: Draw):
    module = subject.Inception(16, 4, 8, 6, 9, 10, 5).load(draw)
    return module(draw.normal(2, 16, 7, 6))[:, 10:20]  # (2, 10, 7, 6)


@scenario(points=1, title="The pooling branch, in its place among the output's channels")
def branch_pool(subject: Subject, draw: Draw):
    module = subject.Inception(16, 4, 8, 6, 9, 5, 10).load(draw)
    return module(draw.normal(2, 16, 5, 6))[:, 15:]  # (2, 10, 5, 6)


@scenario(points=2, title="Odd sizes, higher than wide")
def odd_sizes(subject: Subject, draw: Draw):
    module = subject.Inception(16, 5, 10, 7, 8, 6, 9).load(draw)
    return module(draw.normal(3, 16, 7, 5))  # (3, 27, 7, 5)


@scenario(points=1, title="An image smaller than the largest kernel")
def small_as_a_stamp(subject: Subject, draw: Draw):
    module = subject.Inception(24, 9, 16, 12, 17, 11, 10).load(draw)
    return module(draw.normal(2, 24, 2, 3))  # (2, 42, 2, 3)


@scenario(points=1, title="A single image of a single pixel")
def one_pixel(subject: Subject, draw: Draw):
    module = subject.Inception(24, 25, 32, 27, 33, 26, 28).load(draw)
    return module(draw.normal(1, 24, 1, 1))  # (1, 106, 1, 1)


@scenario(points=1, title="Images without a positive number")
def negative_images(subject: Subject, draw: Draw):
    module = subject.Inception(16, 8, 10, 9, 12, 7, 11).load(draw)
    return module(-draw.uniform(2, 16, 4, 6))  # (2, 35, 4, 6)


@scenario(points=1, title="A black image shows the biases")
def black_image(subject: Subject, draw: Draw):
    module = subject.Inception(6, 16, 17, 20, 18, 21, 19).load(draw)
    return module(torch.zeros(1, 6, 5, 6))  # (1, 76, 5, 6)


@scenario(points=1, title="Four branches of one width")
def equal_widths(subject: Subject, draw: Draw):
    module = subject.Inception(16, 8, 9, 8, 10, 8, 8).load(draw)
    return module(draw.normal(2, 16, 4, 5))  # (2, 32, 4, 5)


@scenario(points=2, title="Gradient for the input, through all branches")
def input_gradient(subject: Subject, draw: Draw):
    module = subject.Inception(12, 5, 8, 6, 9, 7, 4).load(draw)
    return module.gradients(draw.normal(2, 12, 4, 5), upstream=draw.normal(2, 22, 4, 5)).inputs[0]  # (2, 12, 4, 5)


@scenario(points=1, title="Gradients for all weights and biases", terms=400)
def parameter_gradients(subject: Subject, draw: Draw):
    module = subject.Inception(12, 5, 8, 6, 9, 7, 4).load(draw)
    found = module.gradients(draw.normal(2, 12, 4, 5), upstream=draw.normal(2, 22, 4, 5)).parameters
    by_size = sorted(found.values(), key=torch.numel)  # no two are of one size
    return tuple(gradient.flatten() for gradient in by_size)


@scenario(points=1, title="Double precision stays double")
def double_precision(subject: Subject, draw: Draw):
    module = subject.Inception(16, 4, 8, 6, 9, 5, 7).load(draw).to(torch.float64)
    return module(draw.normal(2, 16, 4, 5, dtype=torch.float64))  # (2, 22, 4, 5)


@scenario(points=1, title="Any memory layout: transposed and channels-last")
def memory_layouts(subject: Subject, draw: Draw):
    module = subject.Inception(16, 7, 8, 4, 9, 6, 5).load(draw)
    transposed = draw.normal(2, 16, 5, 4).transpose(2, 3)  # (2, 16, 4, 5), columns first in memory
    channels_last = draw.normal(2, 16, 4, 5).to(memory_format=torch.channels_last)
    return {"transposed": module(transposed), "channels_last": module(channels_last)}  # (2, 22, 4, 5) each


@scenario(points=1, title="The input is left as it was")
def input_unchanged(subject: Subject, draw: Draw):
    module = subject.Inception(16, 4, 8, 6, 9, 7, 5).load(draw)
    output, after = module.call_and_inputs(draw.normal(2, 16, 5, 4))
    return {"output": output, "input afterwards": after}  # (2, 22, 5, 4) and (2, 16, 5, 4)


@claim(
    points=1,
    title="A pixel reaches two pixels far, and no further",
    otherwise="We changed one pixel. The output should change up to two pixels away from it, and nowhere else.",
)
def reaches_two_pixels(subject: Subject, draw: Draw) -> bool:
    module = subject.Inception(16, 4, 8, 6, 10, 12, 5).load(draw)
    image = draw.normal(1, 16, 9, 8)
    changed = image.clone()
    changed[:, :, 4, 3] += 1
    before, after = module(image), module(changed)
    ring = before.clone()
    ring[:, :, 3:6, 2:5] = after[:, :, 3:6, 2:5]  # up to one pixel away
    reached = ring.clone()
    reached[:, :, 2:7, 1:6] = after[:, :, 2:7, 1:6]  # up to two pixels away
    return close(reached, after) and not close(ring, after)


@claim(
    points=1,
    title="In training and in evaluation, each image by itself",
    otherwise="The output for an image was not the same in training as in evaluation, or with others in its batch.",
)
def images_are_independent(subject: Subject, draw: Draw) -> bool:
    module = subject.Inception(16, 4, 8, 6, 9, 5, 7).load(draw)
    images = draw.normal(3, 16, 4, 4)
    together, alone = module.train()(images), module.eval()(images[:1])
    return close(together[:1], alone) and not close(together[1:2], alone)
