"""What every ledger of erasures promises."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from recommender.ports.erasures import Erasure, ErasureLedger
from recommender.trust.audit import subject_of

NOON = datetime(2026, 3, 10, 12, 0, 0, 5, tzinfo=UTC)
ANN = subject_of("ann")


def test_who_asks_is_known_by_name_only_until_it_is_done(erasures: ErasureLedger) -> None:
    asked = erasures.ask("ann", at=NOON)
    under_way = erasures.get_many([ANN, subject_of("ben")])

    erasures.close(ANN, number=1)

    assert asked == Erasure(subject=ANN, number=1, asked_at=NOON, erased=0, user="ann")
    assert under_way == {ANN: asked}
    assert erasures.get_many([ANN]) == {ANN: Erasure(subject=ANN, number=1, asked_at=NOON, erased=1)}


def test_each_asking_counts(erasures: ErasureLedger) -> None:
    erasures.ask("ann", at=NOON)
    erasures.close(ANN, number=1)

    again = erasures.ask("ann", at=NOON + timedelta(days=1))

    assert again == Erasure(subject=ANN, number=2, asked_at=NOON + timedelta(days=1), erased=1, user="ann")
    assert erasures.get_many([ANN])[ANN].is_under_way


def test_what_was_asked_since_is_not_closed_and_its_name_is_kept(erasures: ErasureLedger) -> None:
    erasures.ask("ann", at=NOON)
    erasures.ask("ann", at=NOON)

    erasures.forget(ANN, number=1)
    erasures.close(ANN, number=1)

    assert erasures.get_many([ANN])[ANN] == Erasure(subject=ANN, number=2, asked_at=NOON, erased=1, user="ann")


def test_a_name_may_be_forgotten_before_the_end(erasures: ErasureLedger) -> None:
    erasures.ask("ann", at=NOON)

    erasures.forget(ANN, number=1)

    assert erasures.get_many([ANN])[ANN] == Erasure(subject=ANN, number=1, asked_at=NOON, erased=0)


def test_closing_an_older_one_again_opens_nothing(erasures: ErasureLedger) -> None:
    for number in (1, 2):
        erasures.ask("ann", at=NOON)
        erasures.close(ANN, number=number)

    erasures.close(ANN, number=1)
    erasures.close(subject_of("nobody"), number=1)

    assert erasures.get_many([ANN])[ANN].erased == 2
    assert len(list(erasures.all())) == 1


def test_everybody_is_listed_in_order(erasures: ErasureLedger) -> None:
    for user in ("ann", "ben", "cat"):
        erasures.ask(user, at=NOON)

    listed = [one.subject for one in erasures.all()]

    assert listed == sorted(map(subject_of, ("ann", "ben", "cat")))
    assert erasures.get_many([]) == {}


def test_another_list_is_taken_over_where_it_knows_more(erasures: ErasureLedger) -> None:
    erasures.ask("ann", at=NOON)
    erasures.close(ANN, number=1)
    of_ann = Erasure(subject=ANN, number=1, asked_at=NOON - timedelta(days=1))
    of_ben = Erasure(subject=subject_of("ben"), number=2, asked_at=NOON, erased=2)

    erasures.merge([of_ann, of_ben])

    assert erasures.get_many([ANN])[ANN] == Erasure(subject=ANN, number=1, asked_at=NOON, erased=1)
    assert erasures.get_many([of_ben.subject]) == {of_ben.subject: replace(of_ben, erased=0)}
    assert erasures.get_many([of_ben.subject])[of_ben.subject].is_under_way
