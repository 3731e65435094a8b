"""How a quiz's questions tell students apart, and which mistakes are made, for a course's staff."""

from apiflask import APIBlueprint
from pydantic import BaseModel

from grader.domain.mistakes import letter
from grader.domain.questions import Kind
from grader.domain.statistics import Chosen, Flag
from grader.services.item_analysis import QuestionInsight, item_analysis
from grader.web.api.insight import REFUSED, BarOut, SpreadOut, bars_out, spread_out
from grader.web.context import current_user, services

blueprint = APIBlueprint("item_analysis", __name__, tag="Insight")


class ChoiceOut(BaseModel):
    """A choice by its place in the lecturer's file, A first."""

    choice: str
    is_right: bool
    count: int
    flag: Flag | None


class WrongAnswerOut(BaseModel):
    """A wrong answer; *explanation* is empty for one that nobody foresaw, *answer* an example of those alike."""

    answer: str
    explanation: str
    is_read: bool
    count: int


class QuestionInsightOut(BaseModel):
    """A question; null where too few students say too little.

    *difficulty* is the mean share of its points, *discrimination* its correlation with all other questions, *fifths*
    the mean share in each fifth of the class, from the weakest at the other questions (null: nobody is in it).
    """

    slug: str
    kind: Kind
    students: int
    full: int
    unanswered: int
    difficulty: float | None
    discrimination: float | None
    fifths: list[float | None] | None
    choices: list[ChoiceOut]
    wrong_answers: list[WrongAnswerOut]
    flags: list[Flag]


class QuizInsightOut(BaseModel):
    """What the first finished attempts of a course's students say about a quiz; *reliability* is Cronbach's alpha."""

    course: str
    quiz: str
    title: str
    max_points: int
    students: int
    finished: int
    scores: SpreadOut | None
    histogram: list[BarOut]
    reliability: float | None
    questions: list[QuestionInsightOut]


@blueprint.get("/courses/<name:course>/insight/quizzes/<name:quiz>")
@blueprint.output(QuizInsightOut)
@blueprint.doc(responses=REFUSED)
def get_quiz_insight(course: str, quiz: str) -> QuizInsightOut:
    """Show how a quiz's questions tell students apart, and which mistakes were made."""
    needs = services()
    view = item_analysis(needs.make_uow(), needs.catalogue, user=current_user(), course_slug=course, quiz_slug=quiz)
    return QuizInsightOut(
        course=view.course.slug,
        quiz=view.quiz.slug,
        title=view.quiz.title,
        max_points=view.quiz.max_points,
        students=view.students,
        finished=view.finished,
        scores=spread_out(view.scores),
        histogram=bars_out(view.histogram),
        reliability=view.reliability,
        questions=[_question(each) for each in view.questions],
    )


def _question(told: QuestionInsight) -> QuestionInsightOut:
    item = told.item
    return QuestionInsightOut(
        slug=told.question.slug,
        kind=told.question.kind,
        students=item.students,
        full=item.full,
        unanswered=told.unanswered,
        difficulty=None if item.difficulty is None else float(item.difficulty),
        discrimination=item.discrimination,
        fifths=None if item.curve is None else [None if share is None else float(share) for share in item.curve],
        choices=[_choice(each) for each in item.choices],
        wrong_answers=[
            WrongAnswerOut(
                answer=each.example.said,
                explanation=each.example.why,
                is_read=each.example.is_read,
                count=each.count,
            )
            for each in told.wrong
        ],
        flags=list(item.flags),
    )


def _choice(chosen: Chosen) -> ChoiceOut:
    return ChoiceOut(choice=letter(int(chosen.choice)), is_right=chosen.is_right, count=chosen.count, flag=chosen.flag)
