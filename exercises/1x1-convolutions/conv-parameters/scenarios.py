from grader.kit import Draw, Subject, claim, scenario

# Answers are whole numbers, so an equal one proves a belief. Numbers of channels in and out are drawn from ranges that
# do not meet, and no secret bottleneck has a quarter of its block's channels: there, two beliefs count the same.


@scenario(points=2, title="The lesson's four convolutions, without bias", visibility="public")
def lesson_figures(subject: Subject, draw: Draw):
    return {
        "3×3, 256 to 256": subject.conv2d_parameters(256, 256, 3, bias=False),
        "1×1, 256 to 256": subject.conv2d_parameters(256, 256, 1, bias=False),
        "3×3, 256 to 64": subject.conv2d_parameters(256, 64, 3, bias=False),
        "1×1, 256 to 64": subject.conv2d_parameters(256, 64, 1, bias=False),
    }


@scenario(points=2, title="The lesson's bottleneck: 256 channels over 64", visibility="public")
def lesson_bottleneck(subject: Subject, draw: Draw):
    return subject.bottleneck_parameters(256, 64)


@scenario(points=2, title="A 3×3 convolution without bias")
def other_channels(subject: Subject, draw: Draw):
    return subject.conv2d_parameters(draw.integer(20, 60), draw.integer(70, 150), 3, bias=False)


@scenario(points=2, title="A 3×3 convolution with biases, by default and on request")
def with_bias(subject: Subject, draw: Draw):
    few, many = draw.integer(20, 60), draw.integer(70, 150)
    return {
        "by default": subject.conv2d_parameters(few, many, 3),
        "on request": subject.conv2d_parameters(many, few, 3, bias=True),
    }


@scenario(points=1, title="A 1×1 convolution with biases")
def pointwise_with_bias(subject: Subject, draw: Draw):
    return subject.conv2d_parameters(draw.integer(20, 60), draw.integer(70, 150), 1)


@scenario(points=1, title="Arguments by name, in another order")
def by_name(subject: Subject, draw: Draw):
    return subject.conv2d_parameters(
        bias=False, kernel_size=5, out_channels=draw.integer(20, 60), in_channels=draw.integer(70, 150)
    )


@scenario(points=2, title="Kernels that are not square")
def pairs(subject: Subject, draw: Draw):
    few, many = draw.integer(20, 60), draw.integer(70, 150)
    short, long = draw.integer(2, 3), draw.integer(5, 7)
    return {
        "wide": subject.conv2d_parameters(few, many, (short, long), bias=False),
        "high": subject.conv2d_parameters(few, many, (long, short), bias=False),
    }


@scenario(points=1, title="Kernels of one row or one column, with biases")
def lines(subject: Subject, draw: Draw):
    few, many = draw.integer(20, 60), draw.integer(70, 150)
    return {
        "row": subject.conv2d_parameters(few, many, (1, 7)),
        "column": subject.conv2d_parameters(many, few, (5, 1)),
    }


@scenario(points=1, title="Small and large square kernels")
def other_kernels(subject: Subject, draw: Draw):
    few, many = draw.integer(20, 60), draw.integer(70, 150)
    return {f"{size}×{size}": subject.conv2d_parameters(few, many, size, bias=False) for size in (2, 4, 7, 11)}


@scenario(points=1, title="Grey images: a single channel in, out, or both")
def single_channels(subject: Subject, draw: Draw):
    many = draw.integer(20, 60)
    return {
        "one to many": subject.conv2d_parameters(1, many, 3, bias=False),
        "many to one": subject.conv2d_parameters(many, 1, 3, bias=False),
        "one to one": subject.conv2d_parameters(1, 1, 5, bias=False),
    }


@claim(
    points=1,
    title="A pair of equal sides counts as the single number does",
    otherwise="A kernel of size (F, F) and one of size F did not have the same number of weights.",
)
def square_pairs(subject: Subject, draw: Draw) -> bool:
    few, many, size = draw.integer(20, 60), draw.integer(70, 150), draw.integer(3, 7)
    as_pair = subject.conv2d_parameters(few, many, (size, size), bias=False)
    as_number = subject.conv2d_parameters(few, many, size, bias=False)
    return 0 < as_pair == as_number


@claim(
    points=1,
    title="A quarter of the channels on both sides, a sixteenth of the weights",
    otherwise="We cut input and output channels of a 3×3 convolution to a quarter, and not to a sixteenth its weights.",
)
def quarter_of_the_channels(subject: Subject, draw: Draw) -> bool:
    width = draw.integer(20, 60)
    all_of_them = subject.conv2d_parameters(4 * width, 4 * width, 3, bias=False)
    quarter = subject.conv2d_parameters(width, width, 3, bias=False)
    return 0 < all_of_them == 16 * quarter


@scenario(points=2, title="Bottlenecks of other widths")
def other_bottlenecks(subject: Subject, draw: Draw):
    width = draw.integer(10, 30)
    return {
        "an eighth": subject.bottleneck_parameters(8 * width, width),
        "three fifths": subject.bottleneck_parameters(5 * width, 3 * width),
    }


@scenario(points=1, title="A bottleneck of a single channel")
def narrowest_bottleneck(subject: Subject, draw: Draw):
    return subject.bottleneck_parameters(draw.integer(20, 60), 1)
