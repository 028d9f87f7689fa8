"""Teams: the list, and one of them."""

from collections.abc import Callable

import pytest

from tests.vendors.vrplatform.conftest import VRPlatform, error, issues, ok


def listed(vrplatform: VRPlatform, query: str = "") -> list[str]:
    return [team["id"] for team in ok(vrplatform.get(f"/teams{query}"))["data"]]


@pytest.mark.proves("vrplatform.teams")
def test_the_teams_of_the_seed_data_are_there_before_they_are_used(vrplatform: VRPlatform) -> None:
    listing = ok(vrplatform.get("/teams"))

    assert [team["id"] for team in listing["data"]] == ["team_456", "team_123"]
    assert listing["pagination"] == {"limit": 100, "page": 1, "total": 2, "totalPage": 1, "nextPage": None}
    team = ok(vrplatform.get("/teams/team_123"))
    assert team == listing["data"][1]
    assert (team["name"], team["status"], team["type"]) == ("Coastal Stays", "active", "propertyManager")
    assert (team["defaultCurrency"], team["booksClosedAt"]) == ("USD", "2020-01-01")
    assert {file["owner"] for file in vrplatform.held()} == {"team_123"}


@pytest.mark.proves("vrplatform.teams")
def test_a_team_that_a_request_has_named_is_listed(vrplatform: VRPlatform) -> None:
    assert vrplatform.get("/teams/another").status == 404
    ok(vrplatform.of_team("another").get("/transactions"))

    assert listed(vrplatform)[0] == "another"
    assert ok(vrplatform.get("/teams/another"))["name"] == "another"


@pytest.mark.proves("vrplatform.teams", "vrplatform.team-unknown")
def test_a_key_sees_its_own_teams(make: Callable[..., VRPlatform]) -> None:
    vrplatform = make(auth="strict", vrplatform_books_closed_at="")

    vrplatform.headers["x-api-key"] = "vrp_demo"
    assert listed(vrplatform) == ["team_123"]
    assert ok(vrplatform.get("/teams/team_123"))["booksClosedAt"] is None
    assert error(vrplatform.get("/teams/team_456")) == (404, "NOT_FOUND", "Team 'team_456' not found")
    vrplatform.headers["x-api-key"] = "vrp_manager"
    assert listed(vrplatform) == ["team_456", "team_123"]
    assert ok(vrplatform.get("/teams/team_456", x_team_id="team_789"))["name"] == "Forest Retreats"


@pytest.mark.proves("vrplatform.teams")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ids=team_123,nowhere", ["team_123"]),
        ("status=inactive", []),
        ("status=active&limit=1&page=2", ["team_123"]),
        ("search=FOREST", ["team_456"]),
        ("type=partner", []),
        ("partnerId=5eed0000-0000-4000-8000-00000000dead", []),
        ("sort=created_asc", ["team_123", "team_456"]),
        ("sort=name_desc", ["team_456", "team_123"]),
        ("sort=type_asc", ["team_123", "team_456"]),
        ("date=2023-01-01...2023-02-01", ["team_123"]),
    ],
)
def test_teams_are_filtered_and_sorted(vrplatform: VRPlatform, query: str, expected: list[str]) -> None:
    assert listed(vrplatform, f"?{query}") == expected


@pytest.mark.proves("vrplatform.input")
def test_a_query_for_teams_fits(vrplatform: VRPlatform) -> None:
    messages = issues(vrplatform.get("/teams?limit=251&sort=random&date=2023..2024"))

    assert [path for _, path, _ in messages] == [["limit"], ["sort"], ["date"]]
