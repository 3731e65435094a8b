import torch

from grader.kit import Draw, Subject, claim, close, scenario


@scenario(points=2, title="With a bias", visibility="public")
def with_bias(subject: Subject, draw: Draw):
    return subject.Affine(50).load(draw)(draw.normal(3, 50))  # (3, 50)


@scenario(points=1, title="Without a bias")
def without_bias(subject: Subject, draw: Draw):
    return subject.Affine(40, bias=False).load(draw)(draw.normal(2, 40))  # (2, 40)


@scenario(points=1, title="Sums up")
def sums_up(subject: Subject, draw: Draw):
    return subject.total(draw.normal(7, dtype=torch.float64))


@claim(points=1, title="Zero gives the bias", otherwise="Zero did not give the bias.")
def zero_gives_bias(subject: Subject, draw: Draw) -> bool:
    layer = subject.Affine(3).load(draw)
    answer, bias = layer(torch.zeros(2, 3)), layer.parameter("bias").expand(2, 3)
    return close(torch.linalg.svdvals(answer), torch.linalg.svdvals(bias)) and close(answer, bias)
