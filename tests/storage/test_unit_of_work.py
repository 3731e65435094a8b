"""What every unit of work promises, whatever is below it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.storage.databases import MakeUow


class TestUnitOfWork:
    def test_what_is_not_committed_is_gone(self, make_uow: MakeUow) -> None:
        with make_uow().writing() as uow:
            uow.users.add("ada", "Ada")
        with make_uow().reading() as uow:
            assert uow.users.by_login("ada") is None

    def test_an_exception_rolls_back(self, make_uow: MakeUow) -> None:
        def fails() -> None:
            with make_uow().writing() as uow:
                uow.users.add("ada", "Ada")
                raise KeyError("halfway")

        with pytest.raises(KeyError, match="halfway"):
            fails()
        with make_uow().reading() as uow:
            assert uow.users.by_login("ada") is None

    def test_what_is_committed_lasts(self, make_uow: MakeUow) -> None:
        with make_uow().writing() as uow:
            uow.users.add("ada", "Ada")
            uow.commit()
        with make_uow().reading() as uow:
            found = uow.users.by_login("ada")
        assert found is not None
        assert found.name == "Ada"

    def test_it_may_be_used_again(self, make_uow: MakeUow) -> None:
        uow = make_uow()
        for login in ("ada", "bob"):
            with uow.writing():
                uow.users.add(login, login)
                uow.commit()
        with uow.reading():
            assert uow.users.by_login("ada")
            assert uow.users.by_login("bob")

    def test_nesting_is_refused(self, make_uow: MakeUow) -> None:
        uow = make_uow()
        with uow.reading(), pytest.raises(RuntimeError, match="nest"), uow.writing():
            pass

    def test_committing_nothing_open_is_refused(self, make_uow: MakeUow) -> None:
        with pytest.raises(RuntimeError, match="open"):
            make_uow().commit()

    def test_a_reader_does_not_wait_for_a_writer(self, make_uow: MakeUow) -> None:
        with make_uow().writing() as writer:
            writer.users.add("ada", "Ada")
            with make_uow().reading() as reader:
                assert reader.users.by_login("ada") is None
            writer.commit()

    def test_a_reader_sees_one_moment(self, make_uow: MakeUow) -> None:
        with make_uow().reading() as reader:
            assert reader.users.by_login("ada") is None
            with make_uow().writing() as writer:
                writer.users.add("ada", "Ada")
                writer.commit()
            assert reader.users.by_login("ada") is None

    def test_writers_that_meet_all_succeed(self, make_uow: MakeUow) -> None:
        together = threading.Barrier(8)
        failed: list[BaseException] = []

        def write(number: int) -> None:
            together.wait()
            try:
                with make_uow().writing() as uow:
                    uow.users.by_login("nobody")  # a read first: what locks SQLite in mid-transaction
                    uow.users.add(f"user-{number}", "User")
                    uow.commit()
            except Exception as error:  # noqa: BLE001 - told below, by the main thread
                failed.append(error)

        threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failed == []
        with make_uow().reading() as uow:
            assert all(uow.users.by_login(f"user-{number}") for number in range(8))
