from uuid import UUID

from emulator.core.ids import Ids


def test_the_same_seed_gives_the_same_ids() -> None:
    one, other, stranger = Ids("a"), Ids("a"), Ids("b")

    drawn = [one.uuid(), one.token(), one.uuid()]

    assert drawn == [other.uuid(), other.token(), other.uuid()]
    assert drawn[0] != stranger.uuid()
    assert len(set(drawn)) == 3


def test_ids_are_well_formed() -> None:
    ids = Ids("a")

    assert UUID(ids.uuid()).version == 4
    assert len(bytes.fromhex(ids.token())) == 32


def test_ids_go_on_from_where_others_are() -> None:
    one, other = Ids("a"), Ids("a")
    one.uuid()
    one.token()

    other.drawn = one.drawn

    assert one.uuid() == other.uuid()
