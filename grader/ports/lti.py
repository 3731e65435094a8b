"""Records of LTI 1.3: platforms, their courses and members, line items, logins that are under way, our keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from fractions import Fraction

    from grader.domain.lms.delivery import Delivery
    from grader.domain.lms.launch import Code, Login, ToolKey
    from grader.domain.lms.platform import Context, Family, LineItem, Member, Platform
    from grader.domain.lms.score import ScoreState
    from grader.domain.scoring import ItemKind


class Platforms(Protocol):
    """Platforms and the courses that they have."""

    def add(self, platform: Platform) -> Platform:
        """Keep a new platform; its id is given here. Conflict when its key is taken."""
        ...

    def get(self, platform_id: int) -> Platform:
        """Return a platform, removed ones too; NotFound when there is none."""
        ...

    def by_key(self, key: str) -> Platform | None:
        """Return the platform with this key, unless it was removed."""
        ...

    def of_course(self, course_id: int | None) -> Sequence[Platform]:
        """Return the platforms that a course's instructors connected; with None those that the operator did."""
        ...

    def change(self, platform: Platform) -> None:
        """Keep a platform over what it was."""
        ...

    def failed(self, platform_id: int, now: datetime) -> datetime:
        """Note that it takes no scores; return since when."""
        ...

    def arrived(self, platform_id: int) -> None:
        """Note that it took a score: it is not failing (any more)."""
        ...

    def set_family(self, platform_id: int, family: Family) -> None:
        """Keep whose software a platform is, and touch nothing else of it: it may be removed at this moment."""
        ...

    def take_deployment(self, platform_id: int, deployment: str) -> bool:
        """Whether a deployment is the platform's; when it has none yet, this becomes the first, for one caller."""
        ...

    def put_context(self, context: Context) -> Context:
        """Keep what a launch tells of a platform's course, which platform and key name.

        What *context* leaves empty stays as it was, and so does the course of ours that it is bound to.
        """
        ...

    def context(self, context_id: int) -> Context:
        """Return a platform's course; NotFound when there is none."""
        ...

    def contexts(self, course_id: int) -> Sequence[tuple[Context, Platform]]:
        """Return the platforms' courses that are bound to ours, those of removed platforms left out."""
        ...

    def bind(self, context_id: int, course_id: int) -> bool:
        """Bind a platform's course to ours; False when it is bound already."""
        ...

    def unbind(self, context_id: int) -> None:
        """Take that back."""
        ...

    def synced(self, context_id: int, when: datetime, note: str) -> None:
        """Note when a platform's members were read, and what that came to."""
        ...

    def put_member(self, member: Member) -> None:
        """Keep a member over what was known of them."""
        ...

    def user_of(self, platform_id: int, subject: str) -> int | None:
        """Return who somebody of a platform is here, None when they never came."""
        ...

    def members(self, context_id: int) -> Sequence[Member]:
        """Return all members of a platform's course that were ever seen, by subject."""
        ...

    def member_of(self, context_id: int, user_id: int) -> Member | None:
        """Return who a user of ours is in a platform's course."""
        ...


class LineItems(Protocol):
    """Columns of platforms' gradebooks, and what they know of each student."""

    def put(self, line_item: LineItem) -> LineItem:
        """Keep a line item; one with the same context and address is changed, and lives again if it was removed."""
        ...

    def get(self, line_item_id: int) -> LineItem:
        """Return a line item, removed ones too; NotFound when there is none."""
        ...

    def of_context(self, context_id: int) -> Sequence[LineItem]:
        """Return the line items of a platform's course that were not removed."""
        ...

    def of_course(self, course_id: int) -> Sequence[LineItem]:
        """Return those of all platforms' courses that are bound to a course of ours."""
        ...

    def remove(self, line_item_id: int, when: datetime) -> None:
        """Send nothing more to it."""
        ...

    def state(self, line_item_id: int, enrolment_id: int) -> ScoreState:
        """Return what a line item knows of a student; nothing when nothing was ever sent."""
        ...

    def states_of(self, enrolment_id: int) -> Sequence[ScoreState]:
        """Return what all line items know of a student."""
        ...

    def states(self, line_item_id: int) -> Sequence[ScoreState]:
        """Return what a line item knows of everybody."""
        ...

    def stamp(self, line_item_id: int, enrolment_id: int, delivery_id: int, stamped: datetime) -> bool:
        """Note the timestamp of the score that *delivery_id* is about to send; False when another holds the pair."""
        ...

    def confirm(
        self, line_item_id: int, enrolment_id: int, points: Fraction | None, max_points: int, when: datetime
    ) -> None:
        """Note what the platform took."""
        ...

    def newest(self, line_item_id: int) -> Sequence[Delivery]:
        """Return each student's newest score for a line item, whatever became of it."""
        ...

    def newest_of(self, line_item_id: int, enrolment_id: int) -> Delivery | None:
        """Return one student's."""
        ...

    def without_delivery(self, line_item_id: int, *, anew: bool = False) -> Sequence[tuple[int, ItemKind, str]]:
        """Return (enrolment, kind, item) of the students whose grade a line item may not have.

        It came later than the grade or showed another item's before, or the last score died or is being sent. Somebody
        whose grade is gone counts, too, while the platform may still show one. A score that waits is enough, since it
        is read when it is sent, unless *anew*: something changed that a dispatcher may have looked at a moment ago.
        """
        ...


class Logins(Protocol):
    """Logins under way, codes that connect, our own keys."""

    def start(self, login: Login) -> None:
        """Keep a login until it comes back."""
        ...

    def burn(self, state: str) -> Login | None:
        """Take a login out, so that it is good once; None when there is none (any more). For one caller only."""
        ...

    def forget(self, before: datetime) -> int:
        """Forget logins and codes that expired before *before*; return how many."""
        ...

    def add_code(self, code: Code) -> None:
        """Keep a code."""
        ...

    def use_code(self, hashed: str, now: datetime) -> Code | None:
        """Take a code out, good once; None when it is unknown or has expired."""
        ...

    def keys(self) -> Sequence[ToolKey]:
        """Return our keys, newest first, retired ones too."""
        ...

    def hold_keys(self) -> None:
        """Make others who add a key wait until this unit of work ends."""
        ...

    def add_key(self, key: ToolKey, *, retires_others: datetime) -> None:
        """Keep a new key; the others leave the key set at *retires_others*, unless they do so sooner."""
        ...
