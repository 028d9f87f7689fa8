import pytest

from emulator.core.routing import Operation, Router, segments_of

UUID = "5eed0000-0000-4000-8000-000000000001"


def operation(method: str, path: str) -> Operation:
    return Operation(f"{method} {path}", method, path, None)


ROUTER = Router(
    [
        operation("GET", "/Things"),
        operation("GET", "/Things/{id}"),
        operation("GET", "/Things/special"),
        operation("GET", "/Things/{id}/Files/{file_id:uuid}"),
        operation("GET", "/Things/{id}/Files/{name:rest}"),
        operation("PUT", "/Things/{id}/Files/{name:rest}"),
    ],
    str.lower,
)


def found(method: str, path: str) -> tuple[str | None, dict[str, str]] | None:
    match = ROUTER.match(method, segments_of(path.encode()))
    return (match.operation.path if match.operation else None, match.params) if match else None


@pytest.mark.parametrize(
    ("path", "template", "params"),
    [
        ("/things", "/Things", {}),
        ("/Things/", "/Things", {}),
        ("/Things/7", "/Things/{id}", {"id": "7"}),
        ("/Things/Special", "/Things/special", {}),
        (f"/Things/7/Files/{UUID}", "/Things/{id}/Files/{file_id:uuid}", {"id": "7", "file_id": UUID}),
        ("/Things/7/Files/a%2Fb%20c", "/Things/{id}/Files/{name:rest}", {"id": "7", "name": "a/b c"}),
        ("/Things/7/Files/a/b", "/Things/{id}/Files/{name:rest}", {"id": "7", "name": "a/b"}),
        ("/Things/special/Files/x", "/Things/{id}/Files/{name:rest}", {"id": "special", "name": "x"}),
    ],
)
def test_a_path_leads_to_its_most_particular_template(path: str, template: str, params: dict[str, str]) -> None:
    assert found("GET", path) == (template, params)


def test_a_template_that_takes_the_method_comes_before_one_that_does_not() -> None:
    assert found("PUT", f"/Things/7/Files/{UUID}") == ("/Things/{id}/Files/{name:rest}", {"id": "7", "name": UUID})


def test_a_path_without_the_method_is_told_from_no_path() -> None:
    assert found("DELETE", "/Things") == (None, {})
    assert found("GET", "/Others") is None
    assert found("GET", "/Things/7/Files") is None


def test_percent_sequences_are_decoded_once() -> None:
    assert segments_of(b"/a%2520b/%C3%A9/%ff") == ("a%20b", "é", "\udcff")


def test_an_operation_cannot_be_there_twice() -> None:
    with pytest.raises(ValueError, match="twice"):
        Router([operation("GET", "/a/{x}"), operation("GET", "/a/{x}")])


@pytest.mark.parametrize(
    ("method", "path", "methods"),
    [
        ("GET", "/Things", ("GET",)),
        ("DELETE", "/Things", ("GET",)),
        ("GET", "/Things/7/Files/a", ("GET", "PUT")),
        ("DELETE", "/Things/7/Files/a", ("GET", "PUT")),
    ],
)
def test_a_match_knows_the_methods_of_its_path(method: str, path: str, methods: tuple[str, ...]) -> None:
    match = ROUTER.match(method, segments_of(path.encode()))

    assert match
    assert match.methods == methods
