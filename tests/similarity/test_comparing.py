"""Winnowing's promise, the ranking of a class, and where two sources agree."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from grader.domain.similarity import GUARANTEE, NOISE, Token, common, everything, fingerprints, passages, rank, tokens
from grader.domain.similarity.passages import Lines
from grader.domain.similarity.ranking import MOST_HOLDERS

NOTHING = frozenset[int]()

words = st.lists(st.sampled_from("abcdefgh"), max_size=60)
passage = st.lists(st.sampled_from("abcdefgh"), min_size=GUARANTEE, max_size=40)
classes = st.dictionaries(st.integers(1, 99), st.frozensets(st.integers(1, 30), max_size=12), max_size=14)


def tokens_of(text: list[str]) -> list[Token]:
    return [Token(word, line) for line, word in enumerate(text, start=1)]


class TestWinnowing:
    @given(words, words, words, words, passage)
    def test_a_shared_passage_of_the_guaranteed_length_is_found(
        self, before: list[str], after: list[str], other_before: list[str], other_after: list[str], shared: list[str]
    ) -> None:
        one = fingerprints(tokens_of(before + shared + after))
        other = fingerprints(tokens_of(other_before + shared + other_after))
        assert one & other

    @given(st.integers(0, NOISE - 1))
    def test_what_is_shorter_than_the_noise_is_not(self, length: int) -> None:
        shared = list("abcdefghijklmno"[:length])
        one, other = ([*(f"{side}{n}" for n in range(30)), *shared, f"{side}end"] for side in "xy")
        assert not fingerprints(tokens_of(one)) & fingerprints(tokens_of(other))

    @given(words, words, words)
    def test_nothing_of_the_starter_is_anybodys_own(
        self, starter: list[str], before: list[str], own: list[str]
    ) -> None:
        ignored = everything(tokens_of(starter))
        assert not fingerprints(tokens_of(before + starter + own), ignored=ignored) & ignored

    @given(words)
    def test_far_fewer_are_kept_than_there_are(self, text: list[str]) -> None:
        found = tokens_of(text)
        assert fingerprints(found) <= everything(found)
        assert bool(fingerprints(found)) == (len(found) >= NOISE)


class TestRanking:
    @given(classes)
    def test_it_is_what_comparing_each_with_each_says(self, prints: dict[int, frozenset[int]]) -> None:
        shared = {
            (one, other): len(prints[one] & prints[other])
            for one, other in combinations(sorted(prints), 2)
            if len(prints[one] & prints[other]) >= 2
        }
        ranked = rank(prints, ignored=NOTHING, fewest=2)
        assert {(pair.one, pair.other): pair.shared for pair in ranked} == shared

    @given(classes)
    def test_shares_fall_and_are_shares(self, prints: dict[int, frozenset[int]]) -> None:
        shares = [pair.share for pair in rank(prints, ignored=NOTHING, fewest=1)]
        assert shares == sorted(shares, reverse=True)
        assert all(0 < share <= 1 for share in shares)

    @given(classes, st.frozensets(st.integers(1, 30)))
    def test_what_is_ignored_counts_for_neither_side(
        self, prints: dict[int, frozenset[int]], ignored: frozenset[int]
    ) -> None:
        without = {key: each - ignored for key, each in prints.items()}
        assert rank(prints, ignored=ignored) == rank(without, ignored=NOTHING)

    def test_a_padded_copy_is_all_of_the_original(self) -> None:
        [pair] = rank({1: frozenset(range(10)), 2: frozenset(range(100))}, ignored=NOTHING)
        assert (pair.share, pair.shared, pair.of) == (1, 10, 10)

    def test_what_a_few_share_is_not_common_and_what_many_share_is(self) -> None:
        few = {number: frozenset({7, 100 + number}) for number in range(MOST_HOLDERS)}
        assert common(few.values()) == NOTHING
        assert common([*few.values(), frozenset({7})]) == {7}

    def test_in_a_large_class_it_takes_a_fifth(self) -> None:
        prints = [frozenset({7}) if number <= 50 else frozenset({8, number + 100}) for number in range(250)]
        assert common(prints) == {7, 8}
        assert common([*prints, *[frozenset[int]()] * 50]) == {8}


ONE = """\
def f(x):
    y = torch.einsum("kc,nchw->nkhw", weight, x)
    return y + bias.view(1, -1, 1, 1)
"""
BETWEEN = "print([k for k in range(3) if k % 2 == 0 and not k])\n"


class TestPassages:
    def test_lines_of_both_are_told(self) -> None:
        other = f"{BETWEEN}\n\n{ONE.replace('y', 'z').replace('x', 'images')}"
        [found] = passages(tokens(ONE), tokens(other), ignored=NOTHING)
        assert (found.one, found.other) == (Lines(1, 3), Lines(4, 6))

    def test_passages_in_another_order_are_found(self) -> None:
        again = f"while True:\n    h = [g(a, b) * c for a, b, c in zip(p, q, r) if a.item() > b.item()]\n{BETWEEN}"
        found = passages(tokens(ONE + again), tokens(again + ONE), ignored=NOTHING)
        assert [(each.one.first, each.other.first) for each in found] == [(1, 4), (4, 1)]

    def test_what_stands_once_is_matched_once(self) -> None:
        assert len(passages(tokens(ONE + ONE), tokens(ONE), ignored=NOTHING)) == 1

    def test_what_is_ignored_is_no_passage(self) -> None:
        found = tokens(ONE)
        assert passages(found, found, ignored=everything(found)) == []

    @given(words, words)
    def test_passages_lie_in_their_sources_and_do_not_overlap(self, one: list[str], other: list[str]) -> None:
        found = passages(tokens_of(one), tokens_of(other), ignored=NOTHING)
        for side, length in (("one", len(one)), ("other", len(other))):
            lines = [n for each in found for n in range(getattr(each, side).first, getattr(each, side).last + 1)]
            assert len(lines) == len(set(lines))
            assert set(lines) <= set(range(1, length + 1))

    @given(words, passage, words)
    def test_a_passage_of_the_guaranteed_length_is_marked(
        self, before: list[str], shared: list[str], after: list[str]
    ) -> None:
        assert passages(tokens_of(shared), tokens_of(before + shared + after), ignored=NOTHING)
