import torch

from grader.kit import Draw, Subject, claim, close, scenario

# A ReLU may silence a channel all over an image, above all after pooling, where pixels are much alike: a branch that is
# to be heard has some fifteen channels. What stands beyond the border shows only where a whole window is negative: in
# some of twenty-four channels.


def by_size(gradients):
    """Order gradients by their number of elements, which differs for all: whatever order they were created in."""
    return tuple(gradient.flatten() for gradient in sorted(gradients, key=torch.numel))


@scenario(points=1, title="Two small images", visibility="public")
def small_images(subject: Subject, draw: Draw):
    module = subject.Inception(24, 7, 8, 6, 9, 5, 15).load(draw)
    return module(draw.normal(2, 24, 6, 5))  # (2, 33, 6, 5)


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
    module = subject.Inception(24, 4, 8, 6, 9, 5, 16).load(draw)
    return module(draw.normal(2, 24, 5, 6))[:, 15:]  # (2, 16, 5, 6)


@scenario(points=2, title="Odd sizes, higher than wide, in training, then in evaluation with other weights")
def odd_sizes(subject: Subject, draw: Draw):
    module = subject.Inception(16, 5, 10, 7, 8, 6, 15)
    first = module.load(draw).train()(draw.normal(3, 16, 7, 5))
    return {"first": first, "other weights": module.load(draw).eval()(draw.normal(3, 16, 7, 5))}  # (3, 33, 7, 5) each


@scenario(points=1, title="An image smaller than the largest kernel")
def small_as_a_stamp(subject: Subject, draw: Draw):
    module = subject.Inception(24, 14, 16, 15, 17, 13, 18).load(draw)
    return module(draw.normal(2, 24, 2, 3) - 0.5)  # (2, 60, 2, 3), with windows all negative


@scenario(points=1, title="A single image of a single pixel")
def one_pixel(subject: Subject, draw: Draw):
    module = subject.Inception(24, 20, 16, 18, 17, 19, 21).load(draw)
    return module(draw.normal(1, 24, 1, 1))  # (1, 78, 1, 1)


@scenario(points=1, title="Images without a positive number")
def negative_images(subject: Subject, draw: Draw):
    module = subject.Inception(16, 16, 18, 17, 20, 19, 21).load(draw)
    return module(-draw.uniform(2, 16, 4, 6))  # (2, 73, 4, 6)


@scenario(points=1, title="A black image shows the biases")
def black_image(subject: Subject, draw: Draw):
    module = subject.Inception(6, 16, 17, 20, 18, 21, 19).load(draw)
    return module(torch.zeros(1, 6, 5, 6))  # (1, 76, 5, 6)


@scenario(points=1, title="Four branches of one width")
def equal_widths(subject: Subject, draw: Draw):
    module = subject.Inception(24, 14, 9, 14, 10, 14, 14).load(draw)
    return module(draw.normal(2, 24, 4, 5))  # (2, 56, 4, 5)


@scenario(points=2, title="Gradients in evaluation, for the input and all parameters")
def gradients_in_evaluation(subject: Subject, draw: Draw):
    module = subject.Inception(24, 5, 8, 6, 9, 7, 15).load(draw).eval()
    found = module.gradients(draw.normal(2, 24, 4, 5), upstream=draw.normal(2, 33, 4, 5))
    return {"input": found.inputs[0], "parameters": by_size(found.parameters.values())}


@scenario(points=1, title="Gradients in training, for the input and all parameters", terms=400)
def gradients_in_training(subject: Subject, draw: Draw):
    module = subject.Inception(24, 4, 9, 7, 8, 5, 14).load(draw).train()
    found = module.gradients(draw.normal(3, 24, 5, 4), upstream=draw.normal(3, 30, 5, 4))
    return {"input": found.inputs[0], "parameters": by_size(found.parameters.values())}


@scenario(points=1, title="Double precision stays double")
def double_precision(subject: Subject, draw: Draw):
    module = subject.Inception(24, 4, 8, 6, 9, 5, 14).load(draw).to(torch.float64)
    return module(draw.normal(2, 24, 4, 5, dtype=torch.float64))  # (2, 29, 4, 5)


@scenario(points=1, title="Any memory layout: transposed and channels-last")
def memory_layouts(subject: Subject, draw: Draw):
    module = subject.Inception(16, 7, 8, 4, 9, 6, 15).load(draw)
    transposed = draw.normal(2, 16, 5, 4).transpose(2, 3)  # (2, 16, 4, 5), columns first in memory
    channels_last = draw.normal(2, 16, 4, 5).to(memory_format=torch.channels_last)
    return {"transposed": module(transposed), "channels_last": module(channels_last)}  # (2, 32, 4, 5) each


@scenario(points=1, title="The input is left as it was")
def input_unchanged(subject: Subject, draw: Draw):
    module = subject.Inception(24, 4, 8, 6, 9, 7, 15).load(draw)
    output, after = module.call_and_inputs(draw.normal(2, 24, 5, 4))
    return {"output": output, "input afterwards": after}  # (2, 32, 5, 4) and (2, 24, 5, 4)


@claim(
    points=1,
    title="A pixel reaches two pixels far, and no further",
    otherwise="We changed one pixel. The output should change up to two pixels away from it, and nowhere else.",
)
def reaches_two_pixels(subject: Subject, draw: Draw) -> bool:
    module = subject.Inception(16, 4, 8, 6, 10, 12, 15).load(draw)
    image = draw.normal(1, 16, 9, 8)
    changed = image.clone()
    changed[:, :, 4, 3] += 3
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
