import torch

from grader.kit import Draw, Subject, claim, close, scenario

FIRST_BIAS = 1  # among the reference's parameters; far below or above zero, it shuts or opens all hidden channels


@scenario(points=2, title="Two small images of six channels", visibility="public")
def small_images(subject: Subject, draw: Draw):
    mixer = subject.ChannelMixer(6, 10).load(draw)
    return mixer(draw.normal(2, 6, 3, 5))  # (2, 6, 3, 5)


@scenario(points=1, title="Two matrices of 16,384 weights, with biases", visibility="public")
def parameters(subject: Subject, draw: Draw):
    found = subject.ChannelMixer(256, 64).parameters().values()
    return {
        "weights": sum(p.numel() for p in found if p.squeeze().dim() > 1),
        "biases, layer by layer": tuple(p.numel() for p in found if p.squeeze().dim() <= 1),
    }


@scenario(points=2, title="The lesson's widths: 256 channels over 64")
def lesson_widths(subject: Subject, draw: Draw):
    mixer = subject.ChannelMixer(256, 64).load(draw)
    return mixer(draw.normal(1, 256, 14, 14))  # (1, 256, 14, 14)


@scenario(points=1, title="Odd sizes, higher than wide, more hidden channels than channels")
def odd_sizes(subject: Subject, draw: Draw):
    mixer = subject.ChannelMixer(5, 13).load(draw).eval()
    return mixer(draw.normal(3, 5, 7, 5))  # (3, 5, 7, 5)


@scenario(points=1, title="A single image of a single pixel")
def one_pixel(subject: Subject, draw: Draw):
    mixer = subject.ChannelMixer(24, 16).load(draw)
    return mixer(draw.normal(1, 24, 1, 1))  # (1, 24, 1, 1)


@scenario(points=1, title="A black image")
def black_image(subject: Subject, draw: Draw):
    mixer = subject.ChannelMixer(24, 30).load(draw)  # so many that biases of both signs are among them
    return mixer(torch.zeros(2, 24, 3, 4))  # (2, 24, 3, 4), the same at each pixel


@scenario(points=1, title="Where no hidden channel fires, one bias is left")
def none_fires(subject: Subject, draw: Draw):
    mixer = subject.ChannelMixer(24, 18).load(draw, overrides={FIRST_BIAS: -50.0})
    return mixer(draw.normal(2, 24, 4, 3))  # (2, 24, 4, 3)


@scenario(points=1, title="Where all hidden channels fire, the mixer is one matrix")
def all_fire(subject: Subject, draw: Draw):
    mixer = subject.ChannelMixer(24, 18).load(draw, overrides={FIRST_BIAS: 50.0})
    return mixer(draw.normal(2, 24, 4, 3))  # (2, 24, 4, 3)


@scenario(points=1, title="Gradients in evaluation, for the input, weights and biases", terms=200)
def gradients_in_evaluation(subject: Subject, draw: Draw):
    mixer = subject.ChannelMixer(6, 9).load(draw).eval()
    return by_kind(mixer.gradients(draw.normal(2, 6, 4, 3), upstream=draw.normal(2, 6, 4, 3)))


@scenario(points=2, title="Gradients in training, for the input, weights and biases", terms=200)
def gradients_in_training(subject: Subject, draw: Draw):
    mixer = subject.ChannelMixer(9, 6).load(draw).train()
    return by_kind(mixer.gradients(draw.normal(3, 9, 3, 4), upstream=draw.normal(3, 9, 3, 4)))


def by_kind(found):
    """Whether a layer's bias stands beside its weight, or all biases come after all weights, is free."""
    of_parameters = found.parameters.values()
    return {
        "input": found.inputs[0],  # (N, C, H, W)
        "weights": tuple(p.flatten() for p in of_parameters if p.squeeze().dim() > 1),  # (M·C,), (C·M,)
        "biases": tuple(p.flatten() for p in of_parameters if p.squeeze().dim() <= 1),  # (M,), (C,)
    }


@scenario(points=1, title="New weights count from the next call on, in training and in evaluation")
def follows_its_weights(subject: Subject, draw: Draw):
    mixer = subject.ChannelMixer(6, 9)
    image = draw.normal(2, 6, 3, 3)
    first = mixer.load(draw).train()(image)  # (2, 6, 3, 3)
    second = mixer.load(draw).eval()(image)  # other weights, as after a step of training
    return {"first weights": first, "new weights": second}


@scenario(points=1, title="Double precision stays double")
def double_precision(subject: Subject, draw: Draw):
    mixer = subject.ChannelMixer(6, 9).load(draw).to(torch.float64)
    return mixer(draw.normal(2, 6, 3, 4, dtype=torch.float64))  # (2, 6, 3, 4)


@scenario(points=1, title="Any memory layout: transposed and channels-last")
def memory_layouts(subject: Subject, draw: Draw):
    mixer = subject.ChannelMixer(6, 9).load(draw)
    transposed = draw.normal(2, 6, 5, 3).transpose(2, 3)  # (2, 6, 3, 5), columns first in memory
    channels_last = draw.normal(2, 6, 3, 5).to(memory_format=torch.channels_last)
    return {"transposed": mixer(transposed), "channels_last": mixer(channels_last)}  # (2, 6, 3, 5) each


@scenario(points=1, title="The input is left as it was")
def input_unchanged(subject: Subject, draw: Draw):
    mixer = subject.ChannelMixer(6, 9).load(draw)
    output, after = mixer.call_and_inputs(draw.normal(2, 6, 3, 3))
    return {"output": output, "input afterwards": after}  # (2, 6, 3, 3) each


@claim(
    points=1,
    title="Moving pixels around moves the output the same way",
    otherwise="We shuffled the input's pixels, and the output was not the old one shuffled in the same way.",
)
def mixes_no_space(subject: Subject, draw: Draw) -> bool:
    mixer = subject.ChannelMixer(24, 18).load(draw)
    image = draw.normal(2, 24, 3, 5)
    order = draw.uniform(15).argsort()  # of the 15 pixels
    before, after = mixer(image), mixer(image.flatten(2)[:, :, order].reshape(2, 24, 3, 5))
    shuffled = before.flatten(2)[:, :, order].reshape(before.shape)
    return close(after, shuffled) and not close(after, before)


@claim(
    points=1,
    title="An image's output does not depend on its batch",
    otherwise="We gave one image alone, then together with others, and its output was not the same.",
)
def images_are_independent(subject: Subject, draw: Draw) -> bool:
    mixer = subject.ChannelMixer(24, 18).load(draw)
    images = draw.normal(3, 24, 4, 4)
    together, alone = mixer(images), mixer(images[:1])
    return close(together[:1], alone) and not close(together[1:2], alone)


@claim(
    points=1,
    title="No single matrix could do the same",
    otherwise="At each pixel, the mean of what an image and its negative gave was what a black image gives. "
    "One matrix with a bias does that.",
)
def is_not_linear(subject: Subject, draw: Draw) -> bool:
    mixer = subject.ChannelMixer(24, 18).load(draw)
    image = draw.normal(2, 24, 4, 3)
    mean = (mixer(image) + mixer(-image)) / 2
    return not close(mean, mixer(torch.zeros(2, 24, 4, 3)))
