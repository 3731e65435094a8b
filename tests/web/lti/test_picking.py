"""Deep linking: who teaches picks items, we sign the choice, the browser carries it to the LMS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jwt
import pytest

from grader.domain.lms.platform import ASSISTANT, INSTRUCTOR
from tests.lms.lti_platform import CLIENT, DL, ISSUER, LTI, claims, deep_linking, key
from tests.web.pages.browser import forms

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.lms.launches.campus import Campus, Visitor

_PICK = "/lti/pick"


def _opened(campus: Campus, **settings: Any) -> tuple[Visitor, TestResponse]:  # noqa: ANN401 - settings
    prof = campus.visitor()
    return prof, prof.launch(deep_linking(**settings) | {"sub": "prof"})


def _picked(prof: Visitor, page: TestResponse, *items: str) -> TestResponse:
    return prof.post(_PICK, {**forms(page)[_PICK].fields, "item": list(items)})


def _token(page: TestResponse, address: str = f"{ISSUER}/picked") -> dict[str, Any]:
    told: dict[str, Any] = jwt.decode(
        forms(page)[address].fields["JWT"][0],
        key("ours").public,
        algorithms=["RS256"],
        audience=ISSUER,
        options={"verify_exp": False, "verify_iat": False},
    )
    return told


def test_what_is_picked_goes_to_the_lms_signed_and_with_its_data(campus: Campus) -> None:
    prof, page = _opened(campus)
    assert page.status_code == 200
    assert page.text.count('type="checkbox"') == 3
    assert f"frame-ancestors {ISSUER}" in page.headers["Content-Security-Policy"]
    answer = _picked(prof, page, "quiz:weights", "exercise:depthwise-conv")
    policy = answer.headers["Content-Security-Policy"]
    assert f"form-action 'self' {ISSUER};" in policy
    assert f"frame-ancestors {ISSUER}" in policy
    told = _token(answer)
    assert (told["iss"], told[f"{LTI}/message_type"]) == (CLIENT, "LtiDeepLinkingResponse")
    assert (told[f"{LTI}/deployment_id"], told[f"{DL}/data"]) == ("deployment-1", "as it came")
    items = told[f"{DL}/content_items"]
    assert [item["custom"]["item"] for item in items] == ["exercise:depthwise-conv", "quiz:weights"]
    assert {item["url"] for item in items} == {"https://grader.example/lti/lms-key/launch"}
    assert [item["lineItem"]["scoreMaximum"] for item in items] == [4, 3]


def test_a_link_that_was_picked_opens_its_item_and_keeps_its_column(campus: Campus) -> None:
    prof, page = _opened(campus)
    (item,) = _token(_picked(prof, page, "exercise:depthwise-conv"))[f"{DL}/content_items"]
    answer = campus.visitor().launch(claims(custom=item["custom"]))
    assert answer.headers["Location"].endswith("/exercises/depthwise-conv")
    assert [kept.item for kept in campus.line_items()] == ["depthwise-conv"]


def test_assistants_pick_too(campus: Campus) -> None:
    told = deep_linking() | {f"{LTI}/roles": [INSTRUCTOR, ASSISTANT]}
    assert "Pick what to link" in campus.visitor().launch(told).text


@pytest.mark.parametrize(
    ("items", "why"),
    [((), "pick at least one"), (("exercise:gone",), "there is no"), (("quiz:pointwise-conv",), "there is no")],
    ids=["nothing", "gone", "another kind"],
)
def test_a_choice_that_can_t_be_is_told_beside_the_form(campus: Campus, items: tuple[str, ...], why: str) -> None:
    prof, page = _opened(campus)
    answer = _picked(prof, page, *items)
    assert (answer.status_code, why in answer.text.lower()) == (422, True)
    assert f"frame-ancestors {ISSUER}" in answer.headers["Content-Security-Policy"]
    assert _token(_picked(prof, answer, "quiz:weights"))[f"{DL}/data"] == "as it came"


def test_one_thing_at_a_time_where_the_lms_takes_one(campus: Campus) -> None:
    prof, page = _opened(campus, accept_multiple=False)
    assert page.text.count('type="radio"') == 3
    answer = _picked(prof, page, "quiz:weights", "exercise:depthwise-conv")
    assert (answer.status_code, "takes one thing at a time" in answer.text) == (422, True)


def test_no_column_where_the_lms_takes_none(campus: Campus) -> None:
    prof, page = _opened(campus, accept_lineitem=False)
    (item,) = _token(_picked(prof, page, "quiz:weights"))[f"{DL}/content_items"]
    assert "lineItem" not in item


def test_in_a_window_of_its_own_it_works_the_same(campus: Campus) -> None:
    prof = campus.visitor("document")
    page = prof.launch(deep_linking())
    assert _token(_picked(prof, page, "quiz:weights"))


def test_a_choice_is_its_makers_alone(campus: Campus) -> None:
    _, page = _opened(campus)
    other = campus.visitor()
    mine = other.launch(deep_linking() | {"sub": "another"})
    fields = forms(mine)[_PICK].fields | {"asked": forms(page)[_PICK].fields["asked"], "item": ["quiz:weights"]}
    answer = other.post(_PICK, fields)
    assert (answer.status_code, "somebody else began" in answer.text.lower()) == (403, True)


def test_a_choice_that_was_changed_on_its_way_is_refused(campus: Campus) -> None:
    prof, page = _opened(campus)
    asked = forms(page)[_PICK].fields["asked"][0]
    for changed in (asked[:-1], f"x{asked}", "", asked.replace(".", "..", 1)):
        answer = prof.post(_PICK, {**forms(page)[_PICK].fields, "asked": changed, "item": ["quiz:weights"]})
        assert (answer.status_code, "too old or not ours" in answer.text) == (422, True)


def test_who_teaches_no_more_picks_no_more(campus: Campus) -> None:
    prof, page = _opened(campus)
    campus.arrive(claims(sub="prof"))
    answer = _picked(prof, page, "quiz:weights")
    assert (answer.status_code, "only who teaches" in answer.text.lower()) == (403, True)


def test_a_choice_needs_our_form(campus: Campus) -> None:
    prof, page = _opened(campus)
    fields = {name: value for name, value in forms(page)[_PICK].fields.items() if name != "csrf_token"}
    assert prof.post(_PICK, {**fields, "item": ["quiz:weights"]}).status_code == 400


def test_the_answer_goes_on_by_itself_and_by_a_button(campus: Campus) -> None:
    prof, page = _opened(campus)
    answer = _picked(prof, page, "quiz:weights")
    assert "data-goes-on" in answer.text
    assert "lti.js" in answer.text
    assert "<button" in answer.text.split("data-goes-on")[1]
