"""What the platform shows in the end is what counts here, whatever it answers in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.domain.lms.delivery import ATTEMPTS, DeliveryState, Verdict
from grader.domain.lms.platform import Family, Member
from grader.lms.outgoing import Reply
from grader.services import dispatch
from tests.fakes import NOON

if TYPE_CHECKING:
    from grader.domain.lms.platform import LineItem
    from tests.lms.dispatch.post import Post

REFUSING = (Family.MOODLE, Family.OPEN_EDX)  # 409, and 400 with words about the timestamp


def failing(post: Post) -> datetime | None:
    """Return since when the only platform takes nothing."""
    (platform,) = post.read(lambda uow: uow.platforms.of_course(post.ada.course.id))
    return platform.failing


class TestSent:
    def test_what_counts_when_it_is_sent_is_sent_and_noted(self, post: Post) -> None:
        column = post.column()
        post.grade(3)
        post.grade(Fraction(15, 2))
        assert post.run() == [Verdict.DELIVERED]
        assert post.shown() == 7.5
        state = post.state(column)
        assert (state.points, state.max_points, state.confirmed, state.holder) == (Fraction(15, 2), 10, NOON, None)

    def test_a_grade_that_is_gone_is_taken_back(self, post: Post) -> None:
        column = post.column()
        post.grade(3)
        post.run()
        post.grade(None)
        assert post.run() == [Verdict.DELIVERED]
        assert post.shown() is None
        assert post.state(column).points is None

    @pytest.mark.parametrize("family", Family)
    def test_two_scores_of_one_second_both_arrive(self, post: Post, family: Family) -> None:
        post.column(family)
        for points in (3, 4, 5):
            post.grade(points)
            assert post.run() == [Verdict.DELIVERED]
        assert post.shown() == 5

    def test_a_grade_that_changes_while_it_is_sent_is_sent_again(self, post: Post) -> None:
        post.column()
        post.grade(3)
        (claimed,) = post.take()
        post.grade(4)
        assert post.take() == []  # one is in flight
        post.send(claimed)
        assert post.run() == [Verdict.DELIVERED]
        assert post.shown() == 4

    def test_lateness_and_a_hand_are_told_except_to_who_keeps_every_word(self, post: Post) -> None:
        for family in (Family.MOODLE, Family.CANVAS):
            post.column(family, key=family.value)
        post.grade(3, earned=Fraction(3), raw=Fraction(5))
        post.run()
        told = ['"comment": "late"' in post.tries(delivery)[0].answer.sent for delivery in post.deliveries()]
        assert told == [True, False]


class TestTimestamps:
    def test_each_is_committed_before_it_is_sent_and_later_than_all_before(self, post: Post) -> None:
        column = post.column()
        seen = []

        def look(_: str, url: str) -> Reply | None:
            if url.endswith("/scores"):
                seen.append(post.state(column).stamped)
                return Reply(503)
            return None

        post.lms.wrong = look
        post.grade(3)
        post.run()
        post.clock.advance(hours=-1)  # a clock that was set back
        post.grade(4)
        post.run()
        assert seen == [NOON, NOON + timedelta(seconds=1)]

    @pytest.mark.parametrize("family", REFUSING)
    def test_a_score_whose_answer_got_lost_is_sent_again_and_taken(self, post: Post, family: Family) -> None:
        post.column(family)
        post.grade(3)
        post.lms.lost = Reply(problem="the connection was cut")
        assert post.run() == [Verdict.AGAIN]
        post.clock.advance(minutes=1)
        assert post.run() == [Verdict.DELIVERED]
        assert post.shown() == 3


class TestLaterScoreThere:
    @pytest.mark.parametrize("family", REFUSING)
    def test_with_a_newer_one_of_ours_on_its_way_this_one_is_superseded(self, post: Post, family: Family) -> None:
        column = post.column(family)
        ahead(post, column, timedelta(minutes=1))
        post.grade(3)
        (claimed,) = post.take()
        post.grade(4)
        assert post.send(claimed).verdict is Verdict.SUPERSEDED
        assert [each.state for each in post.deliveries()[1:]] == [DeliveryState.SUPERSEDED, DeliveryState.WAITING]
        post.clock.advance(minutes=2)
        assert post.run() == [Verdict.DELIVERED]
        assert post.shown() == 4

    @pytest.mark.parametrize("family", REFUSING)
    @pytest.mark.parametrize("fast", [timedelta(seconds=0), timedelta(minutes=10), timedelta(hours=20)])
    def test_without_one_it_is_sent_until_it_is_the_latest(self, post: Post, family: Family, fast: timedelta) -> None:
        """A backup of ours was restored, their clock is fast, or somebody typed a grade in there."""
        column = post.column(family)
        ahead(post, column, fast)
        post.grade(3)
        attempts = 0
        while post.shown() != 3:
            assert post.run() in ([], [Verdict.AGAIN], [Verdict.DELIVERED])
            attempts += 1
            assert attempts < 200
            post.clock.advance(minutes=10)
        delivery = post.deliveries()[-1]
        assert delivery.state is DeliveryState.DELIVERED
        assert "a score from later than this one" not in delivery.note
        assert failing(post) is None

    def test_what_is_never_taken_is_dead_and_says_why(self, post: Post) -> None:
        column = post.column(Family.MOODLE)
        ahead(post, column, timedelta(days=30))
        post.grade(3)
        assert post.run_until(Verdict.DEAD) == len(ATTEMPTS)
        assert "a score from later than this one" in post.deliveries()[-1].note


def ahead(post: Post, column: LineItem, fast: timedelta) -> None:
    """Have the platform hold a score from later than ours, of which we know nothing."""
    post.grade(9)
    post.run()
    post.lms.scores[column.url, "sub-ada"].timestamp = post.clock.now().astimezone(UTC) + fast


@pytest.mark.parametrize(
    ("status", "verdict", "is_failing"),
    [
        (400, Verdict.DEAD, False),
        (403, Verdict.DEAD, False),
        (404, Verdict.DEAD, False),
        (422, Verdict.DEAD, False),
        (408, Verdict.AGAIN, True),
        (425, Verdict.AGAIN, True),
        (429, Verdict.AGAIN, True),
        (500, Verdict.AGAIN, True),
        (503, Verdict.AGAIN, True),
        (None, Verdict.AGAIN, True),
    ],
)
def test_an_answer_means_one_thing(post: Post, status: int | None, verdict: Verdict, is_failing: bool) -> None:  # noqa: FBT001 - a column
    column = post.column()
    reply = Reply(status, problem="" if status else "the connection was refused")
    post.lms.wrong = lambda _method, url: reply if url.endswith("/scores") else None
    post.grade(3)
    assert post.run() == [verdict]
    assert (failing(post) is not None) is is_failing
    assert post.state(column).confirmed is None
    assert [each.verdict for each in post.tries(post.deliveries()[0])] == [verdict]
    post.lms.wrong = lambda _method, _url: None
    if verdict is Verdict.DEAD:
        post.write(lambda uow: uow.outbox.replay(post.deliveries()[0].id, post.clock.now()))
    post.clock.advance(minutes=1)
    assert post.run() == [Verdict.DELIVERED]
    assert (post.shown(), failing(post)) == (3, None)


def test_a_platform_that_was_down_for_days_gets_all_of_it_once_it_takes_one(post: Post) -> None:
    post.column()
    post.lms.wrong = lambda _method, url: Reply(503) if url.endswith("/scores") else None
    post.grade(3)
    post.run_until(Verdict.DEAD)
    post.lms.wrong = lambda _method, _url: None
    post.other_grade(5)
    assert post.run() == [Verdict.DELIVERED]
    assert post.shown() is None
    assert post.run() == [Verdict.DELIVERED]
    assert post.shown() == 3
    assert failing(post) is None


def test_a_score_that_was_refused_for_itself_is_not_sent_again_by_itself(post: Post) -> None:
    post.column()
    post.lms.wrong = lambda _method, url: Reply(422) if url.endswith("/scores") else None
    post.grade(3)
    assert post.run() == [Verdict.DEAD]
    (platform,) = post.read(lambda uow: uow.platforms.of_course(post.ada.course.id))
    post.write(lambda uow: uow.platforms.failed(platform.id, NOON))
    post.lms.wrong = lambda _method, _url: None
    post.other_grade(5)
    assert post.run() == [Verdict.DELIVERED]
    assert post.run() == []


class TestNoToken:
    def test_a_token_that_was_revoked_is_renewed_at_once(self, post: Post) -> None:
        post.column()
        post.grade(3)
        post.run()
        post.lms.revoke()
        post.grade(4)
        assert post.run() == [Verdict.DELIVERED]
        assert post.shown() == 4

    def test_a_platform_that_gives_none_is_tried_again_and_says_why(self, post: Post) -> None:
        post.column()
        post.lms.token_answer = Reply(401, body=b'{"error": "invalid_client"}')
        post.grade(3)
        assert post.run() == [Verdict.AGAIN]
        assert "invalid_client" in post.deliveries()[0].note
        post.lms.token_answer = None
        post.clock.advance(minutes=1)
        assert post.run() == [Verdict.DELIVERED]


class TestNobodyThere:
    def test_a_student_whom_the_platform_lost_is_dead_with_a_note(self, post: Post) -> None:
        column = post.column()
        post.grade(3)
        gone = Member(column.context_id, "sub-ada", post.ada.user.id, ended=NOON)
        post.write(lambda uow: uow.platforms.put_member(gone))
        assert post.run() == [Verdict.DEAD]
        assert "does not have this student" in post.deliveries()[0].note

    def test_a_student_who_left_is_dead_with_a_note(self, post: Post) -> None:
        post.column()
        post.grade(3)
        post.write(lambda uow: uow.enrolments.change(replace(post.ada.enrolment, ended=NOON)))
        assert post.run() == [Verdict.DEAD]
        assert "not in the course" in post.deliveries()[0].note

    def test_a_course_that_is_not_bound_any_more_gets_nothing(self, post: Post) -> None:
        column = post.column()
        post.grade(3)
        post.write(lambda uow: uow.platforms.unbind(column.context_id))
        assert post.run() == [Verdict.DEAD]
        assert "not connected" in post.deliveries()[0].note
        assert post.lms.asked == []

    @pytest.mark.parametrize("what", ["column", "platform"])
    def test_what_was_removed_after_the_claim_gets_nothing(self, post: Post, what: str) -> None:
        column = post.column()
        post.grade(3)
        (claimed,) = post.take()
        if what == "column":
            post.write(lambda uow: uow.line_items.remove(column.id, NOON))
        else:
            (platform,) = post.read(lambda uow: uow.platforms.of_course(post.ada.course.id))
            post.write(lambda uow: uow.platforms.change(replace(platform, removed=NOON)))
        assert post.send(claimed).verdict is None
        assert post.lms.asked == []
        assert post.take() == []
        assert post.state(column).holder is None


class TestTwoDispatchers:
    def test_one_that_was_held_up_for_too_long_neither_sends_nor_notes(self, post: Post) -> None:
        column = post.column()
        post.grade(3)
        (late,) = post.take()
        post.clock.advance(minutes=2)
        assert dispatch.put_back(post.make_uow, post.clock) == 1
        (ours,) = post.take()
        assert post.send(late).verdict is None
        assert post.lms.times("POST", f"{column.url}/scores") == 0
        assert post.send(ours).verdict is Verdict.DELIVERED

    def test_one_whose_answer_came_too_late_does_not_note_it_over_a_later_one(self, post: Post) -> None:
        column = post.column()
        post.grade(3)
        (slow,) = post.take()
        taken: list[str] = []

        def overtake(_method: str, url: str) -> Reply | None:
            """While the slow one's request is on its way, another dispatcher does it all."""
            if url.endswith("/scores") and not taken:
                taken.append(url)
                post.clock.advance(minutes=2)
                dispatch.put_back(post.make_uow, post.clock)
                post.grade(8)
                post.run()
                return Reply(200)
            return None

        post.lms.wrong = overtake
        post.send(slow)
        assert (post.shown(), post.state(column).points) == (8, Fraction(8))
        assert {each.state for each in post.deliveries()} == {DeliveryState.DELIVERED, DeliveryState.SUPERSEDED}


def test_two_columns_of_two_platforms_show_the_same(post: Post) -> None:
    post.column(key="one")
    post.column(key="two")
    post.grade(6)
    assert post.run() == [Verdict.DELIVERED] * 2
    assert [post.shown(key) for key in ("one", "two")] == [6, 6]
