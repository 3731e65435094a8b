import torch

from grader.kit import Draw, Subject, claim, close, scenario


def wide(draw, *shape, **kinds):
    """Numbers with a deviation of 100: next to their variance eps is nothing, however close a few happen to be."""
    return 100 * draw.normal(*shape, **kinds)


def nan_apart(output):
    """Where it is nan, and the rest: nan equals nothing, not even itself."""
    return {"nan": output.isnan(), "output": output.nan_to_num(nan=0.0)}


@scenario(points=2, title="Two sequences of three small vectors", visibility="public")
def small_vectors(subject: Subject, draw: Draw):
    layer = subject.LayerNorm(5).load(draw)
    return layer(wide(draw, 2, 3, 5))  # (2, 3, 5)


@scenario(points=1, title="One weight and one bias for each feature", visibility="public")
def parameters(subject: Subject, draw: Draw):
    return {name: tuple(p.shape) for name, p in subject.LayerNorm(7).parameters().items()}


@scenario(points=2, title="A new layer only normalises")
def new_layer(subject: Subject, draw: Draw):
    layer = subject.LayerNorm(6)  # nothing loaded: its own first weights
    return layer(wide(draw, 4, 6))  # (4, 6)


@scenario(points=1, title="Four axes")
def four_axes(subject: Subject, draw: Draw):
    layer = subject.LayerNorm(7).load(draw).eval()
    return layer(wide(draw, 2, 3, 4, 7))  # (2, 3, 4, 7)


@scenario(points=1, title="A single vector, without a batch")
def one_vector(subject: Subject, draw: Draw):
    layer = subject.LayerNorm(9).load(draw)
    return layer(wide(draw, 9))  # (9,)


@scenario(points=2, title="Numbers so close to each other that eps counts")
def tiny_spread(subject: Subject, draw: Draw):
    layer = subject.LayerNorm(8).load(draw).eval()
    return layer(0.003 * draw.normal(3, 8))  # (3, 8), a variance of about 1e-5


@scenario(points=1, title="Another eps")
def other_eps(subject: Subject, draw: Draw):
    layer = subject.LayerNorm(6, eps=0.5).load(draw)
    return layer(draw.normal(3, 6))  # (3, 6)


@scenario(points=1, title="A vector of equal numbers")
def equal_numbers(subject: Subject, draw: Draw):
    layer = subject.LayerNorm(4, eps=1.0).load(draw)  # a small one would blow up the last digit of a mean
    output = layer(torch.tensor([[2.0], [-3.0], [0.0]]).expand(3, 4).contiguous())  # (3, 4)
    return nan_apart(output)


@scenario(points=1, title="A single feature")
def single_feature(subject: Subject, draw: Draw):
    layer = subject.LayerNorm(1).load(draw)
    output = layer(wide(draw, 3, 1))  # (3, 1)
    return nan_apart(output)


@scenario(points=1, title="A mean a thousand times the deviation", terms=1_000_000)  # a rounded mean moves all
def far_from_zero(subject: Subject, draw: Draw):
    layer = subject.LayerNorm(8).load(draw)
    return layer(draw.normal(5, 8) + 1000)  # (5, 8)


@scenario(points=2, title="Gradients for the input, the weight and the bias", terms=12)  # 4 · 3 vectors
def gradients(subject: Subject, draw: Draw):
    layer = subject.LayerNorm(5).load(draw)
    found = layer.gradients(wide(draw, 4, 3, 5), upstream=draw.normal(4, 3, 5))
    return {
        "input": found.inputs[0],  # (4, 3, 5)
        "weight": found.parameters["weight"],  # (5,)
        "bias": found.parameters["bias"],  # (5,)
    }


@scenario(points=1, title="Training, then evaluation")
def both_modes(subject: Subject, draw: Draw):
    layer = subject.LayerNorm(6).load(draw)
    training = layer.train()(wide(draw, 4, 6) + 5)  # (4, 6)
    evaluation = layer.eval()(3 * wide(draw, 4, 6))  # (4, 6), other numbers
    return {"training": training, "evaluation": evaluation}


@scenario(points=1, title="Double precision stays double")
def double_precision(subject: Subject, draw: Draw):
    layer = subject.LayerNorm(6).load(draw).to(torch.float64)
    return layer(wide(draw, 2, 3, 6, dtype=torch.float64))  # (2, 3, 6)


@scenario(points=1, title="A transposed input")
def memory_layout(subject: Subject, draw: Draw):
    layer = subject.LayerNorm(5).load(draw)
    return layer(wide(draw, 2, 5, 3).transpose(1, 2))  # (2, 3, 5), features far from each other in memory


@scenario(points=1, title="The input is left as it was")
def input_unchanged(subject: Subject, draw: Draw):
    layer = subject.LayerNorm(6).load(draw)
    output, after = layer.call_and_inputs(wide(draw, 2, 3, 6))
    return {"output": output, "input afterwards": after}  # (2, 3, 6) each


@claim(
    points=1,
    title="A vector's output does not depend on the others",
    otherwise="We gave a few vectors alone, then together with others, and their output was not the same.",
)
def vectors_are_independent(subject: Subject, draw: Draw) -> bool:
    layer = subject.LayerNorm(6).load(draw)
    x = wide(draw, 3, 4, 6)
    together, alone = layer(x), layer(x[:1, :2])  # (3, 4, 6), (1, 2, 6)
    return close(together[:1, :2], alone) and not close(together[1:2, :2], alone)
