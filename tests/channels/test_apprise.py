"""Chat, push and text message services through Apprise: over a real HTTP receiver, and what is refused before."""

import logging
from collections.abc import Iterator

import pytest

from tests.receivers import Receiver, open_receiver
from triage.channels import Failed, Message, Sent
from triage.channels import apprise as channels
from triage.channels.apprise_url import is_public, mask_url, name_url_fault

pytest.importorskip("apprise")
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # the library has a stand-in for Python 3.13

TEXT = "North Clinic: an alert waits for your answer (urgent). https://aftercare.example.org/a/taa_secret"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with open_receiver() as opened:
        yield opened


def send(url: str, text: str = TEXT, *, private_targets: bool = True) -> Sent | Failed:
    return channels.AppriseChannel(private_targets=private_targets).send(Message(url, "Subject", text, "<1@c>"))


def test_a_message_arrives_whole_and_once(receiver: Receiver) -> None:
    assert send(receiver.push_url) == Sent("json://… taken")
    (arrived,) = receiver.arrived
    assert arrived.path == "/hook"
    assert arrived.json["message"] == TEXT
    assert arrived.json["attachments"] == []


@pytest.mark.parametrize(("status", "permanent"), [(500, False), (503, False), (404, True), (410, True), (403, False)])
def test_a_refusal_is_judged_by_its_status_and_not_tried_again(
    receiver: Receiver, status: int, permanent: bool
) -> None:
    receiver.answer = (status, {})
    assert send(receiver.push_url) == Failed(permanent, f"json://… the service answered {status}")
    assert len(receiver.arrived) == 1


def test_who_is_too_busy_is_left_alone_for_a_minute(receiver: Receiver) -> None:
    receiver.answer = (429, {})
    result = send(receiver.push_url)
    assert (result.permanent, result.retry_after) == (False, 60.0)


def test_nobody_listening_fails_for_now() -> None:
    assert send("json://127.0.0.1:1/x") == Failed(False, "json://… the service did not take it")


def test_no_redirect_is_followed(receiver: Receiver) -> None:
    receiver.answer = (307, {"Location": "/elsewhere"})
    assert isinstance(send(receiver.push_url), Failed)
    assert [arrived.path for arrived in receiver.arrived] == ["/hook"]


def test_a_service_that_hangs_holds_the_sender_for_a_bounded_time(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "LONGEST", 0.2)
    receiver.goes_on.clear()
    channel = channels.AppriseChannel(private_targets=True)
    message = Message(receiver.push_url, "", TEXT, "<1@c>")
    assert channel.send(message) == Failed(False, "json://… no answer in time")
    again = channel.send(message)
    assert "the last try has not come to its end" in again.reason
    assert len(receiver.arrived) == 1


def test_nothing_secret_is_logged_or_told(receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    receiver.answer = (500, {})
    told = [send(receiver.push_url), send("tgram://not-a-token/"), send("json://:::sesame")]
    said = caplog.text + repr(told)
    assert "sesame" not in said
    assert "taa_secret" not in said
    assert "127.0.0.1" not in repr(told)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "syslog://",
        "dbus://",
        "windows://",
        "mailto://user:pass@example.org",
        "apprise://example.org/token",
        "http://example.org/config",
        "https://hooks.slack.com/services/T/B/X",
        "notaservice://x",
        "",
        "json",
        "json://example.org /x",
        "jsons://example.org\n.evil",
        "discord://1/2?template=/etc/passwd",
        "jsons://example.org/?redirect=yes",
        "jsons://example.org/?verify=no",
        "jsons://example.org/?retry=9",
        "jsons://example.org/?rto=9999",
        "tgram://token/chat?image=yes",
        "ntfys://topic?attach=http://10.0.0.1/x",
        "ntfys://topic?mode=private",
    ],
)
@pytest.mark.parametrize("private_targets", [False, True])
def test_what_reads_files_or_goes_elsewhere_is_refused(url: str, private_targets: bool) -> None:
    assert name_url_fault(url, private_targets=private_targets)
    result = send(url, private_targets=private_targets)
    assert isinstance(result, Failed)
    assert result.permanent


@pytest.mark.parametrize(
    "url",
    ["tgram://123:abc/456", "pover://user@token", "ntfys://a-topic", "twilio://sid:token@15551234567/15557654321"],
)
def test_named_services_are_taken(url: str) -> None:
    assert name_url_fault(url, private_targets=False) is None


@pytest.mark.parametrize("url", ["json://example.org/x", "ntfy://example.org/topic", "gotify://example.org/token"])
def test_sending_without_encryption_takes_the_setting(url: str) -> None:
    assert "without encryption" in (name_url_fault(url, private_targets=False) or "")
    assert name_url_fault(url, private_targets=True) is None


@pytest.mark.parametrize(
    "url",
    [
        "jsons://127.0.0.1/x",
        "jsons://localhost/x",
        "jsons://user:pass@10.1.2.3:8443/x",
        "jsons://[::1]/x",
        "jsons://[::ffff:192.168.0.1]/x",
        "jsons://169.254.169.254/latest",
        "jsons://100.64.0.1/x",
        "jsons://0.0.0.0/x",
        "gotifys://192.168.1.2/token",
        "ntfys://10.0.0.1",
        "ntfys://localhost",
        "ntfys://10.0.0.1/topic",
        "jsons://sub.localhost/x",
    ],
)
def test_a_private_network_is_barred(url: str) -> None:
    assert "private network" in (name_url_fault(url, private_targets=False) or "")


def test_a_name_that_leads_into_a_private_network_is_barred(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "addresses_of", lambda host: ["93.184.216.34", "10.0.0.1"])
    result = send("jsons://inside.example.org/x", private_targets=False)
    assert result == Failed(True, "jsons://… the host is in a private network (TRIAGE_ALLOW_PRIVATE_TARGETS)")


def test_a_name_without_an_address_fails_for_now() -> None:
    result = send("jsons://nowhere.invalid/x", private_targets=False)
    assert result == Failed(False, "jsons://… the host name cannot be resolved")


def test_addresses_are_told_apart() -> None:
    assert is_public("8.8.8.8")
    assert not any(map(is_public, ("10.0.0.1", "::1", "fe80::1%eth0", "224.0.0.1", "::ffff:127.0.0.1", "192.0.2.1")))
    with pytest.raises(ValueError, match="does not appear"):
        is_public("example.org")


def test_a_url_is_shown_by_its_service_alone() -> None:
    assert mask_url("tgram://123:secret/456") == "tgram://…"
    assert mask_url("s3cret://x") == mask_url("secret") == "?://…"


def test_a_text_message_goes_to_the_number(receiver: Receiver) -> None:
    sms = channels.SmsChannel(receiver.push_url.replace("/hook", "/sms/{to}"), private_targets=True)
    result = sms.send(Message("+49 (30) 123-45 67", "", "How are you?", "<1@c>"))
    assert result == Sent("sms taken, segments: 1")
    assert receiver.arrived[0].path == "/sms/+49301234567"
    assert sms.send(Message("unknown", "", "x", "<1@c>")).permanent
    receiver.answer = (401, {})  # the operator's token has run out: no patient's message is lost by that
    assert sms.send(Message("+49301", "", "x", "<1@c>")) == Failed(False, "sms the service answered 401")


@pytest.mark.parametrize("url", ["twilio://sid:token@15551234567", "file:///{to}", "nonsense"])
def test_a_faulty_setting_for_text_messages_is_named(url: str) -> None:
    with pytest.raises(ValueError, match="TRIAGE_SMS_URL") as raised:
        channels.SmsChannel(url)
    assert "token" not in str(raised.value)
