import pytest

from solution import validate_email

VALID = [
    "user@example.com", "a@b.co", "first.last@mail.example.co.uk", "user+tag@example.org", "USER@EXAMPLE.COM",
    "joe@my-site.example.com", "user42@123host.net", "x@1.2",
]
INVALID = [
    "user.example.com", "", " ", "@", "user@", "@example.com", "user@localhost", "user@.com", "user@.example.com",
    "user@example..com", "user@example.com.", "user@@example.com", "a@b@example.com", "user@exa!mple.com",
    "user@-example.com", "user@example-.com", "us er@example.com", "user@exam ple.com", " user@example.com",
    "user@example.com ", "us\ter@example.com", "user@example.com\n", "us\ner@example.com", "user@example.com/x",
]


@pytest.mark.parametrize("email", VALID)
def test_valid(email):
    assert validate_email(email)["valid"] is True


@pytest.mark.parametrize("email", INVALID)
def test_invalid(email):
    assert validate_email(email)["valid"] is False


@pytest.mark.parametrize("email", VALID + INVALID)
def test_a_reason_is_given(email):
    reason = validate_email(email)["reason"]
    assert isinstance(reason, str)
    assert reason.strip()
